"""A concept at a glance: its action fields with goals, measures and how far they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import QuerySet

from directory.models import Organisation
from kit_portal.common.charts import Chart
from kit_portal.common.models import Viewer
from kit_portal.common.prepared import run_prepared_for
from kit_portal.common.translation_queries import without_other_languages
from measures.charts import Point, point_of, years_chart
from measures.models import (
    ActionField,
    Concept,
    FocusGroup,
    Goal,
    Indicator,
    IndicatorValue,
    Measure,
    MeasureProfile,
    Participant,
)


@dataclass(frozen=True)
class GoalOverview:
    goal: Goal
    measures: Sequence[Measure]


@dataclass(frozen=True)
class FieldOverview:
    action_field: ActionField
    goals: Sequence[GoalOverview] = field(default_factory=list)

    @property
    def measures(self) -> list[Measure]:
        return [measure for goal in self.goals for measure in goal.measures]


def fields_of(concept: Concept, *, viewer: Viewer) -> list[FieldOverview]:
    """Return every action field with the goals and those measures that ``viewer`` may see."""
    measures: dict[int, list[Measure]] = defaultdict(list)
    visible = Measure.objects.visible_to(viewer).in_concept(concept).with_latest_verdict()
    for measure in without_other_languages(visible).order_by("number_key"):
        measure.concept = concept
        measures[measure.goal_id].append(measure)
    fields = concept.action_fields.order_by("number").prefetch_related("goals")
    return [
        FieldOverview(
            action_field,
            [GoalOverview(goal, measures[goal.pk]) for goal in action_field.goals.all()],
        )
        for action_field in fields
    ]


@dataclass(frozen=True)
class IndicatorOverview:
    """``chart`` needs two years; a single value is better told than drawn."""

    indicator: Indicator
    points: Sequence[Point]

    @property
    def last(self) -> Point:
        return self.points[-1]

    @property
    def chart(self) -> Chart | None:
        if len(self.points) < 2:
            return None
        return years_chart(self.indicator.name, self.indicator.unit, self.points)


def indicators_of(subject: Concept | Measure, *, viewer: Viewer) -> list[IndicatorOverview]:
    """Return the subject's indicators that have values and that ``viewer`` may see."""
    values_of = _values_of_measure if isinstance(subject, Measure) else _values_of_concept
    by_indicator: dict[Indicator, list[Point]] = defaultdict(list)
    for value in run_prepared_for(viewer, values_of, subject.pk):
        by_indicator[value.indicator].append(point_of(value))
    return [IndicatorOverview(indicator, points) for indicator, points in by_indicator.items()]


def _values_of_measure(viewer: Viewer, measure: int) -> QuerySet[IndicatorValue]:
    return _values_of(Indicator.objects.visible_to(viewer).filter(measure=measure))


def _values_of_concept(viewer: Viewer, concept: int) -> QuerySet[IndicatorValue]:
    return _values_of(Indicator.objects.visible_to(viewer).filter(concept=concept))


def _values_of(indicators: QuerySet[Indicator]) -> QuerySet[IndicatorValue]:
    values = IndicatorValue.objects.filter(indicator__in=indicators).select_related("indicator")
    in_order = values.order_by("indicator__position", "indicator__slug", "year")
    return without_other_languages(in_order, "indicator")


def participants_by_role(rows: Iterable[Participant]) -> list[tuple[str, list[Organisation]]]:
    """Return (role, organisations by name), the lead first, roles without anybody left out."""
    by_name = sorted(rows, key=lambda row: row.organisation.name.casefold())
    by_role = [
        (str(role.label), [row.organisation for row in by_name if row.role == role])
        for role in Participant.Role
    ]
    return [(label, organisations) for label, organisations in by_role if organisations]


@dataclass(frozen=True)
class CheckUp:
    """A concept's focus groups, each with its profiles."""

    concept: Concept
    groups: Sequence[tuple[FocusGroup, Sequence[MeasureProfile]]]

    @property
    def profile_count(self) -> int:
        return sum(len(profiles) for _group, profiles in self.groups)


def check_ups_of(viewer: Viewer) -> list[CheckUp]:
    """Return what ``viewer`` may see of every concept that has focus groups, newest first."""
    profiles: dict[int, list[MeasureProfile]] = defaultdict(list)
    for profile in MeasureProfile.objects.visible_to(viewer).order_by("position", "slug"):
        profiles[profile.focus_group_id].append(profile)
    concepts = Concept.objects.visible_to(viewer).newest_first().prefetch_related("focus_groups")
    return [
        CheckUp(concept, [(group, profiles[group.pk]) for group in groups])
        for concept in concepts
        if (groups := concept.focus_groups.all())
    ]
