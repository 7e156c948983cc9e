"""Releasing: from now on an issue's words and readers are fixed; and the ways back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import islice

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kit_portal.accounts.models import User
from newsletters import links
from newsletters.guard import Change, changes_of
from newsletters.message import freeze
from newsletters.models import Delivery, Issue, RenderedBody, Subscriber
from newsletters.models.subscriber import SubscriberQuerySet
from newsletters.render import Mail, render_all
from newsletters.subscription import site_language
from newsletters.topics import Choices

MAX_HTML_BYTES = 90_000  # large mailbox providers cut a mail off at about 102 kB
CHUNK = 1000


class NotPossibleError(Exception):
    """Why a step cannot be taken, in the words of the staff."""

    def __init__(self, reason: str | Promise) -> None:
        super().__init__(reason)
        self.reason = reason


@contextmanager
def editing(issue: Issue) -> Iterator[Issue]:
    """Hold a draft while it is changed, so that nothing can be released half-way.

    Raises NotPossibleError where it is no draft any more.
    """
    with transaction.atomic():
        held = Issue.objects.select_for_update().filter(pk=issue.pk).being_edited().first()
        if held is None:
            raise NotPossibleError(_("This issue is released already and cannot be changed."))
        yield held
        # Whoever proposed it for release meant other words, and whoever checked it as well.
        Issue.objects.filter(pk=held.pk).update(
            proposed_at=None, proposed_by=None, modified_at=timezone.now()
        )


def obstacles(issue: Issue, mails: list[Mail] | None = None) -> list[str | Promise]:
    """Return why the draft cannot be sent as it is; empty if it can."""
    found: list[str | Promise] = []
    if not issue.items.included().exists() and not issue.intro:
        found.append(_("The issue is empty."))
    if not readers_of(issue).exists():
        found.append(_("There is nobody who would get this issue."))
    found += [_told_wrongly(change) for change in changes_of(issue)]
    sizes = [len(mail.html.encode()) for mail in mails or render_all(issue)]
    if max(sizes) > MAX_HTML_BYTES:
        found.append(_("The mail is too large: leave out some items or shorten texts."))
    return found


def _told_wrongly(change: Change) -> str:
    return gettext("“%(title)s” %(what)s: take that over or leave it out.") % {
        "title": change.item.title,
        "what": ", ".join(map(str, change.what)),
    }


def readers_of(issue: Issue) -> SubscriberQuerySet:
    """Who gets the issue on its day, without those who pause; a correction only who was told."""
    day = localdate(issue.scheduled_for)
    readers = Subscriber.objects.subscribed_to(issue.newsletter, on=day)
    if issue.corrects_id is None:
        return readers
    told = Delivery.objects.filter(issue=issue.corrects_id, state=Delivery.State.SENT)
    return readers.filter(pk__in=told.values("subscriber"))


def propose_issue(issue: Issue, *, by: User, now: datetime) -> None:
    """Ask a second person to release the draft. Raises NotPossibleError."""
    if reasons := obstacles(issue):
        raise NotPossibleError(reasons[0])
    proposed = Issue.objects.filter(pk=issue.pk).being_edited()
    if not proposed.update(proposed_at=now, proposed_by=by):
        raise NotPossibleError(_("This issue is in another state by now."))


def _require_second_person(issue: Issue, by: User) -> None:
    if not issue.newsletter.needs_second_person:
        return
    if issue.proposed_by_id is None:
        raise NotPossibleError(_("First somebody has to propose the issue for release."))
    if issue.proposed_by_id == by.pk:
        raise NotPossibleError(_("You proposed this issue; another person has to release it."))


def release_issue(issue: Issue, *, by: User, now: datetime, send_at: datetime) -> Issue:
    """Freeze bodies and audience in one transaction; whoever releases second finds it released.

    Who joins later gets the next issue; who leaves before their turn is skipped.
    Raises NotPossibleError.
    """
    with transaction.atomic():
        # The conditional update comes first: it decides between two people, and its row lock
        # keeps edits out until the bodies are written.
        is_mine = (
            Issue.objects.filter(pk=issue.pk)
            .being_edited()
            .update(
                state=Issue.State.RELEASED,
                released_at=now,
                released_by=by,
                scheduled_for=send_at,
                audience_count=0,
                modified_at=now,
            )
        )
        if not is_mine:
            raise NotPossibleError(_("This issue has been released already."))
        issue.refresh_from_db()
        _require_second_person(issue, by)
        mails = render_all(issue)
        if reasons := obstacles(issue, mails):
            raise NotPossibleError(reasons[0])
        choices, readers = Choices(issue), readers_of(issue).order_by("pk")
        mails += choices.rendered(readers)
        RenderedBody.objects.bulk_create(freeze(issue, mail) for mail in mails)
        issue.audience_count = _freeze_audience(issue, readers, choices)
        issue.save(update_fields=["audience_count"])
    return issue


def take_back(issue: Issue, *, now: datetime) -> Issue:
    """Make a released issue a draft again, as long as its sending has not begun."""
    with transaction.atomic():
        _move(issue, Issue.State.RELEASED, Issue.State.DRAFT, now=now)
        issue.bodies.all().delete()
        issue.deliveries.all().delete()
        Issue.objects.filter(pk=issue.pk).update(
            released_at=None, released_by=None, audience_count=None
        )
    issue.refresh_from_db()
    return issue


def pause_issue(issue: Issue, *, now: datetime) -> Issue:
    """Stop the sending. What a worker holds is put back, so that at most one mail still leaves."""
    with transaction.atomic():
        _move(issue, Issue.State.SENDING, Issue.State.PAUSED, now=now)
        issue.deliveries.filter(state=Delivery.State.CLAIMED).update(
            state=Delivery.State.PENDING, lease_until=None, claim_token=""
        )
    issue.refresh_from_db()
    return issue


def resume_issue(issue: Issue, *, now: datetime) -> Issue:
    """Go on sending where it was stopped."""
    _move(issue, Issue.State.PAUSED, Issue.State.SENDING, now=now)
    issue.refresh_from_db()
    return issue


def cancel_issue(issue: Issue, *, now: datetime) -> Issue:
    """Drop a draft. Its slot stays taken, so that the timetable does not compose it again."""
    _move(issue, Issue.State.DRAFT, Issue.State.CANCELLED, now=now)
    issue.refresh_from_db()
    return issue


def reopen_issue(issue: Issue, *, now: datetime) -> Issue:
    """Take up a dropped draft again."""
    _move(issue, Issue.State.CANCELLED, Issue.State.DRAFT, now=now)
    issue.refresh_from_db()
    return issue


def _move(issue: Issue, before: str, after: str, *, now: datetime) -> None:
    moved = Issue.objects.filter(pk=issue.pk, state=before).update(state=after, modified_at=now)
    if not moved:
        raise NotPossibleError(_("This issue is in another state by now."))


def _freeze_audience(issue: Issue, readers: SubscriberQuerySet, choices: Choices) -> int:
    """Write one row for each reader and return how many there are.

    Whose topics the issue does not touch at all gets no empty letter.
    """
    columns = readers.values_list("pk", "address_hash", "language", "omits")
    rows = (
        (pk, address_hash, site_language(language), key)
        for pk, address_hash, language, omits in columns.iterator(chunk_size=CHUNK)
        if (key := choices.key(omits)) is not None
    )
    domain = links.mail_domain(issue.newsletter)
    count = 0
    while chunk := list(islice(rows, CHUNK)):
        Delivery.objects.bulk_create(
            Delivery(
                issue=issue,
                subscriber_id=pk,
                address_hash=address_hash,
                language=language,
                omits=choices.ready_key(language, key),
                message_id=message_id(issue, pk, domain=domain),
            )
            for pk, address_hash, language, key in chunk
        )
        count += len(chunk)
    return count


def message_id(issue: Issue, subscriber_id: int, *, domain: str) -> str:
    """Return the same id however often a mail is tried.

    Providers and Sieve's ``duplicate`` (RFC 7352) can so drop a repeated mail, and it is the key
    for looking into a relay's log. It does not tell who the reader is.
    """
    digest = salted_hmac(
        "newsletters.message-id", f"{issue.pk}:{subscriber_id}", algorithm="sha256"
    )
    return f"<{message_id_prefix(issue.pk)}{digest.hexdigest()[:16]}@{domain}>"


def message_id_prefix(issue_id: int) -> str:
    """Return what the ids of all mails of an issue begin with, after the bracket."""
    return f"nl.{issue_id}."
