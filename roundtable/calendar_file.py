"""A meeting as a calendar file (RFC 5545)."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import get_language
from icalendar import Calendar, Event

from roundtable.models import Meeting
from roundtable.models.meetings import USUAL_LENGTH


def meeting_calendar(meeting: Meeting, *, title: str, url: str) -> bytes:
    """Return the file: date and place of the meeting and its address ``url``, never its agenda.

    The same meeting keeps its UID, so opening a newer file moves the entry instead of doubling it.
    """
    event = Event()
    event.add("uid", f"meeting-{meeting.pk}@{urlsplit(settings.SITE_URL).hostname}")
    event.add("dtstamp", meeting.modified_at)
    event.add("last-modified", meeting.modified_at)
    event.add("summary", title)
    event.add("dtstart", meeting.starts_at)
    event.add("dtend", meeting.ends_at or meeting.starts_at + USUAL_LENGTH)
    event.add("status", "CANCELLED" if meeting.is_cancelled else "CONFIRMED")
    event.add("url", url)
    where = [part for part in (meeting.place, meeting.room, meeting.online_url) if part]
    if where:
        event.add("location", ", ".join(where))
    calendar = Calendar()
    calendar.add("prodid", f"-//{urlsplit(settings.SITE_URL).hostname}//{get_language()}")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    return bytes(calendar.to_ical())
