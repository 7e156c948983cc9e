"""Where an indicator came from and where it should go, and what may honestly be said about that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from measures.models import Indicator

if TYPE_CHECKING:
    from measures.charts import Point


class TargetState(models.TextChoices):
    REACHED = "reached", _("target reached")
    ON_THE_WAY = "on_the_way", _("on the way to the target")
    BEHIND = "behind", _("falling behind the target")
    MISSED = "missed", _("target not reached")
    OPEN = "open", _("target not reached yet")


@dataclass(frozen=True)
class Aims:
    """Baseline and target of an indicator; of a share both in percent."""

    baseline_value: Decimal | None = None
    baseline_year: int | None = None
    target_value: Decimal | None = None
    target_year: int | None = None
    trend: str = ""

    @property
    def has_marks(self) -> bool:
        return self.baseline_value is not None or self.target_value is not None


NO_AIMS = Aims()


def aims_of(indicator: Indicator) -> Aims:
    return Aims(
        indicator.baseline_value,
        indicator.baseline_year,
        indicator.target_value,
        indicator.target_year,
        indicator.trend,
    )


def target_state(aims: Aims, points: Sequence[Point]) -> TargetState | None:
    """Judge the last value; None without a target, a value or a known direction.

    Reached is what lies at the target or beyond. Before the target year a value counts as on the
    way if it lies on the straight line from the beginning to the target, or beyond it. The
    beginning is the baseline, or the first value after a break in the series: values before it
    compare with nothing. A year that is not over yet is judged only once it has reached the
    target, and of a target without a year nothing is said but the direction of the last step.
    """
    if aims.target_value is None or not points:
        return None
    start = _start(aims, points)
    rises = _rises(aims, start)
    if rises is None:
        return None
    if _is_beyond(points[-1].measured, aims.target_value, rises):
        return TargetState.REACHED
    complete = [point for point in points if not point.is_partial]
    if not complete:
        return TargetState.OPEN
    last = complete[-1]
    if _is_beyond(last.measured, aims.target_value, rises):
        return TargetState.REACHED
    if aims.target_year is None:
        return _by_last_step(complete, rises)
    if last.year >= aims.target_year:
        return TargetState.MISSED
    if start is None or start[0] >= last.year:
        return TargetState.OPEN
    expected = _expected(start, (aims.target_year, aims.target_value), last.year)
    is_on_the_way = _is_beyond(last.measured, expected, rises)
    return TargetState.ON_THE_WAY if is_on_the_way else TargetState.BEHIND


def _start(aims: Aims, points: Sequence[Point]) -> tuple[int, Decimal] | None:
    breaks = [point for point in points if point.is_break]
    is_comparable = not breaks or (aims.baseline_year or 0) >= breaks[-1].year
    if aims.baseline_value is not None and aims.baseline_year is not None and is_comparable:
        return aims.baseline_year, aims.baseline_value
    first = breaks[-1] if breaks else points[0]
    return first.year, first.measured


def _rises(aims: Aims, start: tuple[int, Decimal] | None) -> bool | None:
    if aims.trend:
        return aims.trend == Indicator.Trend.UP
    if start is None or aims.target_value is None or start[1] == aims.target_value:
        return None
    return start[1] < aims.target_value


def _is_beyond(value: Decimal, mark: Decimal, rises: bool) -> bool:
    return value >= mark if rises else value <= mark


def _expected(start: tuple[int, Decimal], end: tuple[int, Decimal], year: int) -> Decimal:
    """Return the value of ``year`` on the straight line from ``start`` to ``end``."""
    (first_year, first), (last_year, last) = start, end
    return first + (last - first) * (year - first_year) / (last_year - first_year)


def _by_last_step(points: Sequence[Point], rises: bool) -> TargetState:
    if len(points) < 2 or points[-1].is_break or points[-1].measured == points[-2].measured:
        return TargetState.OPEN
    came_nearer = (points[-1].measured > points[-2].measured) == rises
    return TargetState.ON_THE_WAY if came_nearer else TargetState.BEHIND
