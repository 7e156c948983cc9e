"""Charts as SVG on the server: no script, the same drawing on the web and in the PDF.

A chart never stands alone: ``components/_chart.html`` shows the same numbers as a table beneath.
Geometry is computed here in SVG user units (one unit is one CSS pixel at full width), drawing is
the template's. Texts run in the reader's direction, so right-to-left charts are mirrored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil

from django.utils.formats import number_format
from django.utils.translation import get_language_bidi

WIDTH = 640
NARROW = 400  # for half a page: the same size of type in less room
BELOW_COLUMNS = 34
# What a character of a column's label or number takes up, with some air around it.
CHARACTER = 8.5


@dataclass(frozen=True)
class Bar:
    """One labelled number.

    ``series`` picks the colour: 1–6 or a word of the style sheet (``"proved"``; ``"partial"`` is
    an outline, for what is not complete yet). ``text`` replaces the number; ``long_text`` and
    ``note`` are what the table says where the drawing has no room for it. ``starts_anew`` draws a
    line before the bar: it does not compare with those before it.
    """

    label: str
    value: float
    series: int | str = 1
    text: str = ""
    long_text: str = ""
    note: str = ""
    starts_anew: bool = False

    @property
    def shown(self) -> str:
        return self.text or number_text(self.value)

    @property
    def in_table(self) -> str:
        return self.long_text or self.shown


@dataclass(frozen=True)
class Level:
    """A value to compare with, drawn as a line across all columns: ``kind`` names its strokes."""

    label: str
    value: float
    kind: str
    text: str = ""

    @property
    def shown(self) -> str:
        return self.text or number_text(self.value)


@dataclass(frozen=True)
class DrawnLevel:
    level: Level
    y: float


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
    shows_label: bool = True
    shows_value: bool = True


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
    levels: Sequence[DrawnLevel] = ()
    breaks: Sequence[float] = ()
    break_text: str = ""
    note_heading: str = ""

    @property
    def rows(self) -> list[Bar]:
        """What the table says: the bars, then what they are compared with."""
        marks = [
            Bar(drawn.level.label, drawn.level.value, text=drawn.level.shown)
            for drawn in self.levels
        ]
        return [*self.bars, *marks]

    @property
    def has_notes(self) -> bool:
        return any(bar.note for bar in self.bars)

    @property
    def base(self) -> int:
        """Where columns stand."""
        return self.height - BELOW_COLUMNS

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
    levels: Sequence[Level] = (),
    break_text: str = "",
    note_heading: str = "",
) -> Chart:
    """Columns for one amount over the years; time runs in reading direction.

    Where columns are many, only so many labels and numbers are written as stand beside each other,
    counted from the last; the table has them all. ``break_text`` explains the lines of bars that
    start anew.
    """
    base, top = 150, 28
    most = max([bar.value for bar in bars] + [level.value for level in levels], default=0)
    scale = (base - top) / most if most > 0 else 0
    slot = width / max(len(bars), 1)
    thick = min(56.0, slot * 0.6)
    rtl = get_language_bidi()
    label_step = _step([bar.label for bar in bars], slot)
    value_step = _step([bar.shown for bar in bars], slot)
    drawn = []
    for index, bar in enumerate(bars):
        height = max(round(scale * bar.value, 1), 1)
        place = len(bars) - 1 - index
        middle = slot * ((place if rtl else index) + 0.5)
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
                shows_label=place % label_step == 0,
                shows_value=place % value_step == 0,
            )
        )
    breaks = [
        round(slot * (len(bars) - index if rtl else index), 1)
        for index, bar in enumerate(bars)
        if bar.starts_anew and index
    ]
    return Chart(
        title,
        bars,
        label_heading,
        value_heading,
        "columns",
        base + BELOW_COLUMNS,
        drawn,
        width,
        levels=[DrawnLevel(level, round(base - scale * level.value, 1)) for level in levels],
        breaks=breaks,
        break_text=break_text if breaks else "",
        note_heading=note_heading,
    )


def _step(texts: Sequence[str], slot: float) -> int:
    """Return how many columns share one text, so that none runs into the next."""
    longest = max((len(text) for text in texts), default=0)
    return max(ceil(longest * CHARACTER / slot), 1)


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
