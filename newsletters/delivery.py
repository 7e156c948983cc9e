"""Delivery: taking up recipients, sending, recording; nobody twice, nobody left out.

The database is the truth. A worker takes rows by conditional update and a lease; whatever kills it,
``sweep`` finds what it held. A row goes to ``final_dot`` before its mail is handed to the mail
server: before that everything may safely be repeated, after it only the server knows (RFC 1047).
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException, SMTPSenderRefused
from typing import Any

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection as database
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from newsletters.guard import changes_of
from newsletters.message import message_for
from newsletters.models import Delivery, Issue, RenderedBody
from newsletters.slots import is_quiet, is_too_late

log = logging.getLogger(__name__)

BATCH = 25
LEASE = timedelta(minutes=5)
BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (5, 15, 60, 240))
GIVE_UP_AFTER = timedelta(days=5)  # RFC 5321, 4.5.4.1
Clock = Callable[[], datetime]
State = Delivery.State


class NoRelayError(Exception):
    """The mail server cannot be reached, or refuses everything; what was taken up is put back."""


def start_due(*, now: datetime) -> list[Issue]:
    """Begin to send the released issues whose time has come, each once, however many ask."""
    if is_quiet(now):
        return []
    due = Issue.objects.due(now).select_related("newsletter")
    return [
        issue
        for issue in due
        if not is_too_late(issue.newsletter, due=issue.scheduled_for, now=now)
        and not changes_of(issue)  # staff are asked: see overview.held
        and start_issue(issue, now=now)
    ]


def start_issue(issue: Issue, *, now: datetime) -> bool:
    """Move a released issue to sending; False if somebody else did."""
    return bool(
        Issue.objects.filter(pk=issue.pk)
        .released()
        .update(
            state=Issue.State.SENDING,
            published_at=now if issue.newsletter.has_archive else None,
            modified_at=now,
        )
    )


def deliver_issue(issue: Issue, *, clock: Clock = timezone.now, seconds: int = 50) -> int:
    """Send until nothing is due or the time is up; return how many rows were dealt with.

    Raises NoRelayError.
    """
    until, dealt_with = clock() + timedelta(seconds=seconds), 0
    while clock() < until and (count := deliver_batch(issue, clock=clock)):
        dealt_with += count
    finish_issue(issue, now=clock())
    return dealt_with


def deliver_batch(issue: Issue, *, clock: Clock = timezone.now) -> int:
    """Take up a batch and send it over one connection; return how many rows were taken up."""
    claim_token = secrets.token_hex(16)
    batch = claim(issue, claim_token=claim_token, now=clock())
    if not batch:
        return 0
    languages = {delivery.language for delivery in batch}
    bodies = {body.language: body for body in issue.bodies.filter(language__in=languages)}
    try:
        with get_connection() as connection:
            for delivery in batch:
                deliver(delivery, bodies[delivery.language], connection=connection, clock=clock)
    except (SMTPException, OSError) as error:
        log.warning("Issue %s: the mail server cannot be used: %s", issue.pk, error)
        raise NoRelayError(str(error)) from error
    finally:
        put_back(claim_token)
    return len(batch)


def claim(issue: Issue, *, claim_token: str, now: datetime, size: int = BATCH) -> list[Delivery]:
    """Take up to ``size`` rows for ``LEASE`` and return them.

    Where the database can, rows that another worker is just taking are passed over; elsewhere
    (SQLite, one writer at a time) the second worker waits, and finds others.
    """
    waiting = Delivery.objects.filter(issue=issue).claimable(now).order_by("pk")
    with transaction.atomic():
        if database.features.has_select_for_update_skip_locked:
            waiting = waiting.select_for_update(skip_locked=True)
        chosen = list(waiting.values_list("pk", flat=True)[:size])
        Delivery.objects.filter(pk__in=chosen).claimable(now).update(
            state=State.CLAIMED, claim_token=claim_token, lease_until=now + LEASE
        )
    mine = Delivery.objects.filter(issue=issue).held_by(claim_token).order_by("pk")
    return list(mine.select_related("subscriber", "issue__newsletter"))


def deliver(
    delivery: Delivery, body: RenderedBody, *, connection: BaseEmailBackend, clock: Clock
) -> None:
    """Send one mail and record what came of it.

    Raises SMTPException or OSError where the connection is of no use for further mails.
    """
    if delivery.subscriber is None:
        _settle(delivery, State.SKIPPED)
        return
    message = message_for(delivery, delivery.subscriber, body, connection=connection)
    if not hand_over(delivery, now=clock()):
        return
    try:
        message.send()
    except ValueError as error:  # an address that no header can carry: found before any connection
        _settle(delivery, State.FAILED, error=str(error))
    except SMTPSenderRefused as error:
        # Not this reader's fault: the relay does not take our mail, perhaps for a wrong setting.
        _defer(delivery, error.smtp_code, error.smtp_error, now=clock())
        raise
    except SMTPRecipientsRefused as error:
        code, reason = next(iter(error.recipients.values()))
        _refused(delivery, code, reason, now=clock())
        _raise_if_closing(code, error)
    except SMTPResponseException as error:
        _refused(delivery, error.smtp_code, error.smtp_error, now=clock())
        _raise_if_closing(error.smtp_code, error)
    except (SMTPException, OSError) as error:
        # The connection broke somewhere in the conversation: perhaps the mail was taken.
        _settle(delivery, State.UNSURE, error=str(error))
        raise
    else:
        _settle(delivery, State.SENT, sent_at=clock())


def hand_over(delivery: Delivery, *, now: datetime) -> bool:
    """Mark that the mail is about to leave; False if it must not.

    One conditional update asks both: is the row still this worker's, and does the reader still
    want the newsletter? Who left since the release is skipped.
    """
    mine = Delivery.objects.filter(pk=delivery.pk).held_by(delivery.claim_token)
    if mine.wanted().update(
        state=State.FINAL_DOT, lease_until=now + LEASE, attempts=F("attempts") + 1
    ):
        delivery.attempts += 1
        return True
    if not mine.wanted().exists():
        mine.update(state=State.SKIPPED, lease_until=None, claim_token="")
    return False


def put_back(claim_token: str) -> int:
    """Let go of rows that were taken up and not tried. Safe: nothing of them was sent."""
    return Delivery.objects.held_by(claim_token).update(
        state=State.PENDING, lease_until=None, claim_token=""
    )


def sweep(*, now: datetime) -> int:
    """Find what vanished workers held: not handed over → again; handed over → unclear."""
    abandoned = Delivery.objects.abandoned(now)
    freed = abandoned.filter(state=State.CLAIMED).update(
        state=State.PENDING, lease_until=None, claim_token=""
    )
    unclear = abandoned.filter(state=State.FINAL_DOT).update(
        state=State.UNSURE, lease_until=None, error="lease"
    )
    return freed + unclear


def finish_issue(issue: Issue, *, now: datetime) -> bool:
    """Close the books if they balance: audience = sent + refused + skipped."""
    finished = Delivery.objects.filter(issue=issue, state__in=Delivery.FINISHED).count()
    return bool(
        Issue.objects.filter(pk=issue.pk, audience_count=finished)
        .sending()
        .update(state=Issue.State.SENT, finished_at=now, modified_at=now)
    )


def settle_unsure(delivery: Delivery, *, send_again: bool) -> bool:
    """Do what staff decided about an unclear mail; False if it is not unclear any more."""
    unclear = Delivery.objects.filter(pk=delivery.pk, state=State.UNSURE)
    if send_again:
        return bool(unclear.update(state=State.PENDING, claim_token=""))
    return bool(unclear.update(state=State.FAILED, claim_token=""))


def next_attempt(attempts: int, *, now: datetime, started: datetime) -> datetime | None:
    """Return when to try again after ``attempts`` tries; None once five days are over."""
    again = now + BACK_OFF[min(attempts, len(BACK_OFF)) - 1]
    return again if again <= started + GIVE_UP_AFTER else None


def _refused(delivery: Delivery, code: int, reason: bytes | str, *, now: datetime) -> None:
    """4xx: not now; 5xx: never (RFC 5321, 4.2.1)."""
    if 400 <= code < 500:
        _defer(delivery, code, reason, now=now)
    else:
        _settle(delivery, State.FAILED, **_answer(code, reason))


def _defer(delivery: Delivery, code: int, reason: bytes | str, *, now: datetime) -> None:
    again = next_attempt(delivery.attempts, now=now, started=delivery.issue.scheduled_for)
    state = State.DEFERRED if again else State.FAILED
    _settle(delivery, state, next_attempt_at=again, **_answer(code, reason))


def _answer(code: int, reason: bytes | str) -> dict[str, Any]:
    text = reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)
    return {"smtp_code": code, "enhanced_code": _enhanced_code(text), "error": text}


def _enhanced_code(text: str) -> str:
    """Return the “5.1.1” that an answer begins with (RFC 3463), if it does."""
    first = text.partition(" ")[0]
    parts = first.split(".")
    return first if len(parts) == 3 and all(part.isdigit() for part in parts) else ""


def _settle(delivery: Delivery, state: str, *, error: str = "", **values: Any) -> None:
    """Record the outcome, unless the row passed to another worker meanwhile.

    A late answer also settles a row that was thought unclear.
    """
    Delivery.objects.filter(pk=delivery.pk, claim_token=delivery.claim_token).filter(
        state__in=(State.CLAIMED, State.FINAL_DOT, State.UNSURE)
    ).update(state=state, lease_until=None, error=error[:300], **values)


def _raise_if_closing(code: int, error: SMTPException) -> None:
    """421 announces that the server closes the connection."""
    if code == 421:
        raise error
