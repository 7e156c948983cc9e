"""XLSX files: opened only if they are small unpacked, and taken at their word, never evaluated."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.styles.numbers import is_datetime

from kit_portal.common.tables.long_text import joined
from kit_portal.common.tables.parts import CellValue, Fault, Table, build_table, empty, place_of

log = logging.getLogger(__name__)

MAX_UNPACKED = 60 * 1024 * 1024  # bytes; zipfile reads no more than a directory entry promises
MAX_PARTS = 1000
MAX_COLUMNS = 200
_CONTENT_TYPES = "[Content_Types].xml"


def read_workbook(content: bytes, *, name: str, max_rows: int) -> Table:
    """Return the first sheet that is not hidden."""

    def read(workbook: Any) -> list[Table]:
        return [_table(next(_visible(workbook)), name=name, max_rows=max_rows)]

    return _opened(content, read, name=name)[0]


def read_every_sheet(content: bytes, *, name: str, max_rows: int) -> list[Table]:
    """Return a table for every sheet that is neither hidden nor empty, called as the sheet is."""

    def read(workbook: Any) -> list[Table]:
        tables = [
            _table(sheet, name=sheet.title, max_rows=max_rows) for sheet in _visible(workbook)
        ]
        return [table for table in tables if table.headers or table.errors != [empty()]] or tables

    return _opened(content, read, name=name)


def _opened(content: bytes, read: Callable[[Any], list[Table]], *, name: str) -> list[Table]:
    try:
        if fault := _fault_of_archive(content):
            return [Table(name, errors=[fault])]
        return read(load_workbook(BytesIO(content), read_only=True, keep_links=False))
    except Exception:  # a broken file makes openpyxl stumble in a dozen ways
        log.info("The workbook “%s” cannot be read.", name, exc_info=True)
        return [Table(name, errors=[_unreadable()])]


def _visible(workbook: Any) -> Iterator[Any]:
    return (sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible")


def _table(sheet: Any, *, name: str, max_rows: int) -> Table:
    sheet.reset_dimensions()  # what a file says of its size need not be true
    errors: list[Fault] = []
    return joined(build_table(name, _rows(sheet, errors), max_rows=max_rows, errors=errors))


def _fault_of_archive(content: bytes) -> Fault | None:
    with ZipFile(BytesIO(content)) as archive:
        parts = archive.infolist()
        names = {part.filename for part in parts}
        if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
            return Fault(
                "",
                _("The file is too large when it is unpacked."),
                _("Copy the rows into a new workbook."),
            )
        if _CONTENT_TYPES not in names:
            return _unreadable()
        has_macros = any(name.lower().endswith("vbaproject.bin") for name in names)
        if has_macros or b"macroEnabled" in archive.read(_CONTENT_TYPES):
            return Fault(
                "",
                _("This workbook contains macros."),
                _("Save it as “Excel workbook (.xlsx)” without macros."),
            )
    return None


def _rows(sheet: Any, errors: list[Fault]) -> Iterator[tuple[int, Sequence[CellValue]]]:
    for number, cells in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS), start=1):
        values = []
        for column, cell in enumerate(cells, start=1):
            if fault := _fault_of_cell(cell, place_of(number, column)):
                errors.append(fault)
            values.append(_value_of(cell))
        yield number, values


def _fault_of_cell(cell: Any, place: str) -> Fault | None:
    if cell.data_type == "f":
        return Fault(
            place,
            _("This cell contains a formula."),
            _("Replace it by its value (copy, then paste as values)."),
        )
    if cell.data_type == "e":
        return Fault(place, _("This cell shows an error."), _("Correct it or empty the cell."))
    return None


def _value_of(cell: Any) -> CellValue:
    value = cell.value
    if value is None or cell.data_type in ("f", "e"):
        return ""
    if isinstance(value, datetime) and is_datetime(cell.number_format) == "date":
        return value.date()
    if isinstance(value, str | bool | int | float | date | time | timedelta):
        return value
    return str(value)


def _unreadable() -> Fault:
    return Fault(
        "",
        _("This workbook cannot be read."),
        _("Open it and save it again as “Excel workbook (.xlsx)”, or as “CSV UTF-8”."),
    )
