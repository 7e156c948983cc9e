"""Open data at stable addresses, for everybody and every program."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import override
from django.views.decorators.http import require_safe

from directory.models import Office
from measures.models import Concept, Evaluation, ImplementationReport, Measure
from measures.open_data import open_files
from measures.open_data_catalogue import CATALOGUE, ENTRY, OpenReport, catalogue_of, entry_of
from measures.open_files import open_file
from measures.report import collect_report
from measures.snapshot import Snapshot


@require_safe
def open_data(
    request: HttpRequest, slug: str, year: int, name: str, version: int | None = None
) -> HttpResponse:
    """One file of a report: a table, the data package, or its entry for portals."""
    found = report_for(slug, year, version=version)
    files = _files(found)
    content = files.get(name)
    if name == ENTRY:
        with override(settings.LANGUAGE_CODE):
            content = _json(entry_of(found, files, office=Office.objects.current()))
    if content is None:
        raise Http404
    return open_file(
        request, content, name=name, modified_at=found.adopted_at, is_download=name.endswith(".csv")
    )


@require_safe
def open_data_catalogue(request: HttpRequest) -> HttpResponse:
    reports = [report_for(slug, year) for slug, year in open_years()]
    datasets = [(found, _files(found)) for found in reports]
    with override(settings.LANGUAGE_CODE):
        content = _json(catalogue_of(datasets, office=Office.objects.current()))
    return open_file(request, content, name=CATALOGUE, is_download=False)


def report_for(slug: str, year: int, version: int | None = None) -> OpenReport:
    """Return the report whose data are public: as adopted, else as things stand.

    Raises Http404 where there is none.
    """
    versions = ImplementationReport.objects.adopted().at(slug, year)
    adopted = versions.filter(version=version).first() if version else versions.first()
    if adopted:
        frozen = Snapshot.read(adopted.snapshot).report_in(settings.LANGUAGE_CODE)
        return OpenReport(frozen, slug, version=adopted.version, adopted_at=adopted.frozen_at)
    concept = get_object_or_404(Concept.objects.published(), slug=slug)
    today = timezone.localdate()
    if version not in (None, 1) or year not in concept.years_until(today.year):
        raise Http404
    report = collect_report(concept, year=year, language=settings.LANGUAGE_CODE, today=today)
    return OpenReport(report, concept.slug)


def open_years() -> list[tuple[str, int]]:
    """Return the concepts' short addresses and years that have a public report."""
    judged = Evaluation.objects.filter(measure__in=Measure.objects.published())
    found = judged.order_by().values_list("measure__concept__slug", "year").distinct()
    years = {concept.slug: concept for concept in Concept.objects.published()}
    today = timezone.localdate()
    return sorted(
        (slug, year) for slug, year in found if year in years[slug].years_until(today.year)
    )


def _files(found: OpenReport) -> dict[str, bytes]:
    return open_files(found.report, slug=found.slug, version=found.version)


def _json(node: dict[str, Any]) -> bytes:
    return json.dumps(node, ensure_ascii=False, indent=2).encode()
