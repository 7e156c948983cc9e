"""Concepts with all they hold, out of ``measures.yaml``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings

from directory.models import Organisation, Quarter, Topic
from kit_portal.common.days import at_clock, parse_clock
from kit_portal.common.loading import Entry
from kit_portal.common.loading_rows import OfficeData, rows_by
from kit_portal.common.translation_queries import column
from measures.load_check_up import load_check_up, load_steps
from measures.load_round import load_request
from measures.models import (
    ActionField,
    Attachment,
    Concept,
    Evaluation,
    FundingSource,
    Goal,
    Indicator,
    IndicatorCell,
    IndicatorValue,
    Measure,
    Milestone,
    Participant,
    TargetGroup,
)

# A year is looked back on in the following February.
EVALUATED = (2, 15)
TITLE = column("title", settings.LANGUAGE_CODE)


def load(data: OfficeData) -> None:
    with data.file("measures.yaml") as file:
        data.put_all(TargetGroup, _target_groups(file), by=("slug",))
        loader = Loader(
            data,
            organisations=rows_by(Organisation, "slug"),
            topics=rows_by(Topic, "slug"),
            quarters=rows_by(Quarter, "slug"),
            target_groups=rows_by(TargetGroup, "slug"),
        )
        for entry in file.children("concepts", "concept", by="slug"):
            loader.load_concept(entry)
        for entry in file.children("evaluation_requests", "request to", by="organisation"):
            load_request(entry, data, loader.organisations)
        for entry in file.children("concepts", "concept", by="slug"):
            load_steps(data, entry)


@dataclass(frozen=True)
class Loader:
    data: OfficeData
    organisations: dict[str, Organisation]
    topics: dict[str, Topic]
    quarters: dict[str, Quarter]
    target_groups: dict[str, TargetGroup]

    def load_concept(self, entry: Entry) -> None:
        columns = entry.columns(
            Concept,
            *("slug", "title", "subtitle", "description", "period_from", "period_to"),
            *("adopted_by", "adopted_on", "resolution_number"),
        )
        publication = self.data.publication(entry)
        concept = self.data.put(Concept, entry, columns, by=("slug",), at_first=publication)
        for field in entry.children("action_fields", "action field", by="number"):
            self._load_field(field, concept)
        load_check_up(self.data, entry, concept)
        self._load_indicators(entry, {"concept": concept})

    def _load_field(self, entry: Entry, concept: Concept) -> None:
        columns = entry.columns(ActionField, "number", "title", "guiding_principle")
        field = self.data.put(
            ActionField, entry, {"concept": concept, **columns}, by=("concept", "number")
        )
        for goal_entry in entry.children("goals", "goal", by="number"):
            columns = goal_entry.columns(Goal, "number", "text")
            goal = self.data.put(
                Goal, goal_entry, {"action_field": field, **columns}, by=("action_field", "number")
            )
            for measure_entry in goal_entry.children("measures", "measure", by="number"):
                self._load_measure(measure_entry, concept, goal)

    def _load_measure(self, entry: Entry, concept: Concept, goal: Goal) -> None:
        columns = entry.columns(
            Measure,
            *("number", "title", "description", "status", "place"),
            *("starts_on", "ends_on", "is_permanent", "internal_notes"),
        )
        quarter = entry.choose("quarter", self.quarters, "quarter") if "quarter" in entry else None
        published = concept.published_at or self.data.now
        changed = entry.moment("changed") if "changed" in entry else published
        measure = self.data.put(
            Measure,
            entry,
            {"concept": concept, "goal": goal, "quarter": quarter, **columns},
            by=("concept", "number"),
            at_first={
                **self.data.publication(entry, then=published),
                "created_at": published,
                "modified_at": changed,
            },
        )
        self.data.link(measure, "topics", entry.choose_all("topics", self.topics, "topic"))
        groups = entry.choose_all("target_groups", self.target_groups, "target group")
        self.data.link(measure, "target_groups", groups)
        self.data.put_all(
            Participant,
            [(entry, row) for row in self._participants(entry)],
            by=("measure", "organisation", "role"),
            within={"measure": measure},
        )
        self._load_milestones(entry, measure, published)
        self._load_funding(entry, measure)
        self._load_links(entry, measure)
        self._load_evaluations(entry, measure)
        self._load_indicators(entry, {"measure": measure})

    def _participants(self, entry: Entry) -> Iterator[dict[str, Any]]:
        for key, role in (
            ("lead", Participant.Role.LEAD),
            ("partners", Participant.Role.PARTNER),
            ("funding", Participant.Role.FUNDING),
        ):
            for organisation in entry.choose_all(key, self.organisations, "organisation"):
                yield {"organisation": organisation, "role": role}

    def _load_milestones(self, entry: Entry, measure: Measure, published: datetime) -> None:
        self.data.put_all(
            Milestone,
            [
                (milestone, milestone.columns(Milestone, "title", "due_on", "reached_on"))
                for milestone in entry.children("milestones", "milestone")
            ],
            by=("measure", TITLE),
            within={"measure": measure},
            at_first={"created_at": published, "modified_at": published},
        )

    def _load_funding(self, entry: Entry, measure: Measure) -> None:
        rows = entry.children("funding_sources", "funding source", by="name")
        columns = ("name", "amount", "starts_on", "ends_on")
        self.data.put_all(
            FundingSource,
            [(row, row.columns(FundingSource, *columns)) for row in rows],
            by=("measure", "name"),
            within={"measure": measure},
        )

    def _load_links(self, entry: Entry, measure: Measure) -> None:
        links = entry.children("attachments", "link")
        self.data.put_all(
            Attachment,
            [
                (link, {"position": position, **link.columns(Attachment, "title", "url")})
                for position, link in enumerate(links)
            ],
            by=("measure", TITLE),
            within={"measure": measure},
        )

    def _load_evaluations(self, entry: Entry, measure: Measure) -> None:
        for evaluation in entry.children("evaluations", "evaluation", by="year"):
            columns = evaluation.columns(Evaluation, "year", "verdict", "reasoning", "evaluated_on")
            day = date(columns["year"] + 1, *EVALUATED)
            then = at_clock(day, parse_clock("12:00"))
            self.data.put(
                Evaluation,
                evaluation,
                {"measure": measure, **columns},
                by=("measure", "year"),
                at_first={"evaluated_on": day, "created_at": then, "modified_at": then},
            )

    def _load_indicators(self, entry: Entry, owner: dict[str, Concept | Measure]) -> None:
        for position, one in enumerate(entry.children("indicators", "indicator", by="slug"), 1):
            columns = one.columns(
                Indicator,
                *(
                    "slug",
                    "name",
                    "definition",
                    "unit",
                    "kind",
                    "source",
                    "source_key",
                    "baseline_value",
                    "baseline_year",
                    "target_value",
                    "target_year",
                    "trend",
                    "is_public",
                ),
            )
            indicator = self.data.put(
                Indicator, one, {**owner, **columns, "position": position}, by=("slug",)
            )
            # Several days of a year are told apart by what they are “as of”.
            values = one.children("values", "value")
            rows = self.data.put_all(
                IndicatorValue,
                [(value, {"indicator": indicator, **_figures(value)}) for value in values],
                by=("indicator", "year", "as_of"),
            )
            for value, row in zip(values, rows, strict=True):
                self._load_cells(value, row)

    def _load_cells(self, entry: Entry, value: IndicatorValue) -> None:
        cells = entry.children("cells", "part", by="category") if "cells" in entry else []
        if cells:
            self.data.put_all(
                IndicatorCell,
                [
                    (cell, cell.columns(IndicatorCell, "dimension", "category", "number"))
                    for cell in cells
                ],
                by=("value", "dimension", "category"),
                within={"value": value},
            )


def _target_groups(file: Entry) -> Iterator[tuple[Entry, dict[str, Any]]]:
    for position, entry in enumerate(file.children("target_groups", "target group", by="slug")):
        yield entry, {"position": position, **entry.columns(TargetGroup, "slug", "name")}


def _figures(entry: Entry) -> dict[str, Any]:
    columns = entry.columns(IndicatorValue, "year", "as_of", "value", "whole", "is_break", "note")
    return {"as_of": None, **columns}
