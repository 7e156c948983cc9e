"""Concepts out, in the format that the import reads."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from django.utils.translation import gettext as _

from kit_portal.common.models import Viewer
from kit_portal.common.tables import CellValue, Sheet, write_csv, write_sheets
from kit_portal.common.translation_queries import column as localized
from measures.models import Concept, Evaluation
from measures.tables.columns import Column
from measures.tables.kind import Kind
from measures.tables.kinds import KINDS
from measures.tables.stock import Stock

EVALUATIONS = ("concept", "measure", "year", "verdict", "reasoning", "evaluated_on")


def sheets_of(
    concepts: Collection[Concept], *, viewer: Viewer, with_internal: bool = False
) -> list[Sheet]:
    """Return one sheet for each table with what ``viewer`` may see of the concepts.

    ``with_internal`` adds what is for the office only.
    """
    slugs = [concept.slug for concept in concepts]
    stock = Stock(viewer=viewer).load(slugs)
    sheets = [_sheet(kind, stock, slugs, with_internal) for kind in KINDS.values()]
    return [*sheets, _evaluations(concepts, viewer)]


def workbook_of(sheets: Sequence[Sheet]) -> bytes:
    return write_sheets(sheets)


def csv_of(sheets: Sequence[Sheet], name: str) -> bytes:
    """Return one of the tables. Raises StopIteration where there is none of this name."""
    sheet = next(sheet for sheet in sheets if sheet.title == name)
    return write_csv(sheet.headers, [[_for_text(value) for value in row] for row in sheet.rows])


def archive_of(sheets: Sequence[Sheet]) -> bytes:
    """Return a ZIP file with a CSV file for each table."""
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for sheet in sheets:
            archive.writestr(f"{sheet.title}.csv", csv_of(sheets, sheet.title))
    return file.getvalue()


def template_sheets() -> list[Sheet]:
    """Return the empty tables, and a sheet that explains every column."""
    empty = [
        Sheet(kind.name, [column.name for column in kind.columns], []) for kind in KINDS.values()
    ]
    headers = [
        *("table", "column", "heading", "needed", "explanation", "example"),
    ]
    rows = [row for kind in KINDS.values() for row in _explanations(kind)]
    return [*empty, Sheet("explanations", headers, rows)]


def _explanations(kind: Kind) -> Iterator[list[CellValue | None]]:
    for column in kind.columns:
        yield [
            kind.name,
            column.name,
            f"{kind.german}: {column.german}",
            _("always") if column.is_key else _("for new rows") if column.is_required else "",
            explanation(column),
            column.example,
        ]


def explanation(column: Column) -> str:
    """Say what stands in the column: its own hint, or what the form in the administration says."""
    if column.hint:
        return str(column.hint)
    fields = {field.name: field for field in column.model._meta.get_fields()}
    field = fields.get(column.attribute)
    text = str(getattr(field, "help_text", "") or column.label.capitalize())
    choices = [str(key) for key, _label in getattr(field, "flatchoices", ()) if key]
    return f"{text} ({', '.join(choices)})" if choices else text


def _sheet(kind: Kind, stock: Stock, slugs: Collection[str], with_internal: bool) -> Sheet:
    columns = [column for column in kind.columns if with_internal or not column.is_internal]
    rows = [
        [column.written(column.value_of(draft)) for column in columns]
        for identity, drafts in stock.drafts[kind.name].items()
        for draft in drafts
        if kind.name != "concepts" or identity[0] in slugs
    ]
    return Sheet(kind.name, [column.name for column in columns], rows)


def _evaluations(concepts: Collection[Concept], viewer: Viewer) -> Sheet:
    """Verdicts go out for whoever counts them; they come in by the yearly round alone."""
    rows = (
        Evaluation.objects.visible_to(viewer)
        .filter(measure__concept__in=[concept.pk for concept in concepts])
        .order_by("measure__concept", "measure__number_key", "year")
        .values_list(
            *("measure__concept__slug", "measure__number", "year", "verdict"),
            *(localized("reasoning", "de"), "evaluated_on"),
        )
    )
    return Sheet("evaluations", EVALUATIONS, list(rows))


def _for_text(value: CellValue | None) -> CellValue | None:
    """Write decimals with a comma: files with semicolons are opened by German spreadsheets."""
    if isinstance(value, float):
        return f"{value:.2f}".replace(".", ",")
    return value
