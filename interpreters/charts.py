"""The pools' numbers as charts."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.dates import MONTHS_3
from django.utils.translation import gettext as _

from directory.models import Language
from interpreters.statistics import Period
from kit_portal.common.charts import NARROW, WIDTH, Bar, Chart, columns, horizontal_bars

MOST_BARS = 12


def period_chart(
    title: str,
    periods: Sequence[Period],
    *,
    value_heading: str,
    is_public: bool,
    width: int = WIDTH,
) -> Chart | None:
    """Columns over the years; in public a small number has neither a column nor a figure.

    Counts of several years at once stand beside the chart, not in it: they would look like a peak.
    Returns None if there are fewer than two years to compare.
    """
    years = [period for period in periods if period.is_one_year]
    bars = [
        Bar(period.label, 0, text="< 5", long_text=_("fewer than 5"))
        if is_public and period.total.is_small
        else Bar(period.label, period.total.number, text=str(period.total))
        for period in years
    ]
    if len(bars) < 2:
        return None
    return columns(title, bars, label_heading=_("Year"), value_heading=value_heading, width=width)


def month_chart(title: str, counts: Sequence[int], *, value_heading: str) -> Chart:
    bars = [Bar(str(MONTHS_3[month]), count) for month, count in enumerate(counts, start=1)]
    return columns(title, bars, label_heading=_("Month"), value_heading=value_heading)


def language_chart(
    title: str, counts: Sequence[tuple[Language | None, int]], *, value_heading: str
) -> Chart:
    """The most frequent languages; what is rarer is one bar."""
    bars = [
        Bar(str(language) if language else _("not noted"), count)
        for language, count in counts[:MOST_BARS]
    ]
    if rest := sum(count for _language, count in counts[MOST_BARS:]):
        bars.append(Bar(_("other languages"), rest))
    return horizontal_bars(
        title, bars, label_heading=_("Language"), value_heading=value_heading, width=NARROW
    )


def label_chart(
    title: str, counts: Sequence[tuple[str, int]], *, label_heading: str, value_heading: str
) -> Chart:
    bars = [Bar(label or _("not noted"), count) for label, count in counts]
    return horizontal_bars(
        title, bars, label_heading=label_heading, value_heading=value_heading, width=NARROW
    )
