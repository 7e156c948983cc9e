"""Composing: an issue's draft from what the portal knows, once for each slot."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import override

from kit_portal.common.translation_queries import column
from newsletters.gather import Span, gather
from newsletters.models import Issue, IssueItem, Newsletter
from newsletters.slots import Slot, day_slot, slot_to_compose

# How far ahead an issue looks, and how far back the first one of a newsletter.
AHEAD = {
    "weekly": timedelta(days=14),
    "quarterly": timedelta(days=98),
    "manual": timedelta(days=30),
}
BACK = {"weekly": timedelta(days=7), "quarterly": timedelta(days=92), "manual": timedelta(days=30)}
# More of a kind are kept, but left out: staff can put them in.
INCLUDED = {"weekly": 10, "quarterly": 20, "manual": 10}


def compose_due(*, now: datetime) -> list[Issue]:
    """Lay out the drafts whose time has come; those already there are left alone."""
    composed = []
    for newsletter in Newsletter.objects.active().with_rhythm():
        slot = slot_to_compose(newsletter, now=now)
        if slot and not newsletter.issues.filter(slot=slot.key).exists():
            composed.append(compose_issue(newsletter, slot=slot, now=now))
    return composed


def compose_by_hand(newsletter: Newsletter, *, now: datetime) -> Issue:
    """Begin today's issue of a newsletter without waiting for its rhythm."""
    return compose_issue(newsletter, slot=Slot(day_slot(localdate(now)), now), now=now)


def compose_issue(newsletter: Newsletter, *, slot: Slot, now: datetime) -> Issue:
    """Return the slot's issue, made now unless it exists.

    Two workers may get here together: the unique key lets one of them in, and because items are
    written in the same transaction, the other one finds a whole issue.
    """
    try:
        with transaction.atomic():
            issue = _begin(newsletter, slot=slot, now=now)
            IssueItem.objects.bulk_create(_items_of(issue, now=now))
            return issue
    except IntegrityError:
        return newsletter.issues.get(slot=slot.key)


def _begin(newsletter: Newsletter, *, slot: Slot, now: datetime) -> Issue:
    issue = Issue(newsletter=newsletter, slot=slot.key, scheduled_for=slot.due, composed_at=now)
    for code in settings.MODELTRANSLATION_LANGUAGES:
        with override(code):
            setattr(issue, column("subject", code), f"{newsletter.name}: {slot_name(slot.key)}")
    issue.save(force_insert=True)
    return issue


def slot_name(key: str) -> str:
    """Return the slot in the reader's words: “week 48 of 2026”, or the day of one by hand."""
    year, _dash, part = key.partition("-")
    if part[:1] == "W":
        return _("week %(week)d of %(year)s") % {"week": int(part[1:]), "year": year}
    if part[:1] == "Q":
        return _("quarter %(quarter)s of %(year)s") % {"quarter": part[1:], "year": year}
    return date_format(date.fromisoformat(key), "DATE_FORMAT")


def _items_of(issue: Issue, *, now: datetime) -> list[IssueItem]:
    newsletter = issue.newsletter
    span = _span(issue, now=now)
    items: list[IssueItem] = []
    for section in newsletter.sections:
        found = gather(section, span=span, told=_told(newsletter, section))
        for position, item in enumerate(found):
            item.issue, item.position = issue, position
            item.is_included = position < INCLUDED[newsletter.rhythm]
        items += found
    return items


def _span(issue: Issue, *, now: datetime) -> Span:
    """Changes count from when the last issue was composed: what came after it is news."""
    newsletter = issue.newsletter
    last = (
        newsletter.issues.filter(corrects__isnull=True)
        .exclude(pk=issue.pk)
        .exclude(state=Issue.State.CANCELLED)
        .order_by("-composed_at")
        .first()
    )
    due = max(issue.scheduled_for, now)
    since = last.composed_at if last else now - BACK[newsletter.rhythm]
    return Span(since=since, due=due, until=due + AHEAD[newsletter.rhythm])


def _told(newsletter: Newsletter, section: str) -> set[int]:
    """Return the ids of the section's things that earlier issues told of."""
    earlier = IssueItem.objects.included().filter(
        issue__newsletter=newsletter, kind=section, source_id__isnull=False
    )
    ids = earlier.exclude(issue__state=Issue.State.CANCELLED).values_list("source_id", flat=True)
    return {source_id for source_id in ids if source_id is not None}
