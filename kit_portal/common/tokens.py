"""Personal links: a random token travels in the mail, only its hash stays in the database.

A plain SHA-256 is right here (unlike for passwords): the token has 256 bits of entropy, so there
is nothing to guess (OWASP Forgot Password Cheat Sheet, section “URL tokens”).

A link that has to stand in later mails too cannot be forgotten after the first. So it is derived:
HMAC-SHA256 of a random nonce of its row under SECRET_KEY. A stolen database lacks the key, a leaked
key lacks the nonces, and a presented token is compared by its SHA-256 alone. After SECRET_KEY is
changed, links keep working as long as the old one stands in SECRET_KEY_FALLBACKS; a new nonce
revokes them for one row.
"""

import hashlib
import secrets
from base64 import urlsafe_b64encode

from django.conf import settings
from django.utils.crypto import salted_hmac

HASH_LENGTH = 64
TOKEN_LENGTH = 43  # characters of a 256-bit digest in URL-safe base 64


def new_token() -> str:
    """Return a URL-safe token of 43 characters."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """Return the 64 hexadecimal digits that are stored and looked up."""
    return hashlib.sha256(token.encode()).hexdigest()


def draw_link(*, purpose: str) -> tuple[str, str]:
    """Return nonce and hash of a new personal link; ``purpose`` keeps kinds of links apart."""
    nonce = secrets.token_hex(16)
    return nonce, hash_token(_derive(nonce, purpose=purpose, key=settings.SECRET_KEY))


def derive_token(nonce: str, link_hash: str, *, purpose: str) -> str:
    """Return the token of the link drawn with ``nonce``, the same at every call.

    Raises LookupError where no known key fits ``link_hash``: draw a new link first.
    """
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        token = _derive(nonce, purpose=purpose, key=key)
        if hash_token(token) == link_hash:
            return token
    raise LookupError("The key of this personal link is gone.")


def _derive(nonce: str, *, purpose: str, key: str | bytes) -> str:
    digest = salted_hmac(purpose, nonce, secret=key, algorithm="sha256").digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")
