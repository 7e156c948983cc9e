"""Indicators of the report: values up to its year, what the portal counts, parts people may see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from measures.aims import aims_of
from measures.charts import Point, point_of
from measures.disaggregation import published_cells
from measures.indicator_sources import SourceFailedError, counted_value
from measures.models import Indicator, IndicatorValue
from measures.report_entries import IndicatorEntry
from measures.report_text import text_of


def counted_values(indicators: Iterable[Indicator], *, year: int) -> dict[str, Decimal]:
    """Count what the portal feeds and nobody has stored for ``year``, each source once."""
    keys = {
        row.source_key
        for row in indicators
        if row.is_counted_by_portal and all(value.year != year for value in row.values.all())
    }
    counted = {key: counted_now(key, year) for key in sorted(keys)}
    return {key: value for key, value in counted.items() if value is not None}


def counted_now(key: str, year: int) -> Decimal | None:
    try:
        return counted_value(key, year)
    except SourceFailedError:  # it is logged, and the report can be made without
        return None


def indicator_entries(
    rows: Iterable[Indicator], *, year: int, today: date, counted: Mapping[str, Decimal]
) -> list[IndicatorEntry]:
    """Write out, in the current language, every indicator that has a value by ``year``."""
    entries = [_entry(row, year=year, today=today, counted=counted) for row in rows]
    return [entry for entry in entries if entry.points]


def _entry(
    row: Indicator, *, year: int, today: date, counted: Mapping[str, Decimal]
) -> IndicatorEntry:
    values = [value for value in row.values.all() if value.year <= year and value.cells.all()]
    last = values[-1] if values else None
    return IndicatorEntry(
        name=text_of(row, "name"),
        definition=text_of(row, "definition"),
        unit=row.unit,
        source=row.source,
        points=_points(row, year=year, today=today, counted=counted),
        slug=row.slug,
        source_key=row.source_key,
        aims=aims_of(row),
        breakdowns=published_cells(last) if last else (),
        broken_down=point_of(last) if last else None,
    )


def _points(
    indicator: Indicator, *, year: int, today: date, counted: Mapping[str, Decimal]
) -> list[Point]:
    """Stored values up to ``year``; where that year is missing, what the portal counts today."""
    points = [_point(row) for row in indicator.values.all() if row.year <= year]
    is_fed = indicator.is_counted_by_portal and indicator.source_key in counted
    if is_fed and all(point.year != year for point in points):
        points.append(
            Point(
                year,
                counted[indicator.source_key],
                as_of=today,
                note=_("counted by the portal"),
                kind=indicator.kind,
                is_partial=today.year == year,
            )
        )
    return sorted(points, key=lambda point: (point.year, point.as_of or date.max))


def _point(value: IndicatorValue) -> Point:
    point = point_of(value)
    if value.counted_at is None or value.value != value.counted:
        return point
    return replace(
        point,
        as_of=value.as_of or timezone.localdate(value.counted_at),
        note=value.note or _("counted by the portal"),
    )
