"""Tables in and out: CSV and XLSX become the same rows, and every cell knows its place."""

from kit_portal.common.tables.parts import Cell, CellValue, Fault, Row, Table
from kit_portal.common.tables.reading import MAX_BYTES, MAX_ROWS, read_sheets, read_table
from kit_portal.common.tables.writing import Sheet, write_csv, write_sheets, write_xlsx

__all__ = [
    "MAX_BYTES",
    "MAX_ROWS",
    "Cell",
    "CellValue",
    "Fault",
    "Row",
    "Sheet",
    "Table",
    "read_sheets",
    "read_table",
    "write_csv",
    "write_sheets",
    "write_xlsx",
]
