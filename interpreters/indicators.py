"""What measures may count here: figures of one calendar year, None where nothing is known.

Missions and partnerships are counted in two ways: those of a year, and all so far. A tally that
reaches past the day asked for cannot be split honestly: of such a time nothing is known.
"""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

from django.db.models import Q, Sum

from interpreters.models import (
    Mission,
    MissionTally,
    Partnership,
    PartnershipTally,
    Pool,
    PoolMembership,
)
from interpreters.statistics import in_year, missions_by_period, partnerships_by_period
from kit_portal.common.days import at_clock


def missions_in(year: int) -> int | None:
    return in_year(missions_by_period(Mission.Kind.INTERPRETER), year)


def missions_on(day: date) -> int | None:
    return _missions(Mission.Kind.INTERPRETER, first=date(day.year, 1, 1), last=day)


def missions_so_far_in(year: int) -> int | None:
    return missions_so_far_on(date(year, 12, 31))


def missions_so_far_on(day: date) -> int | None:
    return _missions(Mission.Kind.INTERPRETER, first=date.min, last=day)


def guide_missions_in(year: int) -> int | None:
    return in_year(missions_by_period(Mission.Kind.GUIDE), year)


def guide_missions_on(day: date) -> int | None:
    return _missions(Mission.Kind.GUIDE, first=date(day.year, 1, 1), last=day)


def guide_missions_so_far_in(year: int) -> int | None:
    return guide_missions_so_far_on(date(year, 12, 31))


def guide_missions_so_far_on(day: date) -> int | None:
    return _missions(Mission.Kind.GUIDE, first=date.min, last=day)


def partnerships_in(year: int) -> int | None:
    return in_year(partnerships_by_period(), year)


def partnerships_on(day: date) -> int | None:
    return _partnerships(first=date(day.year, 1, 1), last=day)


def partnerships_so_far_in(year: int) -> int | None:
    return partnerships_so_far_on(date(year, 12, 31))


def partnerships_so_far_on(day: date) -> int | None:
    return _partnerships(first=date.min, last=day)


def interpreters_in(year: int) -> int | None:
    """Volunteers at the end of the year, of whom the day they joined is known."""
    return interpreters_on(date(year, 12, 31))


def interpreters_on(day: date) -> int | None:
    members = PoolMembership.objects.current(today=day)
    known = members.filter(pool=Pool.VOLUNTEER, joined_on__isnull=False)
    return known.count() or None


def _missions(kind: str, *, first: date, last: date) -> int | None:
    done = Mission.objects.done().of_kind(kind)
    done = done.filter(starts_at__lt=at_clock(last + timedelta(days=1), time()))
    if first > date.min:
        done = done.filter(starts_at__gte=at_clock(first, time()))
    return _together(done.count(), MissionTally.objects.of_kind(kind), first=first, last=last)


def _partnerships(*, first: date, last: date) -> int | None:
    begun = Partnership.objects.mediated().filter(started_on__range=(first, last))
    return _together(begun.count(), PartnershipTally.objects.all(), first=first, last=last)


def _together(rows: int, tallies: Any, *, first: date, last: date) -> int | None:
    if tallies.filter(Q(first_day__lte=last) & Q(last_day__gt=last)).exists():
        return None
    told = tallies.within(first, last).aggregate(sum=Sum("count"))["sum"] or 0
    return rows + told or None
