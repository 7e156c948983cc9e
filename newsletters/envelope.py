"""Envelopes: from whom and to whom a mail server is told that a mail goes (RFC 5321)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.encoding import punycode

from newsletters.models import Delivery

_DELIVERABLE = re.compile(r"[!-;=?-~]+@[!-;=?A-~]+")  # printable ASCII without < > and blanks


@dataclass(frozen=True)
class Envelope:
    """``copy`` is the journal mailbox that gets the same mail in the same transaction, if any.

    ``key`` comes back in delivery status notifications as ENVID (RFC 3461).
    """

    sender: str
    recipient: str
    key: str
    copy: str = ""


def envelope_from(delivery: Delivery) -> str:
    """Return the address that bounces of this delivery go to."""
    return delivery.issue.newsletter.address


def deliverable(email: str) -> str:
    """Return the address as every relay takes it, its domain in punycode.

    Raises ValueError where no envelope and no header could carry it.
    """
    local, _at, domain = email.rpartition("@")
    address = f"{local}@{punycode(domain)}"
    if not _DELIVERABLE.fullmatch(address):
        raise ValueError(f"The address {email!r} cannot be written to.")
    return address
