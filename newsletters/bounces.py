"""What a bounce means: a mailbox that is gone is not written to again, one that is full later."""

from __future__ import annotations

import logging
import re
from datetime import datetime, timedelta
from itertools import takewhile

from django.db import IntegrityError, transaction

from newsletters.models import Bounce, Delivery, Issue, Subscriber

log = logging.getLogger(__name__)

SOFT_IN_A_ROW = 3  # issues, none of which arrived
SOFT_OVER = timedelta(days=7)  # from the first to the last of them
LOOK_BACK = 20  # deliveries
COUNT_WITHIN = timedelta(days=30)
# Addressing and mailbox statuses that are final (RFC 3463, 3.2 and 3.3); 5.1.7 and 5.1.8 are about
# the sender, 5.2.2 is a full mailbox. 5.1.10 is Exchange's “recipient not found”.
GONE = {"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"}
# Servers without enhanced codes, or with vague ones, say it in words.
_SAYS_GONE = re.compile(
    r"user unknown|unknown (user|recipient)|no such (user|recipient|mailbox|person)"
    r"|(user|mailbox|recipient|account|address)( \S+)? (does not|doesn't) exist"
    r"|(user|recipient|mailbox) not found|unrouteable address|no mailbox here"
    r"|recipient address rejected: access denied",
    re.IGNORECASE,
)
_VAGUE = {"", "5.0.0", "5.4.1", "5.5.0", "5.7.1"}


def kind_of(status: str, reason: str) -> str:
    """Return whether the mailbox is gone, or the mail was merely not accepted."""
    is_gone = status in GONE or (status in _VAGUE and _SAYS_GONE.search(reason))
    return Bounce.Kind.HARD if is_gone else Bounce.Kind.SOFT


def note_bounce(
    delivery: Delivery,
    *,
    kind: str,
    source: str,
    at: datetime,
    status: str = "",
    reason: str = "",
    report_hash: str | None = None,
) -> Bounce | None:
    """Count a bounce, and suspend the reader if that is enough; None if it counted before."""
    if delivery.subscriber_id is None:
        return None
    values = {
        "subscriber_id": delivery.subscriber_id,
        "kind": kind,
        "source": source,
        "status": status[:12],
        "reason": reason[:300],
        "report_hash": report_hash,
        "at": at,
    }
    try:
        with transaction.atomic():
            if report_hash and Bounce.objects.filter(report_hash=report_hash).exists():
                return None
            bounce, is_new = Bounce.objects.get_or_create(delivery=delivery, defaults=values)
            if not is_new:
                if not kind == Bounce.Kind.HARD != bounce.kind:
                    return None
                Bounce.objects.filter(pk=bounce.pk).update(**values)
            if kind == Bounce.Kind.HARD or is_lasting(delivery):
                _suspend(delivery.subscriber_id)
    except IntegrityError:  # another worker counts the same report at this moment
        return None
    return bounce


def is_lasting(delivery: Delivery) -> bool:
    """Say whether this and the issues before it all came back, for long enough.

    One that arrived in between begins the count anew.
    """
    last = Delivery.objects.filter(
        subscriber=delivery.subscriber_id,
        pk__lte=delivery.pk,
        state__in=(Delivery.State.SENT, Delivery.State.FAILED),
    ).order_by("-pk")
    times = list(takewhile(bool, last.values_list("bounce__at", flat=True)[:LOOK_BACK]))
    return len(times) >= SOFT_IN_A_ROW and max(times) - min(times) >= SOFT_OVER


def count_refusals(*, now: datetime) -> int:
    """Count the mails that were refused while they were handed over; return how many."""
    recent = Issue.objects.filter(scheduled_for__gte=now - COUNT_WITHIN)
    refused = Delivery.objects.filter(
        issue__in=recent.exclude(state=Issue.State.SENT, failed_count=0),
        state=Delivery.State.FAILED,
        smtp_code__isnull=False,
        subscriber__isnull=False,
        bounce__isnull=True,
    )
    counted = 0
    for delivery in refused.order_by("pk").iterator():
        kind = kind_of(delivery.enhanced_code, delivery.error)
        counted += bool(
            note_bounce(
                delivery,
                kind=kind,
                source=Bounce.Source.ANSWER,
                status=delivery.enhanced_code or str(delivery.smtp_code),
                reason=delivery.error,
                at=now,
            )
        )
    return counted


def _suspend(pk: int) -> None:
    active = Subscriber.objects.active().filter(pk=pk)
    if active.update(state=Subscriber.State.SUSPENDED):
        log.info("Subscriber %s is suspended: mails come back.", pk)
