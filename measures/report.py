"""Collecting what the yearly implementation report says.

Only published measures enter: a report is a public paper. The rows are read once and then written
out in as many languages as are wanted, so that all say the same.
"""

from __future__ import annotations

import base64
import mimetypes
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Prefetch
from django.utils.translation import override

from directory.models import Office
from measures.charts import verdict_label
from measures.comparison import compare
from measures.models import (
    ActionField,
    Concept,
    Evaluation,
    Finding,
    FundingSource,
    Goal,
    ImplementationReport,
    Indicator,
    Measure,
    Milestone,
    Participant,
    ShortVersion,
)
from measures.models.report import all_sections
from measures.overview import participants_by_role
from measures.report_check_up import check_up_entry, findings_of
from measures.report_entries import (
    ConceptEntry,
    FieldEntry,
    FundingEntry,
    GoalEntry,
    MeasureEntry,
    MilestoneEntry,
    OfficeEntry,
    Report,
    VerdictEntry,
)
from measures.report_indicators import counted_values, indicator_entries
from measures.report_parts import AdoptionEntry, ParticipantEntry
from measures.report_text import NO_TEXT, text_of
from measures.short_versions import is_outdated, short_version_in
from measures.snapshot import Snapshot


@dataclass(frozen=True)
class _Rows:
    """What the database says about a concept and year, before it is put into words."""

    office: Office
    logo: str
    concept: Concept
    year: int
    today: date
    draft: ImplementationReport | None
    fields: Sequence[ActionField]
    measures: Mapping[int, Sequence[Measure]]
    indicators: Sequence[Indicator]
    counted: Mapping[str, Decimal]
    findings: Sequence[Finding]
    short_versions: Mapping[str, ShortVersion]
    year_before: Snapshot | None


def collect_report(
    concept: Concept,
    *,
    year: int,
    language: str,
    today: date,
    draft: ImplementationReport | None = None,
) -> Report:
    """Return what is to be said about ``concept`` in ``year``: verdicts and figures up to then.

    ``draft`` says which sections, foreword and short version it has; without one it has all
    sections.
    """
    return collect_reports(concept, year=year, languages=[language], today=today, draft=draft)[
        language
    ]


def collect_reports(
    concept: Concept,
    *,
    year: int,
    languages: Iterable[str],
    today: date,
    draft: ImplementationReport | None = None,
) -> dict[str, Report]:
    """Return the report by language, all of one reading of the database."""
    rows = _read(concept, year=year, today=today, draft=draft)
    return {language: _written(rows, language) for language in languages}


def _read(concept: Concept, *, year: int, today: date, draft: ImplementationReport | None) -> _Rows:
    office = Office.objects.current()
    sections = draft.sections if draft else all_sections()
    measures = _measures_by_goal(concept, year=year)
    own = list(
        Indicator.objects.filter(concept=concept, is_public=True).prefetch_related("values__cells")
    )
    of_measures = [
        indicator
        for group in measures.values()
        for measure in group
        for indicator in measure.indicators.all()
    ]
    before = ImplementationReport.objects.adopted().of(concept, year - 1).order_by("-version")
    compared = before.first() if "comparison" in sections else None
    short_versions = draft.short_versions.all() if draft else ()
    return _Rows(
        office=office,
        logo=_logo(office),
        concept=concept,
        year=year,
        today=today,
        draft=draft,
        fields=list(concept.action_fields.order_by("number").prefetch_related("goals")),
        measures=measures,
        indicators=own,
        counted=counted_values([*own, *of_measures], year=year),
        findings=findings_of(concept) if "check_up" in sections else (),
        short_versions={version.language: version for version in short_versions},
        year_before=Snapshot.read(compared.snapshot) if compared else None,
    )


def _written(rows: _Rows, language: str) -> Report:
    draft = rows.draft
    sections = draft.sections if draft else all_sections()
    with override(language):
        fields = [_field(field, rows) for field in rows.fields]
        measures = [m for field in fields for m in field.measures]
        before = rows.year_before.report_in(language) if rows.year_before else None
        short_version = short_version_in(language, rows.short_versions)
        return Report(
            office=_office(rows.office, rows.logo),
            concept=_concept(rows.concept),
            year=rows.year,
            language=language,
            made_on=rows.today,
            fields=fields,
            indicators=indicator_entries(
                rows.indicators, year=rows.year, today=rows.today, counted=rows.counted
            ),
            sections=[key for key in all_sections() if key == "measures" or key in sections],
            version=draft.version if draft else 1,
            correction_reason=draft.correction_reason if draft else "",
            adoption=_adoption(draft),
            foreword=text_of(draft, "foreword") if draft else NO_TEXT,
            short_version=short_version,
            is_short_version_outdated=is_outdated(short_version.language, rows.short_versions),
            comparison=(
                compare(measures, year=rows.year, before=before)
                if "comparison" in sections
                else None
            ),
            check_up=check_up_entry(rows.findings),
        )


