"""Delivery: taking up recipients, sending, recording; nobody twice, nobody left out.

The database is the truth. A worker takes rows by conditional update and a lease; whatever kills it,
``sweep`` finds what it held. A row goes to ``final_dot`` when its mail is about to leave for good:
before that everything may safely be repeated, after it only the server knows (RFC 1047).
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from smtplib import SMTPException
from time import monotonic

from django.conf import settings
from django.db import connection as database
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.timezone import localdate

from newsletters.books import LEASE, Books
from newsletters.guard import changes_of
from newsletters.message import ReadersLetter, Template
from newsletters.models import Delivery, Issue, Subscription
from newsletters.post import Post, open_post
from newsletters.slots import is_quiet, is_too_late
from newsletters.smtp import Answer, LostError, Step
from newsletters.throttle import Throttle

log = logging.getLogger(__name__)

BATCH = 100
QUICK = 0.05  # seconds; where a mail takes longer, one more commit does not matter
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


def free_connections(*, now: datetime) -> int:
    """Return how many more workers may talk to the mail server, whatever issue they send."""
    at_work = Delivery.objects.of_open_issues().batches_at_work(now)
    return max(0, int(settings.NEWSLETTER_CONNECTIONS) - at_work)


def deliver_issue(issue: Issue, *, clock: Clock = timezone.now, seconds: int = 50) -> int:
    """Send until nothing is due or the time is up; return how many rows were dealt with.

    Raises NoRelayError.
    """
    until, dealt_with, last = clock() + timedelta(seconds=seconds), 0, 0
    while clock() < until:
        count, last = deliver_batch(issue, clock=clock, until=until, after=last)
        dealt_with += count
        if not count:
            break
    finish_issue(issue, now=clock())
    return dealt_with


def deliver_batch(
    issue: Issue, *, until: datetime, after: int = 0, clock: Clock = timezone.now
) -> tuple[int, int]:
    """Send a batch over one connection; return how many rows were dealt with, and the last."""
    claim_token = secrets.token_hex(16)
    batch = claim(issue, claim_token=claim_token, now=clock(), after=after)
    if not batch:
        return 0, after
    languages = {delivery.language for delivery in batch}
    found = issue.bodies.filter(language__in=languages)
    templates = {(body.language, body.omits): Template(body) for body in found}
    books, throttle, done = Books(), Throttle(clock=clock), 0
    letters = _write_letters(batch, templates, books=books, at=clock())
    try:
        with open_post() as post:
            for letter, following in zip(letters, [*letters[1:], None], strict=True):
                if clock() >= until or not throttle.wait(until=until):
                    break
                started = monotonic()
                is_settled = deliver(letter, following, post=post, books=books, clock=clock)
                if not is_settled and not Issue.objects.sending().filter(pk=issue.pk).exists():
                    break  # somebody has stopped it
                done += 1
                if monotonic() - started > QUICK or throttle.is_on:
                    books.flush()
    except (SMTPException, OSError) as error:
        log.warning("Issue %s: the mail server cannot be used: %s", issue.pk, error)
        raise NoRelayError(str(error)) from error
    finally:
        books.flush()
        put_back([letter.delivery for letter in letters[done:]], claim_token=claim_token)
    return done + len(batch) - len(letters), batch[-1].pk


def _write_letters(
    batch: list[Delivery], templates: dict[tuple[str, str], Template], *, books: Books, at: datetime
) -> list[ReadersLetter]:
    """Return a letter for each row; a reader whose address no envelope can carry gets none."""
    letters = []
    for delivery in batch:
        try:
            template = templates[delivery.language, delivery.omits]
            letters.append(ReadersLetter(delivery, template, at=at))
        except ValueError as error:
            books.settle(delivery, State.FAILED, error=str(error))
    return letters


def claim(
    issue: Issue, *, claim_token: str, now: datetime, size: int | None = None, after: int = 0
) -> list[Delivery]:
    """Take up to ``size`` rows for ``LEASE`` and return them; who has left is skipped.

    Only rows behind the key ``after`` are looked at: of a long issue the finished ones lie before.

    Where the database can, rows that another worker is just taking are passed over; elsewhere
    (SQLite, one writer at a time) the second worker waits, and finds others.
    """
    behind = Delivery.objects.filter(issue=issue, pk__gt=after)
    waiting = behind.claimable(now).order_by("pk")
    while True:
        with transaction.atomic():
            if database.features.has_select_for_update_skip_locked:
                waiting = waiting.select_for_update(skip_locked=True)
            chosen = list(waiting.values_list("pk", flat=True)[: size or BATCH])
            Delivery.objects.filter(pk__in=chosen).claimable(now).update(
                state=State.CLAIMED, claim_token=claim_token, lease_until=now + LEASE
            )
        held = Delivery.objects.filter(pk__in=chosen).held_by(claim_token).order_by("pk")
        batch = _without_leavers(issue, list(held.select_related("subscriber")), now=now)
        if batch or not chosen:
            return batch


def _without_leavers(issue: Issue, batch: list[Delivery], *, now: datetime) -> list[Delivery]:
    """Skip whose reader has left or pauses by now; return the others, each with its issue."""
    readers = {delivery.subscriber_id for delivery in batch if delivery.subscriber_id}
    current = Subscription.objects.served_on(localdate(now)).filter(
        newsletter=issue.newsletter_id, subscriber__in=readers
    )
    still = set(current.values_list("subscriber_id", flat=True))
    leavers = [delivery.pk for delivery in batch if delivery.subscriber_id not in still]
    if leavers:
        Delivery.objects.filter(pk__in=leavers, state=State.CLAIMED).update(
            state=State.SKIPPED, lease_until=None, claim_token=""
        )
    for delivery in batch:
        delivery.issue = issue
    return [delivery for delivery in batch if delivery.subscriber_id in still]


def deliver(
    letter: ReadersLetter,
    following: ReadersLetter | None = None,
    *,
    post: Post,
    books: Books,
    clock: Clock,
) -> bool:
    """Send one mail and record what came of it; False where it must not go any more.

    Raises SMTPException or OSError where the connection is of no use for further mails.
    """
    delivery = letter.delivery

    def hand_over(is_journaled: bool) -> bool:
        return books.hand_over(delivery, now=clock(), is_journaled=is_journaled)

    try:
        answer = post.send(letter, hand_over=hand_over, following=following)
    except ValueError as error:  # no header can carry it: found before any connection
        books.settle(delivery, State.FAILED, error=str(error))
        return True
    except LostError as lost:
        if lost.after_dot:
            books.settle(delivery, State.UNSURE, error=str(lost))
        else:
            books.defer(delivery, now=clock(), error=str(lost))
        raise OSError(str(lost)) from lost
    if answer is None:
        return False
    _record(delivery, answer, books=books, now=clock())
    return True


def _record(delivery: Delivery, answer: Answer, *, books: Books, now: datetime) -> None:
    """Write what the server said; raise SMTPException where it will say no more."""
    if answer.is_acceptance:
        books.take(delivery, answer, now=now)
    elif answer.step is Step.MAIL:
        # Not this reader's fault: the relay does not take our mail, perhaps for a wrong setting.
        books.put_off(delivery, answer, now=now)
    else:
        books.refuse(delivery, answer, now=now)
    if answer.is_closing or answer.step is Step.MAIL:
        raise SMTPException(f"{answer.code} {answer.text}")


def put_back(batch: list[Delivery], *, claim_token: str) -> int:
    """Let go of rows that were taken up and not tried. Safe: nothing of them was sent."""
    if not batch:
        return 0
    return (
        Delivery.objects.filter(pk__in=[delivery.pk for delivery in batch])
        .held_by(claim_token)
        .update(state=State.PENDING, lease_until=None, claim_token="")
    )


def sweep(*, now: datetime) -> int:
    """Find what vanished workers held: not handed over → again; handed over → unclear."""
    abandoned = Delivery.objects.abandoned(now)
    freed = abandoned.filter(state=State.CLAIMED).update(
        state=State.PENDING, lease_until=None, claim_token=""
    )
    unclear = abandoned.filter(state=State.FINAL_DOT).update(
        state=State.UNSURE, lease_until=None, error="lease", attempts=F("attempts") + 1
    )
    return freed + unclear


def finish_issue(issue: Issue, *, now: datetime) -> bool:
    """Close the books if they balance: audience = sent + refused + skipped."""
    counts = issue.deliveries.counts()
    sent, failed, skipped = (counts[state.value] for state in Delivery.FINISHED)
    return bool(
        Issue.objects.filter(pk=issue.pk, audience_count=sent + failed + skipped)
        .sending()
        .update(
            state=Issue.State.SENT,
            finished_at=now,
            sent_count=sent,
            failed_count=failed,
            skipped_count=skipped,
            modified_at=now,
        )
    )
