"""Tables in and out: CSV and XLSX become the same rows, and every cell knows its place."""

from kit_portal.common.tables.parts import Cell, CellValue, Fault, Row, Table
from kit_portal.common.tables.reading import MAX_BYTES, MAX_ROWS, read_table
from kit_portal.common.tables.writing import write_csv, write_xlsx

__all__ = [
    "MAX_BYTES",
    "MAX_ROWS",
    "Cell",
    "CellValue",
    "Fault",
    "Row",
    "Table",
    "read_table",
    "write_csv",
    "write_xlsx",
]