def _adoption(draft: ImplementationReport | None) -> AdoptionEntry | None:
    if not (draft and draft.adopted_on):
        return None
    return AdoptionEntry(draft.adopted_by, draft.adopted_on, draft.resolution_number)


def _office(office: Office, logo: str) -> OfficeEntry:
    return OfficeEntry(
        name=text_of(office, "name"),
        municipality=office.municipality,
        accent=office.accent,
        logo=logo,
        address=", ".join(office.address_lines),
        email=office.email,
        website=office.website,
    )


def _logo(office: Office) -> str:
    """Return the logo as a data address, since a document fetches nothing."""
    if not office.logo:
        return ""
    try:
        with office.logo.open("rb") as file:
            content = base64.b64encode(file.read()).decode()
    except OSError:  # a lost file must not cost the report
        return ""
    kind = mimetypes.guess_type(office.logo.name or "")[0] or "image/png"
    return f"data:{kind};base64,{content}"


def _concept(concept: Concept) -> ConceptEntry:
    return ConceptEntry(
        title=text_of(concept, "title"),
        subtitle=concept.subtitle,
        period=concept.period,
        adopted_by=concept.adopted_by,
        adopted_on=concept.adopted_on,
        resolution_number=concept.resolution_number,
    )


def _measures_by_goal(concept: Concept, *, year: int) -> dict[int, list[Measure]]:
    found = (
        Measure.objects.published()
        .in_concept(concept)
        .order_by("number_key")
        .select_related("quarter")
        .prefetch_related(
            Prefetch("participants", Participant.objects.select_related("organisation")),
            Prefetch("evaluations", Evaluation.objects.filter(year__lte=year)),
            Prefetch("funding_sources", FundingSource.objects.by_end()),
            "milestones",
            "target_groups",
            Prefetch(
                "indicators",
                Indicator.objects.filter(is_public=True).prefetch_related("values__cells"),
            ),
        )
    )
    by_goal: dict[int, list[Measure]] = {}
    for measure in found:
        by_goal.setdefault(measure.goal_id, []).append(measure)
    return by_goal


def _field(row: ActionField, rows: _Rows) -> FieldEntry:
    return FieldEntry(
        number=row.number,
        anchor=f"f{row.number}",
        title=text_of(row, "title"),
        guiding_principle=text_of(row, "guiding_principle"),
        goals=[_goal(goal, row, rows) for goal in row.goals.all()],
    )


def _goal(goal: Goal, field: ActionField, rows: _Rows) -> GoalEntry:
    measures = [_measure(measure, rows) for measure in rows.measures.get(goal.pk, ())]
    return GoalEntry(f"{field.number}.{goal.number}", text_of(goal, "text"), measures)


def _measure(measure: Measure, rows: _Rows) -> MeasureEntry:
    year = rows.year
    verdicts = {row.year: _verdict(row) for row in measure.evaluations.all()}
    unknown = VerdictEntry(year, "", verdict_label(""), NO_TEXT)
    return MeasureEntry(
        number=measure.number,
        anchor=f"m{measure.number}",
        title=text_of(measure, "title"),
        description=text_of(measure, "description"),
        status=measure.status,
        status_label=measure.get_status_display(),
        runtime=measure.runtime,
        place=measure.whereabouts,
        target_groups=[text_of(group, "name") for group in measure.target_groups.all()],
        participants=_participants(measure),
        verdict=verdicts.pop(year, unknown),
        earlier=[verdicts[past] for past in sorted(verdicts, reverse=True)],
        milestones=[_milestone(row) for row in measure.milestones.all()],
        indicators=indicator_entries(
            measure.indicators.all(), year=year, today=rows.today, counted=rows.counted
        ),
        starts_on=measure.starts_on,
        ends_on=measure.ends_on,
        funding=[
            FundingEntry(row.name, row.amount, row.starts_on, row.ends_on)
            for row in measure.funding_sources.all()
        ],
    )


def _participants(measure: Measure) -> list[ParticipantEntry]:
    keys = {str(role.label): role.value for role in Participant.Role}
    return [
        ParticipantEntry(organisation.name, label, keys[label])
        for label, organisations in participants_by_role(measure.participants.all())
        for organisation in organisations
    ]


def _verdict(row: Evaluation) -> VerdictEntry:
    return VerdictEntry(row.year, row.verdict, row.get_verdict_display(), text_of(row, "reasoning"))


def _milestone(row: Milestone) -> MilestoneEntry:
    return MilestoneEntry(text_of(row, "title"), row.due_on, row.reached_on)
