"""Personal links: a random token travels in the mail, only its hash stays in the database.

A plain SHA-256 is right here (unlike for passwords): the token has 256 bits of entropy, so there
is nothing to guess (OWASP Forgot Password Cheat Sheet, section “URL tokens”).
"""

import hashlib
import secrets

HASH_LENGTH = 64


def new_token() -> str:
    """Return a URL-safe token of 43 characters."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """Return the 64 hexadecimal digits that are stored and looked up."""
    return hashlib.sha256(token.encode()).hexdigest()
