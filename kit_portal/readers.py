"""Readers of settings that need more than a type: what is wrong fails loudly, by its name."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

SECONDS = {"s": 1, "min": 60, "h": 3600, "day": 86_400}


def read_rate(name: str, text: str) -> float | None:
    """Return “600/h” as mails a second; None where nothing is set."""
    if not text:
        return None
    found = re.fullmatch(r"([1-9]\d*)/(s|min|h|day)", text)
    if found is None:
        raise ImproperlyConfigured(
            f"{name} must look like 600/h (or /s, /min, /day), not “{text}”."
        )
    return int(found[1]) / SECONDS[found[2]]


def read_imap_url(name: str, url: str) -> str:
    """Return the address of a mailbox, or nothing where none is set."""
    parts = urlsplit(url)
    if url and (parts.scheme not in {"imap", "imaps"} or not parts.hostname or not parts.username):
        raise ImproperlyConfigured(
            f"{name} must look like imaps://user:password@mail.example.org/INBOX."
        )
    return url
