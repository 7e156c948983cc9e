"""A file becomes a table: what kind it is, its first bytes tell; too much is not even opened."""

from __future__ import annotations

from typing import IO

from django.utils.translation import gettext as _

from kit_portal.common.tables.parts import Fault, Table
from kit_portal.common.tables.text_file import read_text_file
from kit_portal.common.tables.workbook import read_every_sheet, read_workbook

MAX_BYTES = 5 * 1024 * 1024
MAX_ROWS = 20_000
_ZIP = b"PK\x03\x04"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # .xls, and workbooks with a password


def read_table(
    file: IO[bytes], *, name: str, max_bytes: int = MAX_BYTES, max_rows: int = MAX_ROWS
) -> Table:
    """Read a CSV or XLSX file; what is wrong with it stands in the table's ``errors``.

    CSV may be in UTF-8, UTF-16 or Windows-1252, with semicolons, commas or tabs. Of a workbook the
    first sheet is read. Rows that are quite empty are passed over.
    """
    content = file.read(max_bytes + 1)
    if refused := _refusal(content, name=name, max_bytes=max_bytes):
        return refused
    if content.startswith(_ZIP):
        return read_workbook(content, name=name, max_rows=max_rows)
    return read_text_file(content, name=name, max_rows=max_rows)


def read_sheets(
    file: IO[bytes], *, name: str, max_bytes: int = MAX_BYTES, max_rows: int = MAX_ROWS
) -> list[Table]:
    """As ``read_table``, but of a workbook all sheets that are neither hidden nor empty."""
    content = file.read(max_bytes + 1)
    if refused := _refusal(content, name=name, max_bytes=max_bytes):
        return [refused]
    if content.startswith(_ZIP):
        return read_every_sheet(content, name=name, max_rows=max_rows)
    return [read_text_file(content, name=name, max_rows=max_rows)]


def _refusal(content: bytes, *, name: str, max_bytes: int) -> Table | None:
    """Return why the file is not even opened; None if it is."""
    if len(content) > max_bytes:
        return _refused(
            name,
            _("The file is larger than %d MB.") % (max_bytes // 1024 // 1024),
            _("Delete sheets, pictures and columns that are not needed."),
        )
    if not content.strip(b"\x00\t\r\n "):
        return _refused(name, _("The file is empty."), _("The first row must hold the headings."))
    if content.startswith(_OLD_OFFICE):
        return _refused(
            name,
            _("This is an old or a protected workbook."),
            _("Save it as “Excel workbook (.xlsx)” without a password."),
        )
    return None


def _refused(name: str, message: str, remedy: str) -> Table:
    return Table(name, errors=[Fault("", message, remedy)])
