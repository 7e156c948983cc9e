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
from measures.aims import Aims, TargetState, aims_of, target_state
from measures.charts import Point, parts_of, point_of, years_chart
from measures.disaggregation import Breakdown, breakdowns_of, is_last_of_year
from measures.models import (
    ActionField,
    Concept,
    FocusGroup,
    Goal,
    Indicator,
    IndicatorCell,
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
    """An indicator with its values in the order of time.

    ``chart`` needs two values, or one and a mark to compare with; else it is better told than
    drawn. ``breakdowns`` are the parts of the last value that has any, as of ``broken_down``.
    """

    indicator: Indicator
    points: Sequence[Point]
    breakdowns: Sequence[Breakdown] = ()
    broken_down: Point | None = None

    @property
    def last(self) -> Point:
        return self.points[-1]

    @property
    def aims(self) -> Aims:
        return aims_of(self.indicator)

    @property
    def chart(self) -> Chart | None:
        if len(self.points) < 2 and not self.aims.has_marks:
            return None
        return years_chart(self.indicator.name, self.indicator.unit, self.points, self.aims)

    @property
    def state(self) -> TargetState | None:
        return target_state(self.aims, self.points)

    @property
    def parts(self) -> list[tuple[Breakdown, Chart | None]]:
        return parts_of(self.breakdowns, self.broken_down)


def indicators_of(subject: Concept | Measure, *, viewer: Viewer) -> list[IndicatorOverview]:
    """Return the subject's indicators that have values and that ``viewer`` may see."""
    values_of, cells_of = (
        (_values_of_measure, _cells_of_measure)
        if isinstance(subject, Measure)
        else (_values_of_concept, _cells_of_concept)
    )
    values = run_prepared_for(viewer, values_of, subject.pk)
    # Most pages have no indicators, and indicators without values have no parts.
    cells = run_prepared_for(viewer, cells_of, subject.pk) if values else []
    return indicator_overviews(values, cells, viewer=viewer)


def indicator_overviews(
    values: Iterable[IndicatorValue], cells: Iterable[IndicatorCell], *, viewer: Viewer
) -> list[IndicatorOverview]:
    """Put values, in the order of time, and their parts together, by indicator."""
    by_indicator: dict[Indicator, list[IndicatorValue]] = defaultdict(list)
    for value in values:
        by_indicator[value.indicator].append(value)
    parts: dict[int, list[IndicatorCell]] = defaultdict(list)
    for cell in cells:
        parts[cell.value_id].append(cell)
    for_staff = viewer.has_perm("measures.view_indicator")
    return [
        _indicator_overview(indicator, rows, parts, for_staff=for_staff)
        for indicator, rows in by_indicator.items()
    ]


def _indicator_overview(
    indicator: Indicator,
    values: Sequence[IndicatorValue],
    parts: dict[int, list[IndicatorCell]],
    *,
    for_staff: bool,
) -> IndicatorOverview:
    points = [point_of(value) for value in values]
    last = next((value for value in reversed(values) if value.pk in parts), None)
    if last is None:
        return IndicatorOverview(indicator, points)
    is_last = is_last_of_year(last, values)
    breakdowns = breakdowns_of(last, parts[last.pk], is_last=is_last, for_staff=for_staff)
    return IndicatorOverview(indicator, points, breakdowns, point_of(last))


def _values_of_measure(viewer: Viewer, measure: int) -> QuerySet[IndicatorValue]:
    return values_of(Indicator.objects.visible_to(viewer).filter(measure=measure))


def _values_of_concept(viewer: Viewer, concept: int) -> QuerySet[IndicatorValue]:
    return values_of(Indicator.objects.visible_to(viewer).filter(concept=concept))


def _cells_of_measure(viewer: Viewer, measure: int) -> QuerySet[IndicatorCell]:
    return cells_of(Indicator.objects.visible_to(viewer).filter(measure=measure))


def _cells_of_concept(viewer: Viewer, concept: int) -> QuerySet[IndicatorCell]:
    return cells_of(Indicator.objects.visible_to(viewer).filter(concept=concept))


def values_of(indicators: QuerySet[Indicator]) -> QuerySet[IndicatorValue]:
    values = IndicatorValue.objects.filter(indicator__in=indicators).select_related("indicator")
    return without_other_languages(values.in_time(), "indicator")


def cells_of(indicators: QuerySet[Indicator]) -> QuerySet[IndicatorCell]:
    return IndicatorCell.objects.filter(value__indicator__in=indicators).order_by("pk")


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
