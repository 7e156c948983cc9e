"""Days as an office writes them in its data: “2016-03-17”, “today+14”, “every 2nd Tuesday”."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import takewhile

from django.utils.timezone import get_default_timezone

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
ORDINALS = {"1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "last": -1}
FURTHEST = timedelta(days=366 * 30)  # where a rule without bounds stops looking


def parse_day(text: str, *, today: date) -> date:
    """Read “2016-03-17” or “today”, “today+14”, “today-3”. Raises ValueError with the remedy."""
    if match := re.fullmatch(r"today\s*(?:([+-])\s*(\d+))?", text):
        sign, days = match.groups()
        return today + timedelta(days=int(f"{sign or ''}{days or 0}"))
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"“{text}” is no day; write 2016-03-17, today or today+14") from None


def parse_moment(text: str, *, today: date) -> datetime:
    """Read a day and an hour (“today+14 18:30”) as local time; a day alone is its midnight."""
    day, _space, clock = text.strip().rpartition(" ")
    if not re.fullmatch(r"\d{1,2}:\d{2}", clock):
        day, clock = text.strip(), "00:00"
    return at_clock(parse_day(day, today=today), parse_clock(clock))


def parse_clock(text: str) -> time:
    try:
        return time.fromisoformat(text.zfill(5))
    except ValueError:
        raise ValueError(f"“{text}” is no time of day; write 18:30") from None


def at_clock(day: date, clock: time) -> datetime:
    """Return the moment when clocks here show ``clock`` on ``day``."""
    return datetime.combine(day, clock, tzinfo=get_default_timezone())


@dataclass(frozen=True)
class Rule:
    """Days that come again: each ``weekday``, or only its ``ordinal`` of a month; or once a year.

    ``step`` is in weeks and counts from a fixed Monday, so a rule gives the same days whenever it
    is asked. ``months`` and ``pauses`` (month-day pairs, both included) thin the days out.
    """

    weekday: int | None = None
    ordinal: int | None = None
    month_day: tuple[int, int] | None = None
    step: int = 1
    months: frozenset[int] = frozenset(range(1, 13))
    pauses: tuple[tuple[tuple[int, int], tuple[int, int]], ...] = ()

    def holds(self, day: date) -> bool:
        if day.month not in self.months or self._is_paused(day):
            return False
        if self.month_day:
            return (day.month, day.day) == self.month_day
        return day.weekday() == self.weekday and self._is_its_turn(day)

    def _is_its_turn(self, day: date) -> bool:
        if self.ordinal is None:
            return (day.toordinal() - 1) // 7 % self.step == 0
        if self.ordinal > 0:
            return (day.day - 1) // 7 + 1 == self.ordinal
        return (day + timedelta(days=7)).month != day.month

    def _is_paused(self, day: date) -> bool:
        here = (day.month, day.day)
        return any(
            first <= here <= last if first <= last else here >= first or here <= last
            for first, last in self.pauses
        )

    def between(self, first: date, last: date) -> list[date]:
        return [day for day in takewhile(last.__ge__, _days(first, step=1)) if self.holds(day)]


def parse_rule(
    every: str, on: str, *, months: list[str] | None = None, pauses: list[str] | None = None
) -> Rule:
    """Read “week” or “2 weeks” on “tuesday”, “month” on “2nd tuesday”, “year” on “09-26”.

    A pause is “12-20 to 01-06”. Raises ValueError with the remedy.
    """
    rule = Rule(
        months=frozenset(int(month) for month in months or range(1, 13)),
        pauses=tuple(_parse_pause(pause) for pause in pauses or ()),
    )
    if every == "year":
        return replace(rule, month_day=_parse_month_day(on))
    if every == "month":
        ordinal, _space, weekday = on.partition(" ")
        if ordinal not in ORDINALS:
            raise ValueError(f"“{on}” is no day of a month; write 2nd tuesday or last friday")
        return replace(rule, weekday=_parse_weekday(weekday), ordinal=ORDINALS[ordinal])
    if match := re.fullmatch(r"week|(\d+) weeks", every):
        return replace(rule, weekday=_parse_weekday(on), step=int(match.group(1) or 1))
    raise ValueError(f"“{every}” is no rhythm; write week, 2 weeks, month or year")


def _parse_weekday(text: str) -> int:
    if text not in WEEKDAYS:
        raise ValueError(f"“{text}” is no weekday; write one of {', '.join(WEEKDAYS)}")
    return WEEKDAYS.index(text)


def _parse_month_day(text: str) -> tuple[int, int]:
    try:
        day = date.fromisoformat(f"2000-{text}")
    except ValueError:
        raise ValueError(f"“{text}” is no day of the year; write 09-26") from None
    return day.month, day.day


def _parse_pause(text: str) -> tuple[tuple[int, int], tuple[int, int]]:
    first, _word, last = text.partition(" to ")
    return _parse_month_day(first), _parse_month_day(last)


def _days(start: date, *, step: int) -> Iterator[date]:
    for offset in range(FURTHEST.days):
        yield start + timedelta(days=offset * step)
