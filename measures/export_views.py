"""Concepts as tables: for the office with drafts and notes, for everybody what is public."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.auth.decorators import login_required, permission_required
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kit_portal.common.tables import Sheet
from measures.models import Concept
from measures.open_files import CONTENT_TYPES, open_file
from measures.tables.export import archive_of, csv_of, sheets_of, template_sheets, workbook_of

EVERYTHING = "all"


@never_cache
@login_required
@permission_required("measures.view_measure", raise_exception=True)
def staff_export(request: HttpRequest, slug: str, ending: str) -> HttpResponse:
    """A concept, or all of them, with drafts and internal notes; CSV files come as an archive."""
    concepts = Concept.objects.visible_to(request.user).newest_first()
    if slug != EVERYTHING:
        concepts = concepts.filter(pk=get_object_or_404(concepts, slug=slug).pk)
    sheets = sheets_of(list(concepts), viewer=request.user, with_internal=True)
    if ending not in ("xlsx", "zip"):
        raise Http404
    content = workbook_of(sheets) if ending == "xlsx" else archive_of(sheets)
    return _saved(content, f"measures-{slug}.{ending}")


@never_cache
@login_required
@permission_required("measures.add_measure", raise_exception=True)
def template(request: HttpRequest) -> HttpResponse:
    return _saved(workbook_of(template_sheets()), "measures-template.xlsx")


@require_safe
def public_export(request: HttpRequest, slug: str, ending: str) -> HttpResponse:
    """What is public of a published concept: as CSV the measures, as workbook all its tables."""
    concept = get_object_or_404(Concept.objects.published(), slug=slug)
    sheets = _public_sheets(concept)
    known_by = archive_text(sheets)
    if ending == "csv":
        content = csv_of(sheets, "measures")
    elif ending == "xlsx":
        content = workbook_of(sheets)
    else:
        raise Http404
    return open_file(request, content, name=f"measures-{slug}.{ending}", known_by=known_by)


def _public_sheets(concept: Concept) -> list[Sheet]:
    """Parts of values go out with the reports only, where small numbers are hidden."""
    sheets = sheets_of([concept], viewer=AnonymousUser())
    return [sheet for sheet in sheets if sheet.title != "indicator_cells"]


def archive_text(sheets: Sequence[Sheet]) -> bytes:
    return b"".join(csv_of(sheets, sheet.title) for sheet in sheets)


def _saved(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=CONTENT_TYPES[name.rpartition(".")[2]])
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
