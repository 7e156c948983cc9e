"""The public pages of the reports. What an adopted report says is read from its snapshot alone."""

from __future__ import annotations

from itertools import groupby

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import get_language, override

from kit_portal.common.private_files import download
from measures.indicator_counting import Drift
from measures.models import ImplementationReport, ReportFile
from measures.open_data import FILE_NAMES
from measures.report_entries import Report
from measures.report_indicators import counted_now
from measures.report_pdf import context_of
from measures.report_run import content_of, file_name
from measures.report_text import Text


def reports(request: HttpRequest) -> HttpResponse:
    """Every adopted report with its files: newest year first, the newest version first."""
    adopted = (
        ImplementationReport.objects.adopted()
        .without_snapshots()
        .newest_first()
        .prefetch_related("files")
    )
    years = [
        list(versions)
        for _key, versions in groupby(adopted, lambda report: (report.year, report.concept_slug))
    ]
    return render(request, "measures/reports.html", {"years": years})


def report(request: HttpRequest, slug: str, year: int, version: int | None = None) -> HttpResponse:
    """One report on a page: the version asked for, else the latest adopted one.

    Staff see drafts here too, in the frame that the public will see.
    """
    found = _report_or_404(request, slug, year, version)
    content = content_of(found, language=_language(), now=timezone.now())
    # A language that the site has had only since the adoption is not in the snapshot.
    with override(content.language):
        context = context_of(content)
    context |= {
        "found": found,
        "files": found.files.all(),
        "data_names": FILE_NAMES,
        "versions": ImplementationReport.objects.visible_to(request.user)
        .without_snapshots()
        .at(slug, year),
        "drifts": _drifts(content) if found.is_adopted else (),
    }
    return render(request, "measures/report.html", context)


def report_pdf(
    request: HttpRequest, slug: str, year: int, version: int, language: str
) -> FileResponse:
    found = _report_or_404(request, slug, year, version)
    stored = get_object_or_404(ReportFile, report=found, language=language)
    return download(stored.file, title=file_name(stored).removesuffix(".pdf"))


def report_snapshot(request: HttpRequest, slug: str, year: int, version: int) -> HttpResponse:
    """The frozen text itself, byte for byte, so that anybody can check its hash."""
    found = _report_or_404(request, slug, year, version)
    if not found.is_adopted:
        raise Http404
    name = f"umsetzungsbericht-{slug}-{year}-v{version}.json"
    return HttpResponse(
        found.snapshot.encode(),
        content_type="application/json; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _report_or_404(
    request: HttpRequest, slug: str, year: int, version: int | None
) -> ImplementationReport:
    visible = ImplementationReport.objects.visible_to(request.user).at(slug, year)
    if version:
        return get_object_or_404(visible, version=version)
    found = visible.adopted().first() or visible.first()
    if found is None:
        raise Http404
    return found


def _language() -> str:
    return get_language() or settings.LANGUAGE_CODE


def _drifts(content: Report) -> list[tuple[Text, Drift]]:
    """Count anew what the portal feeds; a frozen number that would be another today is said so."""
    indicators = [*content.indicators, *(i for m in content.measures for i in m.indicators)]
    return [
        (indicator.name, Drift(point.value, counted))
        for indicator in indicators
        if indicator.source_key
        for point in indicator.points
        if point.year == content.year and not point.is_partial and not point.day
        for counted in [counted_now(indicator.source_key, content.year)]
        if counted is not None and counted != point.value
    ]
