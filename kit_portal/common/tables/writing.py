"""Tables out: what ``read_table`` reads back as it was, and no spreadsheet runs."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO, StringIO
from typing import Any

from django.utils.timezone import is_aware, make_naive
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.workbook.child import INVALID_TITLE_REGEX

from kit_portal.common.tables.harmless import harmless
from kit_portal.common.tables.long_text import spread
from kit_portal.common.tables.parts import CellValue

BYTE_ORDER_MARK = "\ufeff"  # without it Excel reads UTF-8 as Windows-1252


def write_csv(headers: Sequence[str], rows: Iterable[Sequence[CellValue | None]]) -> bytes:
    """Return UTF-8 with semicolons, which spreadsheets in most of the portal's languages expect.

    Text that a spreadsheet would run gets an apostrophe; numbers and dates need none.
    """
    sheet = StringIO(newline="")
    writer = csv.writer(sheet, delimiter=";")
    writer.writerow([harmless(header) for header in headers])
    writer.writerows([_as_text(value) for value in row] for row in rows)
    return (BYTE_ORDER_MARK + sheet.getvalue()).encode()


@dataclass(frozen=True)
class Sheet:
    title: str  # 31 characters are kept; an underscore stands for those that no title may have
    headers: Sequence[str]
    rows: Iterable[Sequence[CellValue | None]]


def write_xlsx(
    headers: Sequence[str], rows: Iterable[Sequence[CellValue | None]], *, title: str = ""
) -> bytes:
    """Return a workbook with one sheet; text stays text there, whatever it begins with."""
    return write_sheets([Sheet(title, headers, rows)])


def write_sheets(sheets: Iterable[Sheet]) -> bytes:
    """Return a workbook with these sheets. What no cell can hold goes on in the next columns."""
    workbook = Workbook(write_only=True)
    for sheet in sheets:
        title = INVALID_TITLE_REGEX.sub("_", sheet.title[:31])  # “Abonnent*innen” has one
        _fill(workbook.create_sheet(title or None), sheet)
    file = BytesIO()
    workbook.save(file)
    return file.getvalue()


def _fill(sheet: Any, content: Sheet) -> None:
    sheet.freeze_panes = "A2"
    for row in spread(content.headers, content.rows):
        cells = []
        for value in row:
            cell = WriteOnlyCell(sheet)
            cell.value = _for_workbook(value)
            if isinstance(value, str):
                cell.data_type = "s"  # openpyxl would take “=1” for a formula
            cells.append(cell)
        sheet.append(cells)


def _as_text(value: CellValue | None) -> str:
    if isinstance(value, str):
        return harmless(value)
    if isinstance(value, datetime):
        return _local(value).isoformat(sep=" ", timespec="seconds")
    return "" if value is None else str(value)


def _for_workbook(value: CellValue | None) -> CellValue | None:
    if isinstance(value, str):
        return ILLEGAL_CHARACTERS_RE.sub("", value)
    return _local(value) if isinstance(value, datetime) else value


def _local(moment: datetime) -> datetime:
    """Spreadsheets know no time zones."""
    return make_naive(moment) if is_aware(moment) else moment
