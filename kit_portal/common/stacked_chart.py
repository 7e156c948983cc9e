"""Bars divided into parts, one below the other: how several wholes are made up.

Parts differ by pattern as well as by colour, the legend names both, and the table beneath has the
numbers. Each bar shows shares, so all are equally long; its number stands with its label.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import get_language_bidi

from kit_portal.common.charts import NARROW

TOP, ROW, LABEL, BAR = 4, 54, 16, 22


@dataclass(frozen=True)
class Stack:
    """One whole: how much of each part, in the order of the chart's ``parts``."""

    label: str
    values: Sequence[int]

    @property
    def total(self) -> int:
        return sum(self.values)


@dataclass(frozen=True)
class DrawnPart:
    """``key`` names the pattern; ``text`` is read when one points at it."""

    key: str
    text: str
    x: float
    width: float


@dataclass(frozen=True)
class DrawnStack:
    stack: Stack
    label_y: int
    bar_y: int
    parts: Sequence[DrawnPart] = field(default_factory=list)


@dataclass(frozen=True)
class StackedChart:
    """``title`` says the message in one sentence; ``parts`` are (key of the pattern, label)."""

    title: str
    label_heading: str
    total_heading: str
    parts: Sequence[tuple[str, str]]
    stacks: Sequence[Stack]
    width: int = NARROW

    @property
    def height(self) -> int:
        return TOP + ROW * len(self.stacks)

    @property
    def start(self) -> int:
        """Where a line begins: texts run in the reader's direction."""
        return self.width if get_language_bidi() else 0

    @property
    def end(self) -> int:
        return self.width - self.start

    @property
    def bar_height(self) -> int:
        return BAR

    @property
    def drawn(self) -> list[DrawnStack]:
        return [
            DrawnStack(
                stack,
                label_y=TOP + ROW * row + LABEL,
                bar_y=TOP + ROW * row + LABEL + 7,
                parts=self._drawn_parts(stack),
            )
            for row, stack in enumerate(self.stacks)
        ]

    def _drawn_parts(self, stack: Stack) -> list[DrawnPart]:
        drawn, reached, begun = [], 0, 0.0
        for (key, label), value in zip(self.parts, stack.values, strict=True):
            # Edges are rounded, not lengths, so that the parts fill the whole exactly.
            reached += value
            end = round(self.width * reached / (stack.total or 1), 1)
            if value:
                x = self.width - end if get_language_bidi() else begun
                drawn.append(
                    DrawnPart(key, f"{label}: {value}", round(x, 1), round(end - begun, 1))
                )
            begun = end
        return drawn
