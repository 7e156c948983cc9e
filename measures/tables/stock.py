"""What the database holds of some concepts, in memory: one query for each table, however long."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Model, Q, QuerySet

from kit_portal.common.models import Viewer
from measures.models import (
    ActionField,
    Attachment,
    Concept,
    FundingSource,
    Goal,
    Indicator,
    IndicatorCell,
    IndicatorValue,
    Measure,
    Milestone,
    Participant,
)
from measures.tables.columns import Draft
from measures.tables.kind import Identity, Kind
from measures.tables.kinds import KINDS

ROLE_COLUMNS = {
    Participant.Role.LEAD: "lead",
    Participant.Role.PARTNER: "partners",
    Participant.Role.FUNDING: "funding",
}


class Stock:
    """Rows by table and identity. They are linked with each other, so that nothing is fetched.

    ``viewer`` limits it to what somebody may see. With ``lock`` the rows stay as they are until
    the transaction ends.
    """

    def __init__(self, *, viewer: Viewer | None = None, lock: bool = False) -> None:
        self.viewer, self.lock = viewer, lock
        self.drafts: dict[str, dict[Identity, list[Draft]]] = {
            name: defaultdict(list) for name in KINDS
        }
        self._by_pk: dict[type[Model], dict[Any, Draft]] = defaultdict(dict)

    def load(self, concepts: Collection[str], indicators: Collection[str] = ()) -> Stock:
        """Fetch the named concepts with all they hold, and the named indicators with their own."""
        self._load_concepts()
        named = Q(concept__slug__in=concepts)
        self._load_fields(named)
        self._load_measures(named)
        self._load_belongings()
        self._load_indicators(
            Q(slug__in=indicators) | named | Q(measure__concept__slug__in=concepts)
        )
        return self

    def find(self, kind: str, identity: Identity | None) -> Draft | None:
        found = self.drafts[kind].get(identity) if identity else None
        return found[0] if found else None

    def identities(self, kind: str) -> list[Identity]:
        return [identity for identity, found in self.drafts[kind].items() if found]

    def add(self, kind: Kind, draft: Draft, identity: Identity) -> None:
        self.drafts[kind.name][identity].append(draft)
        if draft.row.pk is not None:
            self._by_pk[type(draft.row)][draft.row.pk] = draft

    def row(self, model: type[Model], pk: Any) -> Any:
        draft = self._by_pk[model].get(pk)
        return draft.row if draft else None

    def _put(self, kind: str, row: Model, *identity: Any, **linked: Any) -> Draft:
        draft = Draft(row, linked)
        self.add(KINDS[kind], draft, identity)
        return draft

    def _rows(self, rows: Any) -> Iterable[Any]:
        """What the viewer may see, locked where that is wanted."""
        if self.viewer is not None and hasattr(rows, "visible_to"):
            rows = rows.visible_to(self.viewer)
        found: Iterable[Any] = rows.select_for_update(of=("self",)) if self.lock else rows
        return found

    def _load_concepts(self) -> None:
        for row in self._rows(Concept.objects.order_by("-period_from", "slug")):
            self._put("concepts", row, row.slug)

    def _load_fields(self, named: Q) -> None:
        fields = ActionField.objects.filter(named).order_by("concept", "number")
        for row in self._rows(fields):
            if concept := self.row(Concept, row.concept_id):
                row.concept = concept
                self._put("action_fields", row, concept.slug, row.number, concept=concept.slug)
        goals = Goal.objects.filter(action_field__in=list(self._by_pk[ActionField]))
        for row in self._rows(goals.order_by("action_field", "number")):
            field = row.action_field = self.row(ActionField, row.action_field_id)
            slug = field.concept.slug
            self._put(
                "goals",
                row,
                *(slug, field.number, row.number),
                concept=slug,
                action_field=field.number,
            )

    def _load_measures(self, named: Q) -> None:
        measures = Measure.objects.filter(named).order_by("concept", "number_key")
        for row in self._rows(measures):
            concept, goal = self.row(Concept, row.concept_id), self.row(Goal, row.goal_id)
            if concept:
                row.concept, row.goal = concept, goal
                self._put(
                    "measures",
                    row,
                    *(concept.slug, row.number),
                    concept=concept.slug,
                    goal=f"{goal.action_field.number}.{goal.number}",
                )
        self._link("topics", Measure.topics.through.objects, "topic__slug")
        self._link("target_groups", Measure.target_groups.through.objects, "targetgroup__slug")
        self._link("quarter", Measure.objects.filter(quarter__isnull=False), "quarter__slug", "pk")
        for role, column in ROLE_COLUMNS.items():
            rows = Participant.objects.filter(role=role)
            self._link(column, rows, "organisation__slug")

    def _link(self, name: str, rows: Any, slug: str, measure: str = "measure") -> None:
        by_pk = self._by_pk[Measure]
        found: dict[Any, list[str]] = defaultdict(list)
        within = rows.filter(**{f"{measure}__in": list(by_pk)}).order_by()
        for pk, text in within.values_list(measure, slug):
            found[pk].append(text)
        for pk, texts in found.items():
            by_pk[pk].linked[name] = tuple(sorted(texts))

    def _load_belongings(self) -> None:
        title = KINDS["milestones"].column("title").attribute
        belongings: list[tuple[str, QuerySet[Any], str]] = [
            ("milestones", Milestone.objects.order_by("measure", "pk"), title),
            ("funding_sources", FundingSource.objects.order_by("measure", "pk"), "name"),
            ("links", Attachment.objects.exclude(url="").order_by("measure", "pk"), "url"),
        ]
        for kind, rows, name in belongings:
            column = next(c for c in KINDS[kind].columns if c.attribute == name)
            for row in self._rows(rows.filter(measure__in=list(self._by_pk[Measure]))):
                measure = row.measure = self.row(Measure, row.measure_id)
                here = {"concept": measure.concept.slug, "measure": measure.number}
                draft = Draft(row, here)
                identity = (*here.values(), column.value_of(draft))
                self.add(KINDS[kind], draft, identity)

    def _load_indicators(self, wanted: Q) -> None:
        rows = Indicator.objects.filter(wanted).select_related("measure__concept", "concept")
        if self.lock:
            rows = rows.order_by("position", "slug")
        for row in self._rows(rows):
            measure = self.row(Measure, row.measure_id) or row.measure
            concept = measure.concept if measure else row.concept
            self._put(
                "indicators",
                row,
                row.slug,
                concept=concept.slug,
                measure=measure.number if measure else "",
            )
        values = IndicatorValue.objects.filter(indicator__in=list(self._by_pk[Indicator]))
        for row in self._rows(values.order_by("indicator", "year", "as_of")):
            indicator = row.indicator = self.row(Indicator, row.indicator_id)
            when = row.as_of or row.year
            self._put("indicator_values", row, indicator.slug, when, indicator=indicator.slug)
        if self.viewer is None or self.viewer.has_perm("measures.view_indicatorcell"):
            self._load_cells()

    def _load_cells(self) -> None:
        cells = IndicatorCell.objects.filter(value__in=list(self._by_pk[IndicatorValue]))
        for row in self._rows(cells.order_by("value", "dimension", "pk")):
            value = row.value = self.row(IndicatorValue, row.value_id)
            when = value.as_of or value.year
            slug = value.indicator.slug
            self._put(
                "indicator_cells",
                row,
                *(slug, when, row.dimension, row.category),
                indicator=slug,
                year=value.year,
                as_of=value.as_of,
            )
