"""What the portal has to tell: news of the apps below as unsaved items of an issue.

Everything comes through the doors of its app as an outsider would see it, so nothing that is not
public can get into a mail.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.utils.translation import override

from directory.models import ContactPoint
from kit_portal.common.translation_queries import column
from measures.models import Measure
from newsletters.models import IssueItem
from roundtable.models import Meeting
from welcome.models import Announcement, Event

SHORT = 320  # characters of a text in a mail; the page behind the link has all of it
AT_MOST = 40  # of each kind
Kind = IssueItem.Kind


@dataclass(frozen=True)
class Span:
    """``due``: when the issue is sent. Coming things until ``until``, changes since ``since``."""

    since: datetime
    due: datetime
    until: datetime


def gather(section: str, *, span: Span, told: set[int]) -> list[IssueItem]:
    """Return the section's items in reading order; ``told``: ids in earlier issues."""
    with override(settings.LANGUAGE_CODE):  # links are kept as German ones and translated later
        return list(_SOURCES[section](span, told))


def _announcements(span: Span, told: set[int]) -> Iterator[IssueItem]:
    current = Announcement.objects.visible_to(AnonymousUser()).current(span.due)
    for announcement in current.exclude(pk__in=told)[:AT_MOST]:
        item = _item(Kind.ANNOUNCEMENT, announcement)
        _copy(announcement, "title", item, "title")
        _copy(announcement, "text", item, "text", shorten=True)
        yield item


def _events(span: Span, told: set[int]) -> Iterator[IssueItem]:
    """A cancelled event is news only for those who read of it before."""
    coming = Event.objects.visible_to(AnonymousUser()).coming(span.due, span.until)
    for event in coming[:AT_MOST]:
        if event.is_cancelled and event.pk not in told:
            continue
        item = _item(Kind.EVENT, event)
        item.starts_at, item.ends_at, item.all_day = event.starts_at, event.ends_at, event.all_day
        item.place, item.is_cancelled = place_of(event), event.is_cancelled
        _copy(event, "title", item, "title")
        _copy(event, "summary", item, "text")
        yield item


def _meetings(span: Span, told: set[int]) -> Iterator[IssueItem]:
    coming = Meeting.objects.visible_to(AnonymousUser()).ahead(span.due)
    chosen = coming.starting_between(span.due, span.until).select_related("body")
    for meeting in chosen[:AT_MOST]:
        if meeting.is_cancelled and meeting.pk not in told:
            continue
        item = _item(Kind.MEETING, meeting)
        item.starts_at, item.ends_at = meeting.starts_at, meeting.ends_at
        item.place, item.is_cancelled = place_of(meeting), meeting.is_cancelled
        _copy(meeting.body, "name", item, "title")
        _copy(meeting, "title", item, "text")
        yield item


def _measures(span: Span, told: set[int]) -> Iterator[IssueItem]:
    changed = Measure.objects.visible_to(AnonymousUser()).changed_since(span.since).in_order()
    for measure in changed.select_related("concept")[:AT_MOST]:
        item = _item(Kind.MEASURE, measure)
        _copy(measure, "title", item, "title")
        _copy(measure, "description", item, "text", shorten=True)
        yield item


def _offers(span: Span, told: set[int]) -> Iterator[IssueItem]:
    """Contact points that became public."""
    since = ContactPoint.objects.visible_to(AnonymousUser()).published_since(span.since)
    for place in since.exclude(pk__in=told).by_name()[:AT_MOST]:
        item = _item(Kind.OFFER, place)
        item.place = place_of(place)
        _copy(place, "name", item, "title")
        _copy(place, "summary", item, "text")
        yield item


_SOURCES = {
    "announcement": _announcements,
    "event": _events,
    "meeting": _meetings,
    "measure": _measures,
    "offer": _offers,
}


def place_of(thing: Event | Meeting | Announcement | Measure | ContactPoint) -> str:
    """Return where to go, as an item of a mail says it."""
    if isinstance(thing, ContactPoint):
        return ", ".join(thing.address_lines)[:200]
    return thing.place if isinstance(thing, Event | Meeting) else ""


def _item(kind: str, source: Any) -> IssueItem:
    return IssueItem(kind=kind, source_id=source.pk, url=source.get_absolute_url())


def _copy(source: Any, field: str, item: IssueItem, target: str, *, shorten: bool = False) -> None:
    """Copy a translated text in every language."""
    for code in settings.MODELTRANSLATION_LANGUAGES:
        text = getattr(source, column(field, code)) or ""
        setattr(item, column(target, code), first_paragraph(text) if shorten else text)


def first_paragraph(text: str) -> str:
    """Return the first paragraph that is not a heading, cut between two words if it is long."""
    paragraphs = (part.strip() for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n")))
    first = next((part for part in paragraphs if part and not part.startswith("#")), "")
    if len(first) <= SHORT:
        return first
    return f"{first[: SHORT + 1].rsplit(maxsplit=1)[0]} …"
