"""What measures may count here: figures of one calendar year, None where nothing is known."""

from __future__ import annotations

from datetime import date

from interpreters.models import Mission, Pool, PoolMembership
from interpreters.statistics import in_year, missions_by_period, partnerships_by_period


def missions_in(year: int) -> int | None:
    return in_year(missions_by_period(Mission.Kind.INTERPRETER), year)


def guide_missions_in(year: int) -> int | None:
    return in_year(missions_by_period(Mission.Kind.GUIDE), year)


def partnerships_in(year: int) -> int | None:
    return in_year(partnerships_by_period(), year)


def interpreters_in(year: int) -> int | None:
    """Volunteers at the end of the year, of whom the day they joined is known."""
    members = PoolMembership.objects.current(today=date(year, 12, 31))
    known = members.filter(pool=Pool.VOLUNTEER, joined_on__isnull=False)
    return known.count() or None
