"""Charts as SVG on the server: no script, the same drawing on the web and in the PDF.

A chart never stands alone: ``components/_chart.html`` shows the same numbers as a table beneath.
Geometry is computed here in SVG user units (one unit is one CSS pixel at full width), drawing is
the template's. Texts run in the reader's direction, so right-to-left charts are mirrored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.formats import number_format
from django.utils.translation import get_language_bidi

WIDTH = 640
NARROW = 400  # for half a page: the same size of type in less room


@dataclass(frozen=True)
class Bar:
    """One labelled number.

    ``series`` picks the colour: 1–6 or a word of the style sheet (``"proved"``). ``text`` replaces
    the number; ``long_text`` is what the table says where the drawing has no room for it.
    """

    label: str
    value: float
    series: int | str = 1
    text: str = ""
    long_text: str = ""

    @property
    def shown(self) -> str:
        return self.text or number_text(self.value)

    @property
    def in_table(self) -> str:
        return self.long_text or self.shown


@dataclass(frozen=True)
class DrawnBar:
    bar: Bar
    x: float
    y: float
    width: float
    height: float
    label_x: float
    label_y: float
    value_x: float
    value_y: float


@dataclass(frozen=True)
class Chart:
    """``title`` says the message in one sentence: it is what a screen reader hears."""

    title: str
    bars: Sequence[Bar]
    label_heading: str
    value_heading: str
    kind: str = ""
    height: int = 0
    drawn: Sequence[DrawnBar] = field(default_factory=list)
    width: int = WIDTH

    @property
    def is_mirrored(self) -> bool:
        return get_language_bidi()

    @property
    def anchor_start(self) -> int:
        return self.width if self.is_mirrored else 0


def number_text(value: float) -> str:
    """Return ``value`` in the reader's notation, without a decimal part where there is none."""
    whole = float(value).is_integer()
    return number_format(value, decimal_pos=0 if whole else 1, force_grouping=True)


def horizontal_bars(
    title: str,
    bars: Sequence[Bar],
    *,
    label_heading: str,
    value_heading: str,
    width: int = WIDTH,
) -> Chart:
    """Bars to compare amounts under long labels: each label stands above its bar."""
    top, row, thick = 4, 44, 18
    most = max((bar.value for bar in bars), default=0) or 1
    space = width - 110  # room for the number behind the longest bar
    rtl = get_language_bidi()
    drawn = []
    for index, bar in enumerate(bars):
        length = max(round(space * bar.value / most, 1), 1)
        y = top + index * row
        drawn.append(
            DrawnBar(
                bar,
                x=width - length if rtl else 0,
                y=y + 20,
                width=length,
                height=thick,
                label_x=width if rtl else 0,
                label_y=y + 14,
                value_x=width - length - 8 if rtl else length + 8,
                value_y=y + 34,
            )
        )
    height = top + len(bars) * row
    return Chart(title, bars, label_heading, value_heading, "bars", height, drawn, width)


def columns(
    title: str,
    bars: Sequence[Bar],
    *,
    label_heading: str,
    value_heading: str,
    width: int = WIDTH,
) -> Chart:
    """Columns for one amount over the years; time runs in reading direction."""
    base, top = 150, 28
    most = max((bar.value for bar in bars), default=0) or 1
    count = max(len(bars), 1)
    slot = width / count
    thick = min(56.0, slot * 0.6)
    rtl = get_language_bidi()
    drawn = []
    for index, bar in enumerate(bars):
        height = max(round((base - top) * bar.value / most, 1), 1)
        middle = slot * ((count - 1 - index if rtl else index) + 0.5)
        drawn.append(
            DrawnBar(
                bar,
                x=round(middle - thick / 2, 1),
                y=base - height,
                width=round(thick, 1),
                height=height,
                label_x=round(middle, 1),
                label_y=base + 22,
                value_x=round(middle, 1),
                value_y=base - height - 8,
            )
        )
    return Chart(title, bars, label_heading, value_heading, "columns", base + 34, drawn, width)


def shares(
    title: str,
    bars: Sequence[Bar],
    *,
    label_heading: str,
    value_heading: str,
    width: int = WIDTH,
) -> Chart:
    """One bar divided into parts of a whole, with a legend that carries the numbers."""
    whole = sum(bar.value for bar in bars) or 1
    rtl = get_language_bidi()
    drawn, begun, reached = [], 0.0, 0.0
    for index, bar in enumerate(bars):
        # Edges are rounded, not lengths, so that the parts fill the whole exactly.
        reached += bar.value
        end = round(width * reached / whole, 1)
        legend_y = 72 + index * 26
        drawn.append(
            DrawnBar(
                bar,
                x=round(width - end if rtl else begun, 1),
                y=4,
                width=round(end - begun, 1),
                height=40,
                label_x=width - 28 if rtl else 28,
                label_y=legend_y + 13,
                value_x=width - 16 if rtl else 0,
                value_y=legend_y,
            )
        )
        begun = end
    height = 72 + len(bars) * 26
    return Chart(title, bars, label_heading, value_heading, "shares", height, drawn, width)
