"""The report's figures as tables that a program can read, for the inside of its PDF."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from kit_portal.common.pdf import PdfAttachment
from measures.report_entries import IndicatorEntry, Report

MEASURES = (
    "number",
    "title",
    "action_field",
    "goal",
    "status",
    "verdict",
    "reasoning",
    "participants",
    "starts_on",
    "ends_on",
)
VALUES = ("indicator", "measure", "unit", "year", "as_of", "value", "whole", "note")


def attachments_of(report: Report) -> list[PdfAttachment]:
    """Return the measures with their verdicts, and every indicator value, as CSV (RFC 4180)."""
    with override(report.language):
        return [
            PdfAttachment(
                "measures.csv", _("Measures and verdicts"), _csv(MEASURES, _measures(report))
            ),
            PdfAttachment(
                "indicator-values.csv", _("Values of the indicators"), _csv(VALUES, _values(report))
            ),
        ]


def _measures(report: Report) -> Iterator[Sequence[Any]]:
    for field in report.fields:
        for goal in field.goals:
            for measure in goal.measures:
                yield (
                    measure.number,
                    measure.title,
                    field.number,
                    goal.number,
                    measure.status,
                    measure.verdict.verdict,
                    measure.verdict.reasoning,
                    "; ".join(f"{p.organisation} ({p.role})" for p in measure.participants),
                    measure.starts_on,
                    measure.ends_on,
                )


def _values(report: Report) -> Iterator[Sequence[Any]]:
    owned: list[tuple[str, IndicatorEntry]] = [("", entry) for entry in report.indicators]
    owned += [(m.number, entry) for m in report.measures for entry in m.indicators]
    for number, entry in owned:
        for point in entry.points:
            yield (
                entry.name,
                number,
                entry.unit,
                point.year,
                point.as_of,
                point.value,
                point.whole,
                point.note,
            )


def _csv(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """UTF-8 with a byte order mark, which a spreadsheet needs to read umlauts."""
    text = StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(names)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _cell(value: Any) -> str:
    """A text that a spreadsheet would take for a formula is kept a text."""
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in {"=", "+", "@", "\t", "\r"} else text
