"""What a table consists of, whatever file it came from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _

# CSV knows text only; a workbook's numbers and dates arrive as such. An empty cell is "".
CellValue = str | bool | int | float | date | datetime | time | timedelta


@dataclass(frozen=True)
class Cell:
    place: str  # as a spreadsheet names it: “C7”
    value: CellValue = ""

    @property
    def text(self) -> str:
        """The value as somebody would type it, without spaces around it."""
        if isinstance(self.value, float) and self.value.is_integer():
            return str(int(self.value))
        return str(self.value).strip()

    @property
    def is_empty(self) -> bool:
        return not self.text


@dataclass(frozen=True)
class Row:
    """One row below the headings; ``row["E-mail"]`` is the cell in that column."""

    number: int  # as a spreadsheet counts: the headings are in row 1, mostly
    cells: dict[str, Cell]

    def __getitem__(self, header: str) -> Cell:
        return self.cells[header]


@dataclass(frozen=True)
class Fault:
    """What is wrong at which place (“C7”, “7”; empty: the file as a whole), and what to do."""

    place: str
    message: str
    remedy: str

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        return f"{where}{self.message} {self.remedy}"


@dataclass
class Table:
    """``rows`` are good to use only if there are no ``errors``."""

    name: str
    headers: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    errors: list[Fault] = field(default_factory=list)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def has(self, *headers: str) -> bool:
        return set(headers) <= set(self.headers)


def column_letters(number: int) -> str:
    """Return the spreadsheet's name of a column: 1 → A, 27 → AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def place_of(row: int, column: int) -> str:
    return f"{column_letters(column)}{row}"


def build_table(
    name: str,
    rows: Iterable[tuple[int, Sequence[CellValue]]],
    *,
    max_rows: int,
    errors: list[Fault],
) -> Table:
    """Make a table of (number, values): the first row that is not empty has the headings.

    ``errors`` is shared with whoever produces ``rows``, and may grow while they are consumed.
    """
    table = Table(name, errors=errors)
    for number, values in rows:
        if not any(_is_filled(value) for value in values):
            continue
        if not table.headers:
            table.headers = _headers(number, values, errors)
            continue
        if len(table.rows) >= max_rows:
            errors.append(
                Fault(
                    "",
                    _("The table has more than %d rows.") % max_rows,
                    _("Split it into several files."),
                )
            )
            break
        table.rows.append(_row(number, values, table.headers, errors))
    if not table.headers and not errors:
        errors.append(empty())
    return table


def empty() -> Fault:
    return Fault("", _("The table is empty."), _("The first row must hold the headings."))


def _is_filled(value: CellValue) -> bool:
    return bool(value.strip()) if isinstance(value, str) else True


def _headers(number: int, values: Sequence[CellValue], errors: list[Fault]) -> list[str]:
    found = [str(value).strip() for value in values]
    while found and not found[-1]:
        found.pop()
    for column, header in enumerate(found, start=1):
        place = place_of(number, column)
        if not header:
            errors.append(
                Fault(place, _("This column has no heading."), _("Write one or delete the column."))
            )
        elif header in found[: column - 1]:
            errors.append(
                Fault(
                    place,
                    _("The heading “%s” stands there twice.") % header,
                    _("Rename or delete one of the columns."),
                )
            )
    return found


def _row(
    number: int, values: Sequence[CellValue], headers: Sequence[str], errors: list[Fault]
) -> Row:
    """Cells that are missing at the end are empty; what stands right of the headings is a fault."""
    for column, value in enumerate(values[len(headers) :], start=len(headers) + 1):
        if _is_filled(value):
            errors.append(
                Fault(
                    place_of(number, column),
                    _("This cell is in a column without a heading."),
                    _("Write a heading or delete the cell."),
                )
            )
    padded = [*values[: len(headers)], *[""] * (len(headers) - len(values))]
    cells = {
        header: Cell(place_of(number, column), value)
        for column, (header, value) in enumerate(zip(headers, padded, strict=True), start=1)
    }
    return Row(number, cells)
