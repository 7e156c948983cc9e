"""Envelopes: from whom and to whom a mail server is told that a mail goes (RFC 5321).

The sender is where a mail comes back to, and says which mail that was (VERP): each delivery has an
address of its own, “bounces+123-0a1b…@example.org”, so that a report need not name the recipient at
all. A digest keeps strangers from making up reports.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.encoding import punycode

from newsletters.models import Delivery

DIGEST_LENGTH = 16  # hexadecimal digits: 64 bits, and the local part stays below 64 characters
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
    """Return the address that bounces of this delivery go to.

    Where bounces are read, each delivery has one of its own, “bounces+123-0a1b…@example.org”
    (VERP): a report need not name the recipient at all, and the digest keeps strangers from making
    reports up. Elsewhere it is the newsletter's.
    """
    if not settings.BOUNCE_ADDRESS:
        return delivery.issue.newsletter.address
    local, _at, domain = settings.BOUNCE_ADDRESS.rpartition("@")
    return f"{local}+{delivery.pk}-{_digest(delivery.pk, settings.SECRET_KEY)}@{domain}"


def delivery_of(envelope_recipient: str) -> Delivery | None:
    """Return the delivery whose mail came back to this address; None if it is none of ours."""
    local, _at, domain = settings.BOUNCE_ADDRESS.lower().rpartition("@")
    pattern = rf"{re.escape(local)}\+(\d{{1,18}})-([0-9a-f]{{{DIGEST_LENGTH}}})@{re.escape(domain)}"
    match = re.fullmatch(pattern, envelope_recipient.strip().lower()) if local else None
    if match is None or not _is_genuine(int(match[1]), match[2]):
        return None
    deliveries = Delivery.objects.select_related("subscriber", "issue__newsletter")
    return deliveries.filter(pk=int(match[1])).first()


def deliverable(email: str) -> str:
    """Return the address as every relay takes it, its domain in punycode.

    Raises ValueError where no envelope and no header could carry it.
    """
    local, _at, domain = email.rpartition("@")
    address = f"{local}@{punycode(domain)}"
    if not _DELIVERABLE.fullmatch(address):
        raise ValueError(f"The address {email!r} cannot be written to.")
    return address


def _is_genuine(pk: int, digest: str) -> bool:
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return any(constant_time_compare(_digest(pk, key), digest) for key in keys)


def _digest(pk: int, key: str | bytes) -> str:
    digest = salted_hmac("newsletters.envelope", str(pk), secret=key, algorithm="sha256")
    return digest.hexdigest()[:DIGEST_LENGTH]
