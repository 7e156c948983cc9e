"""Unclear mails: perhaps the server took them. What can be known is looked up.

The ladder: the relay's log and the journal mailbox say which arrived and which did not; what they
leave open is sent once more after a day, if the newsletter wants that; else staff decide.
"""

from __future__ import annotations

import imaplib
import logging
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import F, QuerySet

from newsletters.models import Delivery
from newsletters.release import message_id_prefix
from newsletters.witnesses import Testimony, Witness, witnesses

log = logging.getLogger(__name__)

LOOK_AFTER = timedelta(minutes=15)  # a server may think about the final dot for ten (RFC 5321)
LOOK_UNTIL = timedelta(hours=12)  # logs are rotated and mailboxes tidied: silence says less then
RESEND_AFTER = timedelta(hours=24)
State = Delivery.State


def settle_unclear(*, now: datetime) -> int:
    """Settle what can be settled without a person; return how many rows."""
    return look_up(witnesses(), now=now) + resend_old(now=now)


def look_up(asked: Sequence[Witness], *, now: datetime) -> int:
    """Ask the witnesses about all unclear mails; return how many are settled."""
    if not asked:
        return 0
    window = (now - LOOK_UNTIL, now - LOOK_AFTER)
    by_issue: dict[int, list[Delivery]] = defaultdict(list)
    for delivery in Delivery.objects.unclear().filter(handed_over_at__range=window):
        by_issue[delivery.issue_id].append(delivery)
    return sum(_look_up(issue_id, rows, asked, now=now) for issue_id, rows in by_issue.items())


def _look_up(
    issue_id: int, rows: list[Delivery], asked: Sequence[Witness], *, now: datetime
) -> int:
    prefix = message_id_prefix(issue_id)
    message_ids = [row.message_id for row in rows]
    heard: list[tuple[Witness, Testimony]] = []
    for witness in asked:
        try:
            testimony = witness.about(message_ids, prefix=prefix, now=now)
        except (OSError, imaplib.IMAP4.error) as error:
            log.warning("Issue %s: %s cannot be asked: %s", issue_id, type(witness).__name__, error)
            testimony = Testimony(frozenset())
        heard.append((witness, testimony))
    settled = 0
    for row in rows:
        if any(row.message_id in testimony.seen for _witness, testimony in heard):
            settled += arrived(row)
        elif _is_surely_lost(row, heard):
            settled += send_again(row)
    return settled


def _is_surely_lost(row: Delivery, heard: list[tuple[Witness, Testimony]]) -> bool:
    """Whether all witnesses who were there would have spoken, and there is one."""
    handed_over = row.handed_over_at
    there = [said for one, said in heard if one.could_know(is_journaled=row.is_journaled)]
    return bool(there) and all(
        handed_over and said.speaks_until and said.speaks_until > handed_over for said in there
    )


def resend_old(*, now: datetime) -> int:
    """Send once more, under the same Message-ID, what stayed unclear for a day; see Newsletter."""
    old = Delivery.objects.unclear().filter(
        issue__newsletter__resends_unclear=True,
        handed_over_at__lte=now - RESEND_AFTER,
        resent_at=None,
    )
    return Delivery.objects.filter(pk__in=list(old.values_list("pk", flat=True))).update(
        state=State.PENDING, claim_token="", resent_at=now
    )


def arrived(delivery: Delivery) -> bool:
    """Note that an unclear mail was taken after all; False if it is not unclear any more."""
    return bool(_unclear(delivery).update(state=State.SENT, sent_at=F("handed_over_at"), error=""))


def send_again(delivery: Delivery) -> bool:
    """Let an unclear mail wait for a worker again. A late answer to the first try is not heard."""
    return bool(_unclear(delivery).update(state=State.PENDING, claim_token=""))


def leave(delivery: Delivery) -> bool:
    """Count an unclear mail as not delivered."""
    return bool(_unclear(delivery).update(state=State.FAILED, claim_token=""))


def _unclear(delivery: Delivery) -> QuerySet[Delivery]:
    return Delivery.objects.filter(pk=delivery.pk, state=State.UNSURE)
