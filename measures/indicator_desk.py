"""What staff see of all indicators: the last value, the target, drift and what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import groupby

from django.db.models import QuerySet

from measures.aims import TargetState, aims_of, target_state
from measures.charts import Point, point_of
from measures.indicator_chapters import concept_of, place_of
from measures.indicator_counting import Drift, drift_of
from measures.indicator_sources import counted_value, source_choices
from measures.models import Concept, Indicator


@dataclass(frozen=True)
class DeskRow:
    """``drifts``: by year, where a count of today gives another number than the stored one."""

    indicator: Indicator
    source: str
    last: Point | None
    state: TargetState | None
    drifts: Sequence[tuple[int, Drift]]
    is_missing: bool


@dataclass(frozen=True)
class DeskGroup:
    concept: Concept
    rows: Sequence[DeskRow]


def indicator_desk(*, today: date) -> list[DeskGroup]:
    """Return every indicator, the newest concept first. Each source counts once for each year."""
    count = cache(counted_value)
    labels = dict(source_choices())
    rows = []
    for indicator in in_order(Indicator.objects.prefetch_related("values")):
        values = list(indicator.values.all())
        points = [point_of(value) for value in values]
        drifts = []
        for value in values:
            # Of an override the reason is known; what may have moved is the count below it.
            stored = value.counted if value.is_overridden else value.value
            as_of = value.as_of or value.counted_within_year
            drift = drift_of(
                stored, indicator, year=value.year, today=today, as_of=as_of, count=count
            )
            if drift:
                drifts.append((value.year, drift))
        rows.append(
            DeskRow(
                indicator,
                labels.get(indicator.source_key, "") or indicator.source,
                points[-1] if points else None,
                target_state(aims_of(indicator), points),
                drifts,
                is_missing=_is_missing(indicator, points, today.year - 1),
            )
        )
    by_concept = groupby(rows, lambda row: concept_of(row.indicator))
    return [DeskGroup(concept, list(of_concept)) for concept, of_concept in by_concept]


def in_order(indicators: QuerySet[Indicator]) -> list[Indicator]:
    joined = ("concept", "measure__concept", "measure__goal__action_field")
    return sorted(indicators.select_related(*joined), key=place_of)


def _is_missing(indicator: Indicator, points: Sequence[Point], year: int) -> bool:
    concept = concept_of(indicator)
    is_in_force = concept.period_from <= year <= (concept.period_to or year)
    return is_in_force and all(point.year != year for point in points)
