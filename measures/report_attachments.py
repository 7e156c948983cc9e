"""The report's figures as tables that a program can read, for the inside of its PDF."""

from __future__ import annotations

from kit_portal.common.pdf import PdfAttachment
from measures.open_data import csv_files
from measures.open_data_tables import TABLES
from measures.report_entries import Report


def attachments_of(report: Report) -> list[PdfAttachment]:
    """Return the same tables that the open data of the report consist of."""
    files = csv_files(report)
    titles = {f"{table.name}.csv": table.german for table in TABLES}
    return [PdfAttachment(name, titles[name], content) for name, content in files.items()]
