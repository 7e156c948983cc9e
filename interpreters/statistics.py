"""Counting what the pools did: for staff exactly, for the public without small cells.

Missions count when they are done. Numbers from before the log come from tallies: a tally within
one year joins that year, a longer one stands by itself, because it cannot be split honestly.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models.functions import ExtractMonth, ExtractYear

from directory.models import Language
from interpreters.models import (
    Institution,
    Mission,
    MissionTally,
    Partnership,
    PartnershipTally,
    Pool,
    PoolMembership,
    SpokenLanguage,
)
from interpreters.models.mission import MissionQuerySet
from interpreters.models.tally import Tally
from kit_portal.common.charts import number_text

# Below this a number could point at somebody (small cells are blanked in official statistics).
SMALLEST_PUBLIC = 5


@dataclass(frozen=True)
class Total:
    """A number, perhaps only a lower bound: “300+”."""

    number: int
    is_at_least: bool = False

    def __add__(self, other: Total) -> Total:
        return Total(self.number + other.number, self.is_at_least or other.is_at_least)

    def __str__(self) -> str:
        return number_text(self.number) + ("+" if self.is_at_least else "")

    @property
    def is_small(self) -> bool:
        """Not for the public: too few people or cases stand behind it."""
        return 0 < self.number < SMALLEST_PUBLIC

    @property
    def is_presentable(self) -> bool:
        return self.number >= SMALLEST_PUBLIC


@dataclass(frozen=True)
class Period:
    """A year, or the years of a tally that spans several, and what was counted then."""

    first_year: int
    last_year: int
    total: Total

    @property
    def is_one_year(self) -> bool:
        return self.first_year == self.last_year

    @property
    def label(self) -> str:
        if self.is_one_year:
            return str(self.first_year)
        return f"{self.first_year}\u2013{self.last_year}"


@dataclass(frozen=True)
class OfferedLanguage:
    language: Language
    speakers: Total


@dataclass(frozen=True)
class PoolFigures:
    """What the office says of its pools, one number each."""

    volunteers: Total
    languages: Total
    internal: Total
    guides: Total
    missions: Total
    guide_missions: Total
    partnerships: Total


def pool_figures(*, today: date) -> PoolFigures:
    members = PoolMembership.objects.current(today=today).count_by_pool()
    return PoolFigures(
        volunteers=Total(members[Pool.VOLUNTEER]),
        languages=Total(len(SpokenLanguage.objects.offered(today=today).count_by_language())),
        internal=Total(members[Pool.INTERNAL]),
        guides=Total(members[Pool.GUIDE]),
        missions=sum_of(missions_by_period(Mission.Kind.INTERPRETER)),
        guide_missions=sum_of(missions_by_period(Mission.Kind.GUIDE)),
        partnerships=sum_of(partnerships_by_period()),
    )


def languages_offered(*, today: date) -> list[OfferedLanguage]:
    """Return what can be interpreted today, by name, with the number of people."""
    speakers = SpokenLanguage.objects.offered(today=today).count_by_language()
    languages = Language.objects.filter(pk__in=speakers).by_name()
    return [OfferedLanguage(language, Total(speakers[language.pk])) for language in languages]


def missions_by_period(kind: str) -> list[Period]:
    done = Mission.objects.done().of_kind(kind).annotate(year=ExtractYear("starts_at"))
    return _periods(done.count_by("year"), MissionTally.objects.of_kind(kind))


def partnerships_by_period() -> list[Period]:
    begun = Partnership.objects.mediated().values_list("started_on", flat=True)
    years = Counter(day.year for day in begun if day)
    return _periods(years, PartnershipTally.objects.all())


def sum_of(periods: Iterable[Period]) -> Total:
    return sum((period.total for period in periods), Total(0))


def in_year(periods: Iterable[Period], year: int) -> int | None:
    """Return what was counted in that year alone; None if nothing is known of it."""
    return next(
        (one.total.number for one in periods if (one.first_year, one.last_year) == (year, year)),
        None,
    )


def by_month(missions: MissionQuerySet) -> list[int]:
    """Return the numbers of missions of one year, January first."""
    months = missions.annotate(month=ExtractMonth("starts_at")).count_by("month")
    return [months[month] for month in range(1, 13)]


def by_language(missions: MissionQuerySet) -> list[tuple[Language | None, int]]:
    """Return each language with its number of missions, the most frequent first."""
    counts = missions.count_by("language")
    languages = Language.objects.in_bulk([pk for pk in counts if pk])
    return [(languages.get(pk), count) for pk, count in counts.most_common()]


def by_institution_kind(missions: MissionQuerySet) -> list[tuple[str, int]]:
    """Return (label, number), the most frequent first; "" for missions without institution."""
    return _labelled(missions.count_by("institution__kind"), Institution.Kind)


def by_choice(missions: MissionQuerySet, field: str, choices: Any) -> list[tuple[str, int]]:
    return _labelled(missions.count_by(field), choices)


def _labelled(counts: Counter[Any], choices: Any) -> list[tuple[str, int]]:
    labels = dict(choices.choices)
    return [(str(labels.get(value, "")), count) for value, count in counts.most_common()]


def _periods(by_year: Counter[int], tallies: Iterable[Tally]) -> list[Period]:
    totals = {(year, year): Total(count) for year, count in by_year.items()}
    for tally in tallies:
        years = (tally.first_day.year, tally.last_day.year)
        totals[years] = totals.get(years, Total(0)) + Total(tally.count, tally.is_at_least)
    return [Period(*years, totals[years]) for years in sorted(totals)]
