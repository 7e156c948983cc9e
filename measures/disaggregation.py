"""Values in parts (by sex, age, quarter), and which parts the public may see.

The rule, for counts and shares, where a number stands for people:

1. A part of 1 to 4 is hidden (primary suppression). A 0 stays: it tells of nobody.
2. A hidden part must not come out of a subtraction (secondary suppression): the total is
   published, so take the sum S of the hidden parts of a property for known. The next smallest part
   is hidden too, and all that equal it, until at least two are hidden, one of them not small, and
   each could be any of at least five numbers: of k hidden parts each lies between 1 and S - k + 1.
   Somebody who knows this rule cannot tell which of them is which: any two could be exchanged.
3. Where no number but 0 is left to show, or the total itself is below 5, or the rest of a share's
   whole is (of 38 of 40 the two others are known as soon as somebody knows the groups), nothing
   of the breakdown is shown, not even its categories.
4. A category that stands under two properties is the same number: hidden in one is hidden in both.
5. Of several days of a year only the last is broken down: running counts contain the earlier ones,
   and their difference would be a small number again. From year to year people come and leave, so
   a difference of two years tells the balance and no group; it is not treated.

All hidden parts look alike. “Under 5” at one and “hidden” at another would tell that the first is
one of four numbers, and the second one more than their sum allows.

The total stays as the office published it. An amount counts euros and not people; its parts are
shown. Sources: Statistische Ämter des Bundes und der Länder, Handbuch zur statistischen
Geheimhaltung (Mindestfallzahl, primäre und sekundäre Sperrung); Eurostat/ESSnet, Handbook on
Statistical Disclosure Control (threshold rule, secondary suppression, feasibility interval).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from measures.models import Indicator, IndicatorCell, IndicatorValue

SMALLEST_PUBLIC = 5
# Each hidden number could be any of five, so that nobody knows even whether it is a small one.
LEAST_WIDTH = 4

Table = Mapping[str, Mapping[str, Decimal]]


@dataclass(frozen=True)
class Cell:
    """``number`` is None where the reader may not see it; ``is_hidden`` marks it also for staff."""

    category: str
    number: Decimal | None
    is_hidden: bool = False


@dataclass(frozen=True)
class Breakdown:
    """A value by one property. Withheld means that the public sees none of its cells."""

    dimension: str
    cells: Sequence[Cell]
    is_withheld: bool = False

    @property
    def has_hidden(self) -> bool:
        return self.is_withheld or any(cell.is_hidden for cell in self.cells)


def published_cells(value: IndicatorValue) -> list[Breakdown]:
    """Return what everybody may see of the parts of ``value``, by property.

    Reads ``value.indicator``, ``value.cells`` and ``value.indicator.values``: prefetch them where
    many values are shown.
    """
    is_last = is_last_of_year(value, value.indicator.values.all())
    return breakdowns_of(value, value.cells.all(), is_last=is_last)


def all_cells(value: IndicatorValue) -> list[Breakdown]:
    """As ``published_cells``, for staff: every number, marked where the public does not see it."""
    is_last = is_last_of_year(value, value.indicator.values.all())
    return breakdowns_of(value, value.cells.all(), is_last=is_last, for_staff=True)


def is_last_of_year(value: IndicatorValue, others: Iterable[IndicatorValue]) -> bool:
    """Whether no later value of the same year exists; one without a day is of the year's end."""
    return value.as_of is None or all(
        other.as_of is not None and other.as_of <= value.as_of
        for other in others
        if other.year == value.year
    )


def breakdowns_of(
    value: IndicatorValue,
    cells: Iterable[IndicatorCell],
    *,
    is_last: bool = True,
    for_staff: bool = False,
) -> list[Breakdown]:
    """Return the parts of ``value``; reads ``value.indicator`` and nothing else."""
    table: dict[str, dict[str, Decimal]] = {}
    for cell in cells:
        table.setdefault(cell.dimension, {})[cell.category] = cell.number
    hidden = _hidden_in(value, table, is_last=is_last)
    return [
        _breakdown(dimension, parts, hidden[dimension], for_staff=for_staff)
        for dimension, parts in table.items()
    ]


def _breakdown(
    dimension: str, parts: Mapping[str, Decimal], hidden: set[str] | None, *, for_staff: bool
) -> Breakdown:
    is_withheld = hidden is None
    if is_withheld and not for_staff:
        return Breakdown(dimension, (), is_withheld=True)
    cells = []
    for category, number in parts.items():
        is_hidden = hidden is None or category in hidden
        shown = None if is_hidden and not for_staff else number
        cells.append(Cell(category, shown, is_hidden=is_hidden))
    return Breakdown(dimension, cells, is_withheld=is_withheld)


def _hidden_in(value: IndicatorValue, table: Table, *, is_last: bool) -> dict[str, set[str] | None]:
    if value.indicator.kind == Indicator.Kind.AMOUNT:
        return {dimension: set() for dimension in table}
    if not is_last:
        return dict.fromkeys(table)
    return suppressed(table, total=value.value, whole=value.whole)


def suppressed(
    table: Table, *, total: Decimal, whole: Decimal | None = None
) -> dict[str, set[str] | None]:
    """Return the hidden categories of each property; None where the whole property is withheld."""
    rest = None if whole is None else whole - total
    if _is_small(total) or (rest is not None and _is_small(rest)):
        return dict.fromkeys(table)
    hidden: dict[str, set[str] | None] = {dimension: set() for dimension in table}
    while True:
        before = {name: None if found is None else set(found) for name, found in hidden.items()}
        for dimension, parts in table.items():
            known_elsewhere = _hidden_elsewhere(dimension, hidden, table)
            if hidden[dimension] is not None:
                hidden[dimension] = _hide(parts, at_least=known_elsewhere)
        if hidden == before:
            return hidden


def _is_small(number: Decimal) -> bool:
    return 0 < number < SMALLEST_PUBLIC


def _hidden_elsewhere(
    dimension: str, hidden: Mapping[str, set[str] | None], table: Table
) -> set[str]:
    found: set[str] = set()
    for other, categories in hidden.items():
        if other != dimension:
            found |= set(table[other]) if categories is None else categories
    return found & set(table[dimension])


def _hide(parts: Mapping[str, Decimal], *, at_least: set[str]) -> set[str] | None:
    """Return what to hide of one property; None if that is everything that is not zero.

    Withheld and hidden must not be told apart by luck: of 4 + 4 and 3 + 5 only one needs it.
    """
    hidden = {category for category, number in parts.items() if _is_small(number)} | at_least
    while hidden and not _is_protected([parts[category] for category in hidden]):
        left = {name: number for name, number in parts.items() if number and name not in hidden}
        if not left:
            return None
        smallest = min(left.values())
        hidden |= {name for name, number in left.items() if number == smallest}
    is_all_hidden = all(name in hidden for name, number in parts.items() if number)
    return None if hidden and is_all_hidden else hidden


def _is_protected(numbers: Sequence[Decimal]) -> bool:
    return (
        len(numbers) > 1
        and max(numbers) >= SMALLEST_PUBLIC
        and sum(numbers) - len(numbers) >= LEAST_WIDTH
    )
