"""Collecting what the yearly implementation report says.

Only published measures enter: a report is a public paper.
"""

from __future__ import annotations

import base64
import mimetypes
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Prefetch
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from directory.models import Office
from kit_portal.common.translation_queries import column
from measures.aims import aims_of
from measures.charts import Point, point_of, verdict_label
from measures.disaggregation import published_cells
from measures.indicator_sources import SourceFailedError, counted_value
from measures.models import (
    ActionField,
    Concept,
    Evaluation,
    Goal,
    Indicator,
    Measure,
    Milestone,
    Participant,
)
from measures.overview import participants_by_role
from measures.report_entries import (
    ConceptEntry,
    FieldEntry,
    GoalEntry,
    IndicatorEntry,
    MeasureEntry,
    MilestoneEntry,
    OfficeEntry,
    ParticipantEntry,
    Report,
    Text,
    VerdictEntry,
)


def collect_report(concept: Concept, *, year: int, language: str, today: date) -> Report:
    """Return what is to be said about ``concept`` in ``year``: verdicts and figures up to then."""
    with override(language):
        measures = _measures_by_goal(concept, year=year, today=today)
        own = Indicator.objects.filter(concept=concept, is_public=True).prefetch_related(
            "values__cells"
        )
        return Report(
            office=_office(Office.objects.current()),
            concept=_concept(concept),
            year=year,
            language=language,
            made_on=today,
            fields=[_field(row, measures) for row in _fields(concept)],
            indicators=_indicators(own, year=year, today=today),
        )


def _office(office: Office) -> OfficeEntry:
    return OfficeEntry(
        name=_text(office, "name"),
        municipality=office.municipality,
        accent=office.accent,
        logo=_logo(office),
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
        title=_text(concept, "title"),
        subtitle=concept.subtitle,
        period=concept.period,
        adopted_by=concept.adopted_by,
        adopted_on=concept.adopted_on,
        resolution_number=concept.resolution_number,
    )


def _fields(concept: Concept) -> Any:
    return concept.action_fields.order_by("number").prefetch_related("goals")


def _measures_by_goal(concept: Concept, *, year: int, today: date) -> dict[int, list[MeasureEntry]]:
    found = (
        Measure.objects.published()
        .in_concept(concept)
        .order_by("number_key")
        .select_related("quarter")
        .prefetch_related(
            Prefetch("participants", Participant.objects.select_related("organisation")),
            Prefetch("evaluations", Evaluation.objects.filter(year__lte=year)),
            "milestones",
            "target_groups",
            Prefetch(
                "indicators",
                Indicator.objects.filter(is_public=True).prefetch_related("values__cells"),
            ),
        )
    )
    by_goal: dict[int, list[MeasureEntry]] = {}
    for measure in found:
        by_goal.setdefault(measure.goal_id, []).append(_measure(measure, year=year, today=today))
    return by_goal


def _field(row: ActionField, measures: dict[int, list[MeasureEntry]]) -> FieldEntry:
    return FieldEntry(
        number=row.number,
        anchor=f"f{row.number}",
        title=_text(row, "title"),
        guiding_principle=_text(row, "guiding_principle"),
        goals=[_goal(goal, row, measures.get(goal.pk, [])) for goal in row.goals.all()],
    )


def _goal(goal: Goal, field: ActionField, measures: Sequence[MeasureEntry]) -> GoalEntry:
    return GoalEntry(f"{field.number}.{goal.number}", _text(goal, "text"), measures)


def _measure(measure: Measure, *, year: int, today: date) -> MeasureEntry:
    verdicts = {row.year: _verdict(row) for row in measure.evaluations.all()}
    unknown = VerdictEntry(year, "", verdict_label(""), Text("", settings.LANGUAGE_CODE))
    return MeasureEntry(
        number=measure.number,
        anchor=f"m{measure.number}",
        title=_text(measure, "title"),
        description=_text(measure, "description"),
        status=measure.status,
        status_label=measure.get_status_display(),
        runtime=measure.runtime,
        place=measure.whereabouts,
        target_groups=[_text(group, "name") for group in measure.target_groups.all()],
        participants=_participants(measure),
        verdict=verdicts.pop(year, unknown),
        earlier=[verdicts[past] for past in sorted(verdicts, reverse=True)],
        milestones=[_milestone(row) for row in measure.milestones.all()],
        indicators=_indicators(measure.indicators.all(), year=year, today=today),
    )


def _participants(measure: Measure) -> list[ParticipantEntry]:
    return [
        ParticipantEntry(organisation.name, label)
        for label, organisations in participants_by_role(measure.participants.all())
        for organisation in organisations
    ]


def _verdict(row: Evaluation) -> VerdictEntry:
    return VerdictEntry(row.year, row.verdict, row.get_verdict_display(), _text(row, "reasoning"))


def _milestone(row: Milestone) -> MilestoneEntry:
    return MilestoneEntry(_text(row, "title"), row.due_on, row.reached_on)


def _indicators(rows: Any, *, year: int, today: date) -> list[IndicatorEntry]:
    entries = [_indicator(row, year=year, today=today) for row in rows]
    return [entry for entry in entries if entry.points]


def _indicator(row: Indicator, *, year: int, today: date) -> IndicatorEntry:
    points = _points(row, year=year, today=today)
    values = [value for value in row.values.all() if value.year <= year and value.cells.all()]
    last = values[-1] if values else None
    return IndicatorEntry(
        name=_text(row, "name"),
        definition=_text(row, "definition"),
        unit=row.unit,
        source=row.source,
        points=points,
        aims=aims_of(row),
        breakdowns=published_cells(last) if last else (),
        broken_down=point_of(last) if last else None,
    )


def _points(indicator: Indicator, *, year: int, today: date) -> list[Point]:
    """Stored values up to ``year``; where that year is missing, what the portal counts today."""
    points = [point_of(row) for row in indicator.values.all() if row.year <= year]
    if indicator.is_counted_by_portal and all(point.year != year for point in points):
        counted = _counted(indicator, year)
        if counted is not None:
            note = _("counted by the portal")
            points.append(
                Point(
                    year,
                    counted,
                    as_of=today,
                    note=note,
                    kind=indicator.kind,
                    is_partial=today.year == year,
                )
            )
    return sorted(points, key=lambda point: (point.year, point.as_of or date.max))


def _counted(indicator: Indicator, year: int) -> Decimal | None:
    try:
        return counted_value(indicator.source_key, year)
    except SourceFailedError:  # it is logged, and the report can be made without
        return None


def _text(thing: Any, field: str) -> Text:
    """Read a translated field as a reader of the current language gets it."""
    here = get_language() or settings.LANGUAGE_CODE
    if value := getattr(thing, column(field, here)):
        return Text(value, here)
    return Text(getattr(thing, column(field, settings.LANGUAGE_CODE)) or "", settings.LANGUAGE_CODE)
