"""Open data at stable addresses, for everybody and every program."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import override
from django.views.decorators.http import require_safe

from directory.models import Office
from measures.models import ImplementationReport
from measures.open_data import open_files
from measures.open_data_catalogue import CATALOGUE, ENTRY, OpenReport, catalogue_of, entry_of
from measures.open_files import open_file
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
    datasets = [(found, _files(found)) for found in map(_open, _newest_versions())]
    with override(settings.LANGUAGE_CODE):
        content = _json(catalogue_of(datasets, office=Office.objects.current()))
    return open_file(request, content, name=CATALOGUE, is_download=False)


def report_for(slug: str, year: int, version: int | None = None) -> OpenReport:
    """Return an adopted report, the newest version unless another one is asked for.

    Raises Http404 where there is none: what may still change is no open data yet.
    """
    versions = ImplementationReport.objects.adopted().at(slug, year)
    adopted = versions.filter(version=version).first() if version else versions.first()
    if adopted is None:
        raise Http404
    return _open(adopted)


def _newest_versions() -> list[ImplementationReport]:
    """Return of each concept and year what was adopted last, by address."""
    newest: dict[tuple[str, int], ImplementationReport] = {}
    for adopted in ImplementationReport.objects.adopted().order_by(
        "concept_slug", "year", "version"
    ):
        newest[adopted.concept_slug, adopted.year] = adopted
    return list(newest.values())


def _open(adopted: ImplementationReport) -> OpenReport:
    report = Snapshot.read(adopted.snapshot).report_in(settings.LANGUAGE_CODE)
    return OpenReport(
        report, adopted.concept_slug, version=adopted.version, adopted_at=adopted.frozen_at
    )


def _files(found: OpenReport) -> dict[str, bytes]:
    return open_files(found.report, slug=found.slug, version=found.version)


def _json(node: dict[str, Any]) -> bytes:
    return json.dumps(node, ensure_ascii=False, indent=2).encode()
