"""The measures' charts, the same for web pages and the report.

They are narrow: their type stays readable on a phone and beside a table on paper.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from kit_portal.common.charts import (
    NARROW,
    Bar,
    Chart,
    Level,
    columns,
    horizontal_bars,
    number_text,
    shares,
)
from measures.aims import NO_AIMS, Aims, target_state
from measures.disaggregation import Breakdown, Cell
from measures.models import Evaluation, Indicator, IndicatorValue, Measure

# What the style sheets call the colours of verdicts; the fourth part is “not evaluated”.
VERDICT_SERIES = {"proved": "proved", "modify": "modify", "ended": "ended", "": "open"}


@dataclass(frozen=True)
class Point:
    """An indicator's value for a year or as of a day; with ``whole`` it is a share.

    ``is_partial``: the year was not over yet. ``is_break``: earlier values do not compare.
    """

    year: int
    value: Decimal
    whole: Decimal | None = None
    as_of: date | None = None
    note: str = ""
    kind: str = ""
    is_break: bool = False
    is_partial: bool = False

    @property
    def percent(self) -> Decimal | None:
        return self.value / self.whole * 100 if self.whole else None

    @property
    def measured(self) -> Decimal:
        """What targets are compared with: the percentage of a share, else the value."""
        return self.value if self.percent is None else self.percent

    @property
    def height(self) -> float:
        return float(self.measured)

    @property
    def day(self) -> date | None:
        """The day within the year that the value stands for; None for the whole year."""
        return self.as_of if self.as_of and self.as_of.year == self.year else None

    @property
    def label(self) -> str:
        return date_format(self.day, "SHORT_DATE_FORMAT") if self.day else str(self.year)

    @property
    def short_text(self) -> str:
        return measured_text(self.measured, self.kind, is_share=self.percent is not None)

    @property
    def text(self) -> str:
        """The value in words; a share always with both its numbers."""
        if self.percent is None or self.whole is None:
            return self.short_text
        return _("%(part)s of %(whole)s (%(percent)s)") % {
            "part": number_text(float(self.value)),
            "whole": number_text(float(self.whole)),
            "percent": percent_text(float(self.percent)),
        }

    @property
    def long_note(self) -> str:
        """What the table adds: a break in the series is always said."""
        return ": ".join(
            filter(None, [_("break in the series") if self.is_break else "", self.note])
        )


def measured_text(value: Decimal, kind: str, *, is_share: bool = False) -> str:
    """Return a value, a baseline or a target as it is written: with percent or euro sign."""
    if is_share or kind == Indicator.Kind.SHARE:
        return percent_text(float(value))
    if kind == Indicator.Kind.AMOUNT:
        return euro_text(value)
    return number_text(float(value))


def percent_text(percent: float) -> str:
    return _("%(number)s %%") % {"number": number_text(round(percent, 1))}


def euro_text(amount: Decimal) -> str:
    """Return full euros without cents, else with both digits: 1.200 €, 12,50 €."""
    places = 0 if amount == amount.to_integral_value() else 2
    number = number_format(amount, decimal_pos=places, force_grouping=True)
    return _("%(number)s €") % {"number": number}


def point_of(value: IndicatorValue) -> Point:
    """Reads ``value.indicator``."""
    counted_on = value.counted_within_year
    return Point(
        value.year,
        value.value,
        value.whole,
        value.as_of or counted_on,
        value.note,
        kind=value.indicator.kind,
        is_break=value.is_break,
        is_partial=counted_on is not None,
    )


def years_chart(name: str, unit: str, points: Sequence[Point], aims: Aims = NO_AIMS) -> Chart:
    """An indicator over time; its title names the last value, and how far the target is."""
    kind = points[-1].kind or (Indicator.Kind.SHARE if points[-1].whole else "")
    bars = [
        Bar(
            point.label,
            point.height,
            "partial" if point.is_partial else 1,
            text=point.short_text,
            long_text=point.text,
            note=point.long_note,
            starts_anew=point.is_break,
        )
        for point in points
    ]
    return columns(
        chart_title(name, points, aims),
        bars,
        label_heading=_("Year"),
        value_heading=unit or _("Value"),
        width=NARROW,
        levels=_levels(aims, kind),
        break_text=_("Break in the series: not comparable with earlier values"),
        note_heading=_("Note"),
    )


def chart_title(name: str, points: Sequence[Point], aims: Aims = NO_AIMS) -> str:
    last = points[-1]
    words = {"name": name, "value": last.text, "year": last.year}
    if last.day:
        title = _("%(name)s: %(value)s as of %(day)s") % {**words, "day": date_format(last.day)}
    else:
        title = _("%(name)s: %(value)s in %(year)d") % words
    state = target_state(aims, points)
    return f"{title} – {state.label}" if state else title


def _levels(aims: Aims, kind: str) -> list[Level]:
    levels = []
    if aims.baseline_value is not None:
        label = _("Baseline %(year)s") % {"year": aims.baseline_year}
        text = measured_text(aims.baseline_value, kind)
        levels.append(Level(label, float(aims.baseline_value), "baseline", text))
    if aims.target_value is not None:
        label = (
            _("Target %(year)s") % {"year": aims.target_year} if aims.target_year else _("Target")
        )
        text = measured_text(aims.target_value, kind)
        levels.append(Level(label, float(aims.target_value), "target", text))
    return levels


def parts_chart(breakdown: Breakdown, point: Point) -> Chart:
    """The parts of a value by one property; what the reader may not see says so."""
    title = _("%(property)s: parts of %(value)s (%(time)s)") % {
        "property": breakdown.dimension,
        "value": number_text(float(point.value)),
        "time": point.label,
    }
    return horizontal_bars(
        title,
        [_part(cell, point.kind) for cell in breakdown.cells],
        label_heading=breakdown.dimension,
        value_heading=_("Value"),
        width=NARROW,
    )


def parts_of(
    breakdowns: Sequence[Breakdown], point: Point | None
) -> list[tuple[Breakdown, Chart | None]]:
    """Pair each property with its drawing; None where nothing of it may be seen."""
    return [
        (breakdown, parts_chart(breakdown, point) if breakdown.cells and point else None)
        for breakdown in breakdowns
    ]


def _part(cell: Cell, kind: str) -> Bar:
    if cell.number is None:
        return Bar(cell.category, 0, text=_("not shown"))
    # Of a share the parts are people, as its value is.
    text = (
        number_text(float(cell.number)) if kind != Indicator.Kind.AMOUNT else euro_text(cell.number)
    )
    if cell.is_hidden:
        text = _("%(number)s (not public)") % {"number": text}
    return Bar(cell.category, float(cell.number), text=text)


def verdict_label(verdict: str) -> str:
    return str(Evaluation.Verdict(verdict).label) if verdict else _("not evaluated yet")


def verdict_chart(counts: Mapping[str, int], *, year: int) -> Chart:
    """How the measures were judged; ``counts`` by verdict, the key ``""`` for not evaluated."""
    title = _("Verdicts for %(year)d: %(proved)d of %(total)d measures proved themselves") % {
        "year": year,
        "proved": counts.get(Evaluation.Verdict.PROVED, 0),
        "total": sum(counts.values()),
    }
    bars = [
        Bar(verdict_label(verdict), counts.get(verdict, 0), series)
        for verdict, series in VERDICT_SERIES.items()
    ]
    return shares(
        title, bars, label_heading=_("Verdict"), value_heading=_("Measures"), width=NARROW
    )


def status_chart(counts: Mapping[str, int]) -> Chart:
    title = _("Status: %(running)d of %(total)d measures are running") % {
        "running": counts.get(Measure.Status.RUNNING, 0),
        "total": sum(counts.values()),
    }
    bars = [
        Bar(str(status.label), counts.get(status, 0))
        for status in Measure.Status
        if counts.get(status)
    ]
    return horizontal_bars(
        title, bars, label_heading=_("Status"), value_heading=_("Measures"), width=NARROW
    )


def fields_chart(counts: Sequence[tuple[str, int]]) -> Chart:
    """How many measures each action field has."""
    total = sum(count for _label, count in counts)
    title = _("Measures by action field, %d in all") % total
    bars = [Bar(label, count) for label, count in counts]
    return horizontal_bars(
        title, bars, label_heading=_("Action field"), value_heading=_("Measures"), width=NARROW
    )
