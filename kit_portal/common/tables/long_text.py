"""Text that is longer than a workbook's cell: it goes on in columns “heading+2”, “heading+3” ….

Excel holds 32,767 characters in a cell and openpyxl cuts the rest off without a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from kit_portal.common.tables.parts import CellValue, Row, Table

LONGEST = 16_000  # of our characters; one may be two of Excel's
_MORE = re.compile(r"(.+)\+\d+")


def spread(
    headers: Sequence[str], rows: Iterable[Sequence[CellValue | None]]
) -> Iterator[Sequence[CellValue | None]]:
    """Yield the headings and the rows with as many columns as their longest text needs."""
    listed = list(rows)
    widths = [
        max((_parts_of(row[column]) for row in listed), default=1) for column in range(len(headers))
    ]
    yield [
        header if part == 1 else f"{header}+{part}"
        for header, width in zip(headers, widths, strict=True)
        for part in range(1, width + 1)
    ]
    for row in listed:
        yield [
            piece
            for value, width in zip(row, widths, strict=True)
            for piece in (_cut(value, width) if width > 1 else [value])
        ]


def joined(table: Table) -> Table:
    """Return the table with such columns taken together again."""
    home: dict[str, str] = {}
    for header in table.headers:
        match = _MORE.fullmatch(header)
        home[header] = match[1] if match and match[1] in table.headers else header
    headers = [header for header in table.headers if home[header] == header]
    if len(headers) == len(table.headers):
        return table
    return replace(table, headers=headers, rows=[_joined(row, home) for row in table.rows])


def _joined(row: Row, home: dict[str, str]) -> Row:
    cells = {header: row.cells[header] for header in home if home[header] == header}
    for header, base in home.items():
        if header != base and (more := row.cells[header].value) != "":
            cells[base] = replace(cells[base], value=f"{cells[base].value}{more}")
    return Row(row.number, cells)


def _parts_of(value: CellValue | None) -> int:
    return max(1, -(-len(value) // LONGEST)) if isinstance(value, str) else 1


def _cut(value: CellValue | None, width: int) -> list[CellValue | None]:
    if not isinstance(value, str):
        return [value, *[None] * (width - 1)]
    return [value[part * LONGEST : (part + 1) * LONGEST] for part in range(width)]
