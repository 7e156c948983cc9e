"""Readers of settings that the environment's own types do not cover; each fails loudly."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from environ import Env

SECONDS = {"s": 1, "min": 60, "h": 3600, "day": 86_400}


def read_rate(env: Env, name: str) -> float | None:
    """Return “600/h” as mails a second; None where nothing is set."""
    text = env.str(name, default="")
    if not text:
        return None
    found = re.fullmatch(r"([1-9]\d*)/(s|min|h|day)", text)
    if found is None:
        raise ImproperlyConfigured(
            f"{name} must look like 600/h (or /s, /min, /day), not “{text}”."
        )
    return int(found[1]) / SECONDS[found[2]]


def read_imap_url(env: Env, name: str) -> str:
    """Return the address of a mailbox, or nothing where none is set."""
    url: str = env.str(name, default="")
    parts = urlsplit(url)
    if url and (parts.scheme not in {"imap", "imaps"} or not parts.hostname or not parts.username):
        raise ImproperlyConfigured(
            f"{name} must look like imaps://user:password@mail.example.org/INBOX."
        )
    return url
