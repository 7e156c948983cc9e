"""All reports there could be: one row for each concept and year, with what exists of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Count
from django.utils import timezone
from django.utils.functional import Promise

from measures.models import Concept, Evaluation, ImplementationReport, Measure

Failure = ImplementationReport.Failure


@dataclass(frozen=True)
class ShelfRow:
    """``runs`` are the renderings of the German report, newest first."""

    concept: Concept
    year: int
    measures: int
    evaluated: int
    runs: Sequence[ImplementationReport]
    now: datetime

    @property
    def anchor(self) -> str:
        return f"report-{self.concept.slug}-{self.year}"

    @property
    def run(self) -> ImplementationReport | None:
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
        return ImplementationReport.REMEDIES[self.failure] if self.failure else ""

    @property
    def finished_run(self) -> ImplementationReport | None:
        """The latest rendering whose file is still there."""
        ready = (run for run in self.runs if run.state == run.State.READY)
        return next((run for run in ready if run.file.storage.exists(str(run.file.name))), None)


def shelf(*, now: datetime, only: Concept | None = None, year: int | None = None) -> list[ShelfRow]:
    """Return the years of the published concepts that have begun, newest first."""
    concepts = Concept.objects.published().newest_first()
    if only:
        concepts = concepts.filter(pk=only.pk)
    measures = _measures_by_concept()
    evaluated = _evaluations_by_concept_and_year()
    runs: dict[tuple[int, int], list[ImplementationReport]] = defaultdict(list)
    for run in ImplementationReport.objects.in_language(settings.LANGUAGE_CODE).order_by("-pk"):
        runs[run.concept_id, run.year].append(run)
    return [
        ShelfRow(
            concept=concept,
            year=begun,
            measures=measures[concept.pk],
            evaluated=evaluated[concept.pk, begun],
            runs=runs[concept.pk, begun],
            now=now,
        )
        for concept in concepts
        for begun in concept.years_until(timezone.localdate(now).year)
        if year in (None, begun)
    ]


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
