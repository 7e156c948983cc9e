"""A yearly report as open data: CSV files whose columns a data package explains.

Source of the format: Frictionless Data, Data Package and Table Schema, version 1.
"""

from __future__ import annotations

import csv
import hashlib
import json
from io import StringIO
from typing import Any

from kit_portal.common.tables.harmless import harmless
from measures.open_data_tables import TABLES, OpenTable
from measures.report_entries import Report

PACKAGE = "datapackage.json"
FILE_NAMES = (*(f"{table.name}.csv" for table in TABLES), PACKAGE)
LICENCE = {
    "name": "CC-BY-4.0",
    "title": "Creative Commons Namensnennung 4.0 International",
    "path": "https://creativecommons.org/licenses/by/4.0/",
}


def csv_files(report: Report) -> dict[str, bytes]:
    """Return the report's tables by file name: UTF-8, commas, points as decimals (RFC 4180)."""
    return {f"{table.name}.csv": _csv(table, report) for table in TABLES}


def open_files(report: Report, *, slug: str, version: int = 1) -> dict[str, bytes]:
    """Return the tables with the data package that describes them, by file name."""
    files = csv_files(report)
    package = data_package(report, files, slug=slug, version=version)
    text = json.dumps(package, ensure_ascii=False, indent=2)
    return {**files, PACKAGE: text.encode()}


def data_package(
    report: Report, files: dict[str, bytes], *, slug: str, version: int = 1
) -> dict[str, Any]:
    """Describe ``files`` (of ``csv_files``) as a Tabular Data Package."""
    office = {"title": str(report.office.name), "role": "publisher"}
    return {
        "profile": "tabular-data-package",
        "name": f"umsetzungsbericht-{slug.lower()}-{report.year}",
        "title": title_of(report),
        "description": description_of(report),
        "version": f"{version}.0.0",
        "created": f"{report.made_on.isoformat()}T00:00:00Z",
        "licenses": [LICENCE],
        "contributors": [
            office | ({"path": report.office.website} if report.office.website else {})
        ],
        "keywords": KEYWORDS,
        "resources": [_resource(table, files[f"{table.name}.csv"]) for table in TABLES],
    }


KEYWORDS = ["Integration", "Migration", "Integrationskonzept", "Maßnahmen", "Umsetzungsbericht"]


def title_of(report: Report) -> str:
    return f"Umsetzungsbericht {report.year}: {report.concept.title}"


def description_of(report: Report) -> str:
    return (
        f"Die Maßnahmen des Konzepts „{report.concept.title}“ ({report.concept.period}) mit ihren "
        f"Bewertungen, Beteiligten und Kennzahlen für das Jahr {report.year}. / The measures of "
        f"the integration concept with verdicts, participants and indicators for {report.year}."
    )


def sha256_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _resource(table: OpenTable, content: bytes) -> dict[str, Any]:
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "path": f"{table.name}.csv",
        "title": table.german,
        "description": f"{table.german} / {table.english}",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{sha256_of(content)}",
        "dialect": {"delimiter": ",", "quoteChar": '"', "doubleQuote": True, "header": True},
        "schema": table.schema(),
    }


def _csv(table: OpenTable, report: Report) -> bytes:
    sheet = StringIO(newline="")
    writer = csv.writer(sheet)
    writer.writerow([field.name for field in table.fields])
    writer.writerows([_cell(value) for value in row] for row in table.rows(report))
    return sheet.getvalue().encode()


def _cell(value: Any) -> str:
    """No text may run when somebody opens the file in a spreadsheet."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return harmless(str(value)) if isinstance(value, str) else str(value)
