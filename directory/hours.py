"""Opening hours: is a contact point open, until when, or when does it open next?

Hours are local time of the office (Europe/Berlin), so a moment is first put on that clock; a
closing time is the first minute at which the door is shut.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from directory.models import OpeningHours

Span = tuple[time, time]


@dataclass(frozen=True)
class OpeningState:
    """Open ``until`` a time, or closed until ``opens_at`` on ``opens_on``."""

    is_open: bool
    until: time | None = None
    opens_on: date | None = None
    opens_at: time | None = None
    is_today: bool = False


@dataclass(frozen=True)
class Day:
    weekday: OpeningHours.Weekday
    spans: list[Span]
    is_today: bool


def week_of(hours: Iterable[OpeningHours], *, now: datetime) -> list[Day]:
    """Return the seven days from Monday on, each with its spans in order."""
    spans = _spans_by_weekday(hours)
    today = timezone.localtime(now).weekday()
    return [Day(day, spans[day], day == today) for day in OpeningHours.Weekday]


def opening_state(hours: Iterable[OpeningHours], *, now: datetime) -> OpeningState | None:
    """Return the state at ``now`` (aware); None where no hours are known."""
    spans = _spans_by_weekday(hours)
    if not any(spans.values()):
        return None
    here = timezone.localtime(now)
    clock = here.time()
    for opens, closes in spans[here.weekday()]:
        if opens <= clock < closes:
            return OpeningState(is_open=True, until=closes)
    return _next_opening(spans, here)


def _next_opening(spans: dict[int, list[Span]], here: datetime) -> OpeningState:
    for offset in range(8):  # a week later it is today's weekday again, from its morning on
        day = here.date() + timedelta(days=offset)
        for opens, _closes in spans[day.weekday()]:
            if offset or opens > here.time():
                return OpeningState(False, opens_on=day, opens_at=opens, is_today=not offset)
    raise AssertionError("some weekday has a span")


def _spans_by_weekday(hours: Iterable[OpeningHours]) -> dict[int, list[Span]]:
    """Return the spans of each weekday in order, those that touch or overlap joined into one."""
    spans: dict[int, list[Span]] = {day.value: [] for day in OpeningHours.Weekday}
    for entry in sorted(hours, key=lambda one: (one.weekday, one.opens_at)):
        day = spans[entry.weekday]
        if day and entry.opens_at <= day[-1][1]:
            day[-1] = (day[-1][0], max(day[-1][1], entry.closes_at))
        else:
            day.append((entry.opens_at, entry.closes_at))
    return spans
