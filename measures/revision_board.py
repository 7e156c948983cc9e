"""The revision's table: each measure of the old concept, its verdict, proposal and decision."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Prefetch

from kit_portal.common.translation_queries import column
from measures.models import (
    ActionField,
    Evaluation,
    Goal,
    Measure,
    MeasureLink,
    Revision,
    RevisionDecision,
)
from measures.revision import Choice, StaleError, decide

Kind = MeasureLink.Kind
# What a verdict makes likely; staff decide.
PROPOSED = {
    Evaluation.Verdict.PROVED: Kind.CONTINUED,
    Evaluation.Verdict.MODIFY: Kind.MODIFIED,
    Evaluation.Verdict.ENDED: Kind.ENDED,
}
TITLE = column("title", settings.LANGUAGE_CODE)
TEXT = column("text", settings.LANGUAGE_CODE)
REASONING = column("reasoning", settings.LANGUAGE_CODE)


@dataclass(frozen=True)
class RevisionRow:
    """A measure of the old concept. ``proposal`` is None where it was never evaluated."""

    measure: Measure
    verdict: Evaluation | None
    proposal: Choice | None
    decision: RevisionDecision | None

    @property
    def is_decided(self) -> bool:
        return self.decision is not None

    @property
    def is_acceptable(self) -> bool:
        """Whether the proposal can be taken as it is: it says where the measure goes."""
        return (
            not self.is_decided
            and self.proposal is not None
            and bool(
                self.proposal.kind == Kind.ENDED or self.proposal.goal or self.proposal.numbers
            )
            and bool(self.proposal.kind == Kind.CONTINUED or self.proposal.reason)
        )

    @property
    def proposed_label(self) -> str:
        return str(Kind(self.proposal.kind).label) if self.proposal else ""

    @property
    def version(self) -> int:
        return self.decision.version if self.decision else 0


@dataclass(frozen=True)
class RevisionField:
    action_field: ActionField
    rows: Sequence[RevisionRow]

    @property
    def acceptable(self) -> int:
        return sum(row.is_acceptable for row in self.rows)

    @property
    def decided(self) -> int:
        return sum(row.is_decided for row in self.rows)


@dataclass(frozen=True)
class RevisionBoard:
    fields: Sequence[RevisionField]
    goals: Sequence[Goal]

    @property
    def rows(self) -> list[RevisionRow]:
        return [row for field in self.fields for row in field.rows]

    @property
    def decided(self) -> int:
        return sum(row.is_decided for row in self.rows)

    @property
    def undecided(self) -> list[RevisionRow]:
        return [row for row in self.rows if not row.is_decided]


def board_of(revision: Revision) -> RevisionBoard:
    """Return all measures of the old concept by action field, with proposals and decisions."""
    decisions = {
        decision.measure_id: decision
        for decision in revision.decisions.select_related("goal__action_field", "decided_by")
    }
    goals = list(
        Goal.objects.filter(action_field__concept=revision.new_concept)
        .select_related("action_field")
        .order_by("action_field__number", "number")
    )
    propose = _Proposer(revision, goals, decisions.values())
    latest = Evaluation.objects.order_by("measure", "-year")
    measures = (
        Measure.objects.in_concept(revision.old_concept)
        .select_related("goal__action_field")
        .prefetch_related(Prefetch("evaluations", latest))
        .order_by("goal__action_field__number", "number_key")
    )
    by_field: dict[ActionField, list[RevisionRow]] = {}
    for measure in measures:
        measure.concept = revision.old_concept
        verdict = next(iter(measure.evaluations.all()), None)
        row = RevisionRow(measure, verdict, propose(measure, verdict), decisions.get(measure.pk))
        by_field.setdefault(measure.goal.action_field, []).append(row)
    return RevisionBoard([RevisionField(field, rows) for field, rows in by_field.items()], goals)


class _Proposer:
    """Proposes by the latest verdict, and the place where the new concept has the same one."""

    def __init__(
        self, revision: Revision, goals: Sequence[Goal], decisions: Collection[RevisionDecision]
    ) -> None:
        self._goals = {_name_of(goal): goal for goal in goals}
        there = list(Measure.objects.in_concept(revision.new_concept).values_list("number", TITLE))
        self._same_title = {(title or "").casefold(): number for number, title in there}
        promised = {number for decision in decisions for number in decision.number_list}
        self._taken = {number for number, _title in there} | promised

    def __call__(self, measure: Measure, verdict: Evaluation | None) -> Choice | None:
        if verdict is None:
            return None
        kind = PROPOSED[Evaluation.Verdict(verdict.verdict)]
        reason = getattr(verdict, REASONING) or ""
        if kind == Kind.ENDED:
            return Choice(kind, reason)
        if number := self._same_title.get((getattr(measure, TITLE) or "").casefold(), ""):
            return Choice(kind, reason, numbers=number)
        goal = self._goals.get(_name_of(measure.goal))
        free = measure.number if goal and measure.number not in self._taken else ""
        return Choice(kind, reason, goal=goal, numbers=free)


def _name_of(goal: Goal) -> tuple[str, str]:
    """What a goal shares with its copy in another concept."""
    return (
        (getattr(goal.action_field, TITLE) or "").casefold(),
        (getattr(goal, TEXT) or "").casefold(),
    )


def accept_proposals(
    revision: Revision, rows: Sequence[RevisionRow], *, by: Any
) -> tuple[int, int]:
    """Decide as proposed where a row is open; return how many that were, and how many are left."""
    accepted = 0
    for row in rows:
        if row.is_acceptable and row.proposal:
            try:
                decide(revision, row.measure, choice=row.proposal, seen=0, by=by)
            except (ValidationError, StaleError):  # somebody was faster, or took the number
                continue
            accepted += 1
    decided = revision.decisions.filter(measure__in=[row.measure for row in rows]).count()
    return accepted, len(rows) - decided
