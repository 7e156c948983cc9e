"""Events as calendar files (RFC 5545): one event to keep, or a whole calendar to subscribe to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from urllib.parse import urlsplit

import icalendar
from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language, gettext

from kit_portal.common.translation_queries import column
from welcome.models import Event

# How often a subscriber's program should look again (RFC 7986, REFRESH-INTERVAL).
REFRESH = timedelta(hours=6)


def event_calendar(events: Iterable[Event], *, name: str) -> bytes:
    """Return a calendar of ``events`` in the current language, German where a text is missing.

    The same event keeps its UID in every language and version, so programs update it.
    """
    calendar = icalendar.Calendar()
    calendar.add("prodid", f"-//{_host()}//{get_language()}")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    for event in events:
        calendar.add_component(_entry(event))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _entry(event: Event) -> icalendar.Event:
    entry = icalendar.Event()
    title, language = _text(event, "title")
    if event.is_cancelled:
        title = gettext("Cancelled: %(title)s") % {"title": title}
    url = settings.SITE_URL + event.get_absolute_url()
    summary, summary_language = _text(event, "summary")
    entry.add("uid", f"event-{event.pk}@{_host()}")
    entry.add("dtstamp", event.modified_at)
    entry.add("last-modified", event.modified_at)
    entry.add("summary", title, parameters={"LANGUAGE": language})
    entry.add(
        "description",
        "\n\n".join(filter(None, (summary, url))),
        parameters={"LANGUAGE": summary_language},
    )
    entry.add("url", url)
    entry.add("status", "CANCELLED" if event.is_cancelled else "CONFIRMED")
    if event.where:
        entry.add("location", event.where)
    _add_times(entry, event)
    return entry


def _add_times(entry: icalendar.Event, event: Event) -> None:
    if event.all_day:
        entry.add("dtstart", event.first_day)
        entry.add("dtend", event.last_day + timedelta(days=1))  # the end is not part of it
        return
    entry.add("dtstart", timezone.localtime(event.starts_at))
    if event.ends_at:
        entry.add("dtend", timezone.localtime(event.ends_at))


def _text(event: Event, field: str) -> tuple[str, str]:
    """Return the text and the language it is really in."""
    here = get_language() or settings.LANGUAGE_CODE
    if text := getattr(event, column(field, here)):
        return text, here
    return getattr(event, column(field, settings.LANGUAGE_CODE)) or "", settings.LANGUAGE_CODE


def _host() -> str:
    return urlsplit(settings.SITE_URL).hostname or "localhost"
