"""The life of a report: begun, submitted, adopted and frozen; corrected by another version."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from kit_portal.accounts.models import User
from kit_portal.common.translation_queries import column
from measures.models import (
    Concept,
    ImplementationReport,
    Indicator,
    IndicatorValue,
    Measure,
    ReportRendering,
)
from measures.report import collect_reports
from measures.report_indicators import counted_now
from measures.snapshot import Snapshot, sha256_of

State = ImplementationReport.State


class NotPossibleError(Exception):
    """The report is in another state by now, because somebody else was quicker."""


@transaction.atomic
def begin_report(concept: Concept, *, year: int) -> ImplementationReport:
    """Return the newest version of the year; where there is none, a draft with all sections."""
    ImplementationReport.objects.hold(concept)
    newest = ImplementationReport.objects.of(concept, year).order_by("-version").first()
    return newest or ImplementationReport.objects.create(
        concept=concept, concept_slug=concept.slug, year=year
    )


@transaction.atomic
def write_draft(report: ImplementationReport, *, seen: datetime, columns: list[str]) -> None:
    """Store ``columns`` of the draft that its writer has ``seen`` as it was at that moment.

    Raises NotPossibleError where somebody else was quicker.
    """
    if _held(report, State.DRAFT).modified_at != seen:
        raise NotPossibleError
    report.save(update_fields=[*columns, "modified_at"])


@transaction.atomic
def submit_report(report: ImplementationReport, *, on: date) -> None:
    """Send the draft to the body that is to adopt it. It can be taken back."""
    current = _held(report, State.DRAFT)
    current.state, current.submitted_on = State.SUBMITTED, on
    current.save(update_fields=["state", "submitted_on", "modified_at"])


@transaction.atomic
def take_back(report: ImplementationReport) -> None:
    current = _held(report, State.SUBMITTED)
    current.state, current.submitted_on = State.DRAFT, None
    current.save(update_fields=["state", "submitted_on", "modified_at"])


@transaction.atomic
def adopt_report(
    report: ImplementationReport,
    *,
    body: str,
    on: date,
    resolution_number: str,
    by: User,
    now: datetime,
) -> ImplementationReport:
    """Freeze a submitted report and ask for its PDFs, the German one first.

    Whoever saves an evaluation of the year at this moment comes before it or not at all. Raises
    NotPossibleError where the report is not submitted (any more).
    """
    current = _held(report, State.SUBMITTED)
    current.adopted_by, current.adopted_on = body, on
    current.resolution_number = resolution_number
    today = timezone.localdate(now)
    _keep_counts(current.concept, year=current.year, now=now)
    reports = collect_reports(
        current.concept,
        year=current.year,
        languages=[code for code, _name in settings.LANGUAGES],
        today=today,
        draft=current,
    )
    current.titles = {code: content.concept.title.value for code, content in reports.items()}
    current.snapshot = Snapshot.of(reports).text
    current.snapshot_sha256 = sha256_of(current.snapshot)
    current.state, current.frozen_at, current.frozen_by = State.ADOPTED, now, by.name
    current.save()
    current.renderings.open().update(
        state=ReportRendering.State.FAILED, failure=ReportRendering.Failure.STOPPED
    )
    ReportRendering.objects.bulk_create(
        ReportRendering(
            report=current,
            language=code,
            # One mail is enough: the adopter hears of the German one.
            requested_by=by if code == settings.LANGUAGE_CODE else None,
            requested_at=now,
            touched_at=now,
        )
        for code in reports
    )
    return current


@transaction.atomic
def begin_correction(adopted: ImplementationReport, *, reason: str) -> ImplementationReport:
    """Return a draft of the next version; until it is adopted, evaluations are open again.

    Raises NotPossibleError where one is being written already.
    """
    ImplementationReport.objects.hold(adopted.concept_id)
    versions = ImplementationReport.objects.of(adopted.concept_id, adopted.year)
    newest = versions.select_related("concept").order_by("-version").first()
    if newest is None or not newest.is_adopted:
        raise NotPossibleError
    correction = ImplementationReport.objects.create(
        concept=newest.concept,
        concept_slug=newest.concept_slug,
        year=newest.year,
        version=newest.version + 1,
        correction_reason=reason,
        sections=newest.sections,
        **{name: getattr(newest, name) for name in _foreword_columns()},
    )
    for short_version in newest.short_versions.all():
        short_version.pk, short_version.report = None, correction
        short_version.save(force_insert=True)
    return correction


@transaction.atomic
def discard_draft(report: ImplementationReport) -> None:
    """Delete a version that was not adopted, with the PDFs made of it."""
    current = _held(report, State.DRAFT)
    names = [row.file.name for row in current.renderings.ready()]
    current.delete()
    storage = ReportRendering._meta.get_field("file").storage
    for name in names:
        transaction.on_commit(lambda name=name: storage.delete(name))  # type: ignore[misc]


def _held(report: ImplementationReport, state: str) -> ImplementationReport:
    """Return the row as it is now, locked; raise NotPossibleError unless it is in ``state``."""
    ImplementationReport.objects.hold(report.concept_id)
    rows = ImplementationReport.objects.select_for_update(of=("self",)).select_related("concept")
    current = rows.filter(pk=report.pk, state=state).first()
    if current is None:
        raise NotPossibleError
    return current


def _keep_counts(concept: Concept, *, year: int, now: datetime) -> None:
    """Store what the portal counts for the year and nobody has entered, so that it stays."""
    today = timezone.localdate(now)
    published = Measure.objects.published().in_concept(concept)
    fed = (
        Indicator.objects.filter(Q(concept=concept) | Q(measure__in=published), is_public=True)
        .counted_by_portal()
        .exclude(values__year=year)
    )
    for indicator in fed:
        counted = counted_now(indicator.source_key, year)
        if counted is not None:
            IndicatorValue.objects.create(
                indicator=indicator,
                year=year,
                as_of=today if today.year == year else None,
                value=counted,
                counted=counted,
                counted_at=now,
            )


def _foreword_columns() -> list[str]:
    return [column("foreword", code) for code in settings.MODELTRANSLATION_LANGUAGES]
