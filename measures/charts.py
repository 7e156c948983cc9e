"""The measures' charts, the same for web pages and the report.

They are narrow: their type stays readable on a phone and beside a table on paper.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from kit_portal.common.charts import (
    NARROW,
    Bar,
    Chart,
    columns,
    horizontal_bars,
    number_text,
    shares,
)
from measures.models import Evaluation, IndicatorValue, Measure

# What the style sheets call the colours of verdicts; the fourth part is “not evaluated”.
VERDICT_SERIES = {"proved": "proved", "modify": "modify", "ended": "ended", "": "open"}


@dataclass(frozen=True)
class Point:
    """One year's value of an indicator; with ``whole`` it is a share."""

    year: int
    value: Decimal
    whole: Decimal | None = None
    as_of: date | None = None
    note: str = ""

    @property
    def percent(self) -> Decimal | None:
        return self.value / self.whole * 100 if self.whole else None

    @property
    def height(self) -> float:
        return float(self.value if self.percent is None else self.percent)

    @property
    def short_text(self) -> str:
        if self.percent is None:
            return number_text(float(self.value))
        return percent_text(float(self.percent))

    @property
    def text(self) -> str:
        """The value in words; a share always with both its numbers."""
        if self.percent is None or self.whole is None:
            return number_text(float(self.value))
        return _("%(part)s of %(whole)s (%(percent)s)") % {
            "part": number_text(float(self.value)),
            "whole": number_text(float(self.whole)),
            "percent": percent_text(float(self.percent)),
        }


def percent_text(percent: float) -> str:
    return _("%(number)s %%") % {"number": number_text(round(percent, 1))}


def point_of(value: IndicatorValue) -> Point:
    return Point(value.year, value.value, value.whole, value.as_of, value.note)


def years_chart(name: str, unit: str, points: Sequence[Point]) -> Chart:
    """An indicator over the years; its title names the last value."""
    last = points[-1]
    title = _("%(name)s: %(value)s in %(year)d") % {
        "name": name,
        "value": last.text,
        "year": last.year,
    }
    bars = [
        Bar(str(point.year), point.height, text=point.short_text, long_text=point.text)
        for point in points
    ]
    return columns(
        title, bars, label_heading=_("Year"), value_heading=unit or _("Value"), width=NARROW
    )


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


def progress_chart(counts: Sequence[tuple[str, int, int]]) -> Chart:
    """How far each action field is; rows of (label, measures running or done, measures)."""
    title = _("%(begun)d of %(total)d measures are running or done") % {
        "begun": sum(begun for _label, begun, _total in counts),
        "total": sum(total for _label, _begun, total in counts),
    }
    bars = [
        Bar(
            label,
            begun / total * 100 if total else 0,
            text=_("%(part)d of %(whole)d") % {"part": begun, "whole": total},
        )
        for label, begun, total in counts
    ]
    return horizontal_bars(
        title,
        bars,
        label_heading=_("Action field"),
        value_heading=_("Measures running or done"),
        width=NARROW,
    )
