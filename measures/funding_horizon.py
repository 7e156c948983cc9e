"""How long the money lasts: which funding ends when, and which measures are left without."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import get_language_bidi, ngettext

from kit_portal.common.charts import NARROW
from measures.report_entries import FundingEntry, MeasureEntry, Report

SOON_MONTHS = 12
MOST_BARS = 24  # more would not fit on a page of paper; the table has all


@dataclass(frozen=True)
class HorizonRow:
    measure: MeasureEntry
    funding: FundingEntry
    is_soon: bool


@dataclass(frozen=True)
class YearSum:
    """``amount`` in euros of what ends in ``year``."""

    year: int
    sources: int
    amount: Decimal


@dataclass(frozen=True)
class Horizon:
    """``rows`` are sources that still run on ``day``, those that end first standing first.

    ``losing`` are the measures whose last known funding ends within twelve months. Amounts are in
    euros for the whole time of a source; sources without an amount add nothing.
    """

    day: date
    rows: Sequence[HorizonRow]
    losing: Sequence[MeasureEntry]

    @property
    def total(self) -> Decimal:
        return sum((row.funding.amount or Decimal() for row in self.rows), Decimal())

    @property
    def ending_soon(self) -> Decimal:
        soon = (row.funding.amount or Decimal() for row in self.rows if row.is_soon)
        return sum(soon, Decimal())

    @property
    def by_year(self) -> list[YearSum]:
        ending: dict[int, list[FundingEntry]] = defaultdict(list)
        for row in self.rows:
            if row.funding.ends_on:
                ending[row.funding.ends_on.year].append(row.funding)
        return [
            YearSum(year, len(found), sum((f.amount or Decimal() for f in found), Decimal()))
            for year, found in sorted(ending.items())
        ]

    @property
    def message(self) -> str:
        count = len(self.losing)
        return (
            ngettext(
                "%d measure loses its funding within 12 months",
                "%d measures lose their funding within 12 months",
                count,
            )
            % count
        )

    @property
    def timeline(self) -> Timeline | None:
        """The ends as bars; None where no source has one."""
        return _drawn([row for row in self.rows if row.funding.ends_on][:MOST_BARS], self)


@dataclass(frozen=True)
class TimelineBar:
    number: str
    end: str
    is_soon: bool
    x: float
    y: int
    width: float
    text_y: int
    label_x: float
    end_x: float


@dataclass(frozen=True)
class TimelineYear:
    label: str
    x: float


@dataclass(frozen=True)
class Timeline:
    """Geometry in SVG user units. Its words are numbers and days, which need no translation."""

    title: str
    bars: Sequence[TimelineBar]
    years: Sequence[TimelineYear]
    height: int
    is_mirrored: bool
    width: int = NARROW


def horizon_of(report: Report) -> Horizon:
    """Return the funding that runs on the day the report was made."""
    day = report.made_on
    soon = _months_later(day, SOON_MONTHS)
    rows = [
        HorizonRow(measure, funding, is_soon=bool(funding.ends_on and funding.ends_on <= soon))
        for measure in report.measures
        for funding in measure.funding
        if funding.ends_on is None or funding.ends_on >= day
    ]
    lasting = {row.measure.number for row in rows if not row.is_soon}
    losing = {row.measure.number: row.measure for row in rows if row.is_soon}
    return Horizon(
        day=day,
        rows=sorted(rows, key=lambda row: row.funding.ends_on or date.max),
        losing=[measure for number, measure in losing.items() if number not in lasting],
    )


def _months_later(day: date, months: int) -> date:
    """The same day ``months`` later; 29 February becomes 28 February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    try:
        return day.replace(year=year, month=month + 1)
    except ValueError:
        return day.replace(year=year, month=month + 1, day=28)


LABELS, ENDS, ROW, HEAD = 58, 76, 24, 22


def _drawn(rows: Sequence[HorizonRow], horizon: Horizon) -> Timeline | None:
    if not rows:
        return None
    first = date(horizon.day.year, 1, 1)
    ends = [row.funding.ends_on for row in rows if row.funding.ends_on]
    last = date(max(ends).year + 1, 1, 1)
    room = NARROW - LABELS - ENDS
    rtl = get_language_bidi()

    def along(day: date) -> float:
        return LABELS + room * max((day - first).days, 0) / (last - first).days

    def placed(x: float, width: float = 0) -> float:
        return round(NARROW - x - width if rtl else x, 1)

    bars = []
    for index, row in enumerate(rows):
        ends_on = row.funding.ends_on or last
        begin, end = along(row.funding.starts_on or first), along(ends_on)
        length = max(round(end - begin, 1), 2)
        bars.append(
            TimelineBar(
                number=row.measure.number,
                end=date_format(ends_on, "SHORT_DATE_FORMAT"),
                is_soon=row.is_soon,
                x=placed(begin, length),
                y=HEAD + index * ROW,
                width=length,
                text_y=HEAD + index * ROW + 14,
                label_x=placed(0),
                end_x=placed(begin + length + 6),
            )
        )
    span = range(first.year, last.year + 1)
    step = max(1, len(span) // 6)
    years = [TimelineYear(str(year), placed(along(date(year, 1, 1)))) for year in span[::step]]
    return Timeline(horizon.message, bars, years, HEAD + len(rows) * ROW + 4, rtl)
