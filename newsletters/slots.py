"""Slots: which local week or quarter a newsletter's issue belongs to, and when it is due.

The timetable lives here and not in the job queue: a tick every minute asks these functions, so a
server that was down or a clock that changed leaves nothing to repair. Moments are returned in UTC,
because Python compares and subtracts moments of one time zone by the clock on the wall.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.utils.timezone import localdate, localtime

from kit_portal.common.days import at_clock
from newsletters.models import Newsletter
from newsletters.models.newsletter import QUIET_HOUR

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Slot:
    """``key`` names the local week (“2026-W48”), quarter (“2026-Q4”) or day."""

    key: str
    due: datetime


def next_slot(newsletter: Newsletter, *, now: datetime) -> Slot | None:
    """Return the first slot still to come; None without a rhythm."""
    return next((slot for slot in _slots_near(newsletter, localdate(now)) if slot.due > now), None)


def slot_to_compose(newsletter: Newsletter, *, now: datetime) -> Slot | None:
    """Return the slot whose draft should lie on the desk now.

    From ``lead_hours`` before it is due until ``late_hours`` after: a draft that nobody could
    send in time any more is not begun.
    """
    lead = timedelta(hours=newsletter.lead_hours)
    late = timedelta(hours=newsletter.late_hours)
    return next(
        (
            slot
            for slot in _slots_near(newsletter, localdate(now))
            if slot.due - lead <= now <= slot.due + late
        ),
        None,
    )


def day_slot(day: date) -> str:
    """Return the key of an issue that the office begins by hand."""
    return day.isoformat()


def is_too_late(newsletter: Newsletter, *, due: datetime, now: datetime) -> bool:
    """Whether an issue missed its slot by so much that somebody has to decide."""
    return now > due + timedelta(hours=newsletter.late_hours)


def is_quiet(now: datetime) -> bool:
    """Whether it is the local hour in which clocks change; nothing begins to be sent then."""
    first, last = QUIET_HOUR
    return first <= localtime(now).time() < last


def _slots_near(newsletter: Newsletter, today: date) -> list[Slot]:
    """Return enough slots around ``today``, by date: lead and lateness span less than a week."""
    if newsletter.rhythm == Newsletter.Rhythm.WEEKLY:
        days = [today + WEEK * offset for offset in (-1, 0, 1, 2)]
        return [_weekly(newsletter, day) for day in days]
    if newsletter.rhythm == Newsletter.Rhythm.QUARTERLY:
        here = today.year * 4 + (today.month - 1) // 3
        return [_quarterly(newsletter, quarter) for quarter in range(here - 1, here + 3)]
    return []


def _weekly(newsletter: Newsletter, day: date) -> Slot:
    year, week, _weekday = day.isocalendar()
    day = date.fromisocalendar(year, week, newsletter.weekday + 1)
    return Slot(f"{year}-W{week:02}", _due(newsletter, day))


def _quarterly(newsletter: Newsletter, quarter: int) -> Slot:
    """``quarter`` counts from the year 0; due on the quarter's first chosen weekday."""
    year, index = divmod(quarter, 4)
    first = date(year, index * 3 + 1, 1)
    day = first + timedelta(days=(newsletter.weekday - first.weekday()) % 7)
    return Slot(f"{year}-Q{index + 1}", _due(newsletter, day))


def _due(newsletter: Newsletter, day: date) -> datetime:
    return at_clock(day, newsletter.send_time).astimezone(UTC)
