"""The council paper of a year's report, made anew at each download."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache

from kit_portal.common.pdf import PdfUnavailableError
from measures.council_paper import (
    CouncilPaper,
    as_docx,
    as_pdf,
    comparison_of,
    funding_of,
    paper_of,
)
from measures.models import Concept, ImplementationReport
from measures.report import collect_report
from measures.report_entries import Report
from measures.snapshot import Snapshot

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
KINDS: dict[str, tuple[str, Callable[[CouncilPaper], bytes]]] = {
    "docx": (WORD, as_docx),
    "pdf": ("application/pdf", as_pdf),
}


@never_cache
@login_required
@permission_required("measures.view_implementationreport", raise_exception=True)
def council_paper(request: HttpRequest, slug: str, year: int, kind: str) -> HttpResponse:
    today = timezone.localdate()
    if kind not in KINDS or year > today.year:
        raise Http404
    content_type, write = KINDS[kind]
    report = _report(slug, year, today=today)
    paper = paper_of(
        report, funding=funding_of(report), comparison=comparison_of(report), today=today
    )
    try:
        content = write(paper)
    except PdfUnavailableError as error:
        messages.error(request, str(error))
        return redirect("measures:report_desk")
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="vorlage-{slug}-{year}.{kind}"'
    return response


def _report(slug: str, year: int, *, today: date) -> Report:
    """Return the newest version: as it was adopted, or as its draft stands today."""
    newest = ImplementationReport.objects.at(slug, year).first()
    if newest and newest.is_adopted:
        return Snapshot.read(newest.snapshot).report_in(settings.LANGUAGE_CODE)
    concepts = Concept.objects.published().covering(year)
    concept = newest.concept if newest else get_object_or_404(concepts, slug=slug)
    return collect_report(
        concept, year=year, language=settings.LANGUAGE_CODE, today=today, draft=newest
    )
