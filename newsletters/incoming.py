"""Mails to the bounce address: reports of failure, and requests to be unsubscribed."""

from __future__ import annotations

import hashlib
import logging
import re
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import Message
from email.utils import getaddresses
from enum import Enum

from kit_portal.common.tokens import TOKEN_LENGTH
from newsletters import dsn
from newsletters.bounces import kind_of, note_bounce
from newsletters.envelope import delivery_of
from newsletters.mailbox import Mailbox
from newsletters.models import Bounce, Consent, Delivery, Newsletter, Subscriber
from newsletters.subscription import leave

log = logging.getLogger(__name__)

COMES_BACK_WITHIN = timedelta(days=14)
_LEAVE = re.compile(rf"\bunsubscribe ([\w-]+) ([\w-]{{{TOKEN_LENGTH}}})(?![\w-])", re.IGNORECASE)
# Where mail servers put the address that a mail was really for.
_RECIPIENT_HEADERS = ("Delivered-To", "X-Original-To", "Envelope-To", "To")


class Outcome(Enum):
    BOUNCE = "bounce"
    LEFT = "unsubscribed"
    AUTOMATIC = "automatic reply"
    OTHER = "for people"


def empty_mailbox(mailbox: Mailbox, *, now: datetime) -> dict[Outcome, int]:
    """Deal with every new mail; what is not for the portal stays there for people to read.

    A mail is taken away after its effect is stored: read twice it counts once.
    """
    counts = dict.fromkeys(Outcome, 0)
    for key, content in mailbox.new_mails():
        try:
            outcome = take_in(content, now=now)
        except Exception:  # one mail beyond reading must not keep the others from being read
            log.exception("A mail in the bounce mailbox cannot be dealt with.")
            outcome = Outcome.OTHER
        counts[outcome] += 1
        if outcome is Outcome.OTHER:
            mailbox.leave(key)
        else:
            mailbox.remove(key)
    return counts


def take_in(content: bytes, *, now: datetime) -> Outcome:
    message = message_from_bytes(content)
    if dsn.is_report(message):
        for failure in dsn.failures(message):
            _note(message, failure, now=now)
        return Outcome.BOUNCE
    if _unsubscribe(message, now=now):
        return Outcome.LEFT
    return Outcome.AUTOMATIC if dsn.is_automatic(message) else Outcome.OTHER


def _note(message: Message, failure: dsn.Failure, *, now: datetime) -> None:
    """Find the mail that failed. Who only names a reader could have made it up: never hard."""
    kind = kind_of(failure.status, failure.reason)
    delivery = _by_envelope(message) or _by_message_id(failure.message_id)
    if delivery is None:
        delivery, kind = _by_recipient(failure.recipient, now=now), Bounce.Kind.SOFT.value
    if delivery is None:
        log.info("A report of failure fits no delivery.")
        return
    note_bounce(
        delivery,
        kind=kind,
        source=Bounce.Source.REPORT,
        status=failure.status,
        reason=failure.reason,
        report_hash=_hash(message, failure),
        at=now,
    )


def _by_envelope(message: Message) -> Delivery | None:
    headers = [value for name in _RECIPIENT_HEADERS for value in message.get_all(name, [])]
    addresses = (address for _name, address in getaddresses([str(value) for value in headers]))
    return next(filter(None, map(delivery_of, addresses)), None)


def _by_message_id(message_id: str) -> Delivery | None:
    return Delivery.objects.filter(message_id=message_id).first() if message_id else None


def _by_recipient(recipient: str, *, now: datetime) -> Delivery | None:
    """Return the last mail that went to this address, unless that is too long ago."""
    sent = Delivery.objects.filter(
        subscriber__in=Subscriber.objects.by_address(recipient),
        sent_at__gte=now - COMES_BACK_WITHIN,
    )
    return sent.order_by("-pk").first() if recipient else None


def _hash(message: Message, failure: dsn.Failure) -> str:
    """The report's own identity: the same mail may be read twice."""
    identity = dsn.header(message, "Message-ID") or message.as_string()
    return hashlib.sha256(f"{identity}\0{failure.recipient}".encode(errors="replace")).hexdigest()


def _unsubscribe(message: Message, *, now: datetime) -> bool:
    """Do what a mail program asks for in the reader's name; the token is the right to it."""
    match = _LEAVE.search(dsn.header(message, "Subject"))
    if match is None:
        return False
    newsletter = Newsletter.objects.filter(slug=match[1].lower()).first()
    reader = Subscriber.objects.by_link(match[2]).first()
    if newsletter and reader:
        leave(reader, [newsletter], source=Consent.Source.MAIL, now=now)
    return True
