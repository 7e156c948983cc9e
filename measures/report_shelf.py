"""All reports there could be: one row for each concept and year, with what exists of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone
from django.utils.functional import Promise

from measures.models import Concept, Evaluation, ImplementationReport, Measure, ReportRendering

Failure = ReportRendering.Failure


@dataclass(frozen=True)
class ShelfRow:
    """``versions`` newest first; ``runs`` are the newest version's German PDFs, newest first."""

    concept: Concept
    year: int
    measures: int
    evaluated: int
    versions: Sequence[ImplementationReport]
    runs: Sequence[ReportRendering]
    now: datetime

    @property
    def slug(self) -> str:
        """The part of its address: the report's own, since a concept may move."""
        return self.report.concept_slug if self.report else self.concept.slug

    @property
    def anchor(self) -> str:
        return f"report-{self.slug}-{self.year}"

    @property
    def report(self) -> ImplementationReport | None:
        return self.versions[0] if self.versions else None

    @property
    def adopted(self) -> ImplementationReport | None:
        return next((report for report in self.versions if report.is_adopted), None)

    @property
    def run(self) -> ReportRendering | None:
        return self.runs[0] if self.runs else None

    @property
    def is_working(self) -> bool:
        return bool(self.run and self.run.is_open and not self.run.is_stale(now=self.now))

    @property
    def failure(self) -> Failure | None:
        """Why the latest rendering came to nothing; one that fell silent was interrupted."""
        if self.run and self.run.is_stale(now=self.now):
            return Failure.STOPPED
        return Failure(self.run.failure) if self.run and self.run.failure else None

    @property
    def remedy(self) -> str | Promise:
        return ReportRendering.REMEDIES[self.failure] if self.failure else ""

    @property
    def finished_run(self) -> ReportRendering | None:
        """The latest rendering whose file is still there."""
        ready = (run for run in self.runs if run.state == run.State.READY)
        return next((run for run in ready if run.file.storage.exists(str(run.file.name))), None)


def shelf(*, now: datetime, slug: str | None = None, year: int | None = None) -> list[ShelfRow]:
    """Return the begun years of published concepts, and every year with a report; newest first.

    ``slug`` and ``year`` narrow it down to the row at that address.
    """
    reports = ImplementationReport.objects.without_snapshots().order_by("-version")
    versions: dict[tuple[int, int], list[ImplementationReport]] = defaultdict(list)
    for report in reports:
        versions[report.concept_id, report.year].append(report)
    runs: dict[int, list[ReportRendering]] = defaultdict(list)
    for run in ReportRendering.objects.in_language(settings.LANGUAGE_CODE).order_by("-pk"):
        runs[run.report_id].append(run)
    measures, evaluated = _measures_by_concept(), _evaluations_by_concept_and_year()
    rows = [
        ShelfRow(
            concept=concept,
            year=begun,
            measures=measures[concept.pk],
            evaluated=evaluated[concept.pk, begun],
            versions=found,
            runs=runs[found[0].pk] if found else (),
            now=now,
        )
        for concept in _concepts()
        for begun in concept.years_until(timezone.localdate(now).year)
        for found in [versions[concept.pk, begun]]
        if found or concept.is_published
    ]
    return [row for row in rows if slug in (None, row.slug) and year in (None, row.year)]


def _concepts() -> list[Concept]:
    reported = ImplementationReport.objects.filter(concept=OuterRef("pk"))
    shown = Q(published_at__isnull=False) | Exists(reported)
    return list(Concept.objects.filter(shown).newest_first())


def _measures_by_concept() -> Counter[int]:
    rows = Measure.objects.published().order_by().values_list("concept").annotate(Count("pk"))
    return Counter(dict(rows))


def _evaluations_by_concept_and_year() -> Counter[tuple[int, int]]:
    rows = (
        Evaluation.objects.filter(measure__in=Measure.objects.published())
        .order_by()
        .values_list("measure__concept", "year")
        .annotate(Count("pk"))
    )
    return Counter({(concept, year): count for concept, year, count in rows})
