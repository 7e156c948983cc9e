"""Carrying decisions of a revision out, as a whole or in parts, and taking them back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kit_portal.common.translation_queries import column
from measures.drafts import add_participants, lock_concept, seal, take_back, texts_of, write_draft
from measures.models import (
    Goal,
    MadeDraft,
    Measure,
    MeasureLink,
    Participant,
    Revision,
    RevisionDecision,
)
from measures.revision import StaleError

Kind = MeasureLink.Kind
REASON = column("reason", settings.LANGUAGE_CODE)


@dataclass(frozen=True)
class Target:
    """A number of the new concept: ``existing`` measure, or a draft to be made below ``goal``."""

    number: str
    existing: Measure | None
    goal: Goal | None


@dataclass(frozen=True)
class PlanGroup:
    """Decisions that only make sense together, because their measures meet in a number."""

    decisions: Sequence[RevisionDecision]
    targets: Sequence[Target]
    problems: Sequence[str] = field(default_factory=list)

    @property
    def key(self) -> str:
        return str(self.decisions[0].pk)


@dataclass(frozen=True)
class Plan:
    """What carrying out would do now. ``state`` changes with every decision."""

    groups: Sequence[PlanGroup]
    state: str

    @property
    def ready(self) -> list[PlanGroup]:
        return [group for group in self.groups if not group.problems]

    @property
    def stuck(self) -> list[PlanGroup]:
        return [group for group in self.groups if group.problems]


def plan_of(revision: Revision) -> Plan:
    """Return the open decisions of ``revision`` in groups, each with what it makes and lacks."""
    decisions = list(
        revision.decisions.select_related("measure", "goal__action_field").order_by(
            "measure__number_key"
        )
    )
    there = {
        measure.number: measure for measure in Measure.objects.in_concept(revision.new_concept)
    }
    going: dict[str, list[RevisionDecision]] = defaultdict(list)
    for decision in decisions:
        for number in decision.number_list:
            going[number].append(decision)
    groups = [
        _plan_group(group, going, there)
        for group in _joined([decision for decision in decisions if not decision.is_carried_out])
    ]
    state = repr([(decision.pk, decision.version) for decision in decisions])
    return Plan(groups, sha256(state.encode()).hexdigest())


def _joined(decisions: Sequence[RevisionDecision]) -> list[list[RevisionDecision]]:
    """Put decisions together that share a number, directly or through others."""
    groups: list[tuple[set[str], list[RevisionDecision]]] = []
    for decision in decisions:
        numbers, members = set(decision.number_list), [decision]
        apart = []
        for known, others in groups:
            if known & numbers:
                numbers, members = numbers | known, [*others, *members]
            else:
                apart.append((known, others))
        groups = [*apart, (numbers, members)]
    by_number = sorted(groups, key=lambda group: group[1][0].measure.number_key)
    return [members for _numbers, members in by_number]


def _plan_group(
    decisions: Sequence[RevisionDecision],
    going: dict[str, list[RevisionDecision]],
    there: dict[str, Measure],
) -> PlanGroup:
    numbers = list(dict.fromkeys(n for decision in decisions for n in decision.number_list))
    targets, problems = [], []
    for number in numbers:
        goals = {d.goal for d in going[number] if d.goal and d in decisions}
        targets.append(Target(number, there.get(number), next(iter(goals), None)))
        problems += _problems_of(number, going[number])
        if number not in there and len(goals) != 1:
            problems.append(_("Choose one goal for the new measure %s.") % number)
    for decision in decisions:
        alone = [n for n in decision.number_list if len(going[n]) < 2]
        if decision.kind == Kind.MERGED and alone:
            problems.append(
                _(
                    "%(old)s is to be merged into %(new)s, but no other measure goes there. Let "
                    "another one go there, or choose “continued” or “modified”."
                )
                % {"old": decision.measure.number, "new": alone[0]}
            )
    return PlanGroup(decisions, targets, problems)


def _problems_of(number: str, decisions: Iterable[RevisionDecision]) -> list[str]:
    """Where several measures meet, one at most goes on as itself; the others are merged into it."""
    going_on = [d for d in decisions if d.kind in {Kind.CONTINUED, Kind.MODIFIED, Kind.REPLACED}]
    if len(going_on) < 2:
        return []
    return [
        _("%(old)s all go to %(new)s: choose “merged” for all of them but one at most.")
        % {"old": ", ".join(d.measure.number for d in going_on), "new": number}
    ]


# --- carrying out --------------------------------------------------------------------------------


@transaction.atomic
def carry_out(
    revision: Revision, *, now: datetime, only: Collection[str] | None = None, state: str = ""
) -> list[RevisionDecision]:
    """Make the drafts and links of all groups that are ready, or of those with the keys ``only``.

    What was carried out before is not repeated, so this can be done again at any time; links that
    have no resolution yet get the revision's. Returns the decisions carried out now. Raises
    StaleError where ``state`` is given and the decisions have changed since that plan.
    """
    revision = Revision.objects.select_for_update(of=("self",)).get(pk=revision.pk)
    lock_concept(revision.new_concept_id)
    plan = plan_of(revision)
    if state and state != plan.state:
        raise StaleError
    done: list[RevisionDecision] = []
    for group in plan.ready:
        if only is None or group.key in only:
            done += _carry_out_group(revision, group, now=now)
    if revision.resolution:
        late = MeasureLink.objects.filter(decision__revision=revision, resolution="")
        late.update(resolution=revision.resolution)
    return done


def _carry_out_group(
    revision: Revision, group: PlanGroup, *, now: datetime
) -> Sequence[RevisionDecision]:
    measures = {
        target.number: target.existing or _make_draft(revision, group, target)
        for target in group.targets
    }
    for decision in group.decisions:
        if decision.kind == Kind.ENDED:
            _link(revision, decision, None)
        for number in decision.number_list:
            _link(revision, decision, measures[number])
        decision.carried_out_at = now
        decision.save(update_fields=["carried_out_at", "modified_at"])
    return group.decisions


def _link(revision: Revision, decision: RevisionDecision, successor: Measure | None) -> None:
    """A link that is there already, made by hand, stays as it is."""
    MeasureLink.objects.get_or_create(
        predecessor=decision.measure,
        successor=successor,
        defaults={
            "kind": decision.kind,
            "left_out_of": None if successor else revision.new_concept,
            REASON: decision.reason,
            "resolution": decision.resolution or revision.resolution,
            "decided_on": revision.new_concept.adopted_on,
            "decision": decision,
        },
    )


def _make_draft(revision: Revision, group: PlanGroup, target: Target) -> Measure:
    """Write the draft out of all measures that go to the number.

    Texts in all languages, participants, target groups, quarter, topics and a permanent runtime are
    carried over. Evaluations, milestones, indicators, money and files stay with the old measure,
    where the history leads.
    """
    decisions = [d for d in group.decisions if target.number in d.number_list]
    # Who goes on as itself gives the title.
    decisions.sort(key=lambda d: d.kind in {Kind.MERGED, Kind.SPLIT})
    old = [decision.measure for decision in decisions]
    first = old[0]
    is_running = decisions[0].kind == Kind.CONTINUED and first.status == Measure.Status.RUNNING
    columns: dict[str, Any] = {
        **texts_of(old),
        "status": Measure.Status.RUNNING if is_running else Measure.Status.PLANNED,
        "quarter_id": _common(measure.quarter_id for measure in old),
        "place": _common(measure.place for measure in old) or "",
        "is_permanent": all(measure.is_permanent for measure in old),
        "starts_on": first.starts_on if first.is_permanent and len(old) == 1 else None,
    }
    assert target.goal is not None  # noqa: S101  a plan without a goal has a problem
    draft = write_draft(target.goal, target.number, columns=columns)
    add_participants(draft, Participant.objects.filter(measure__in=old))
    for relation in ("target_groups", "topics"):
        others = getattr(Measure, relation).field.related_model.objects
        getattr(draft, relation).set(others.filter(measures__in=old).distinct())
    seal(draft, revision=revision)
    return draft


def _common(values: Iterable[Any]) -> Any:
    """Return the value that all have, or None."""
    different = set(values)
    return different.pop() if len(different) == 1 else None


# --- taking back ---------------------------------------------------------------------------------


@transaction.atomic
def undo(decision: RevisionDecision) -> list[RevisionDecision]:
    """Take back what carrying out ``decision`` made; the decision itself stays and can be changed.

    Decisions whose measures met in the same one are taken back with it. Returns all of them.
    Raises ValidationError where a draft has been worked on meanwhile; nothing is changed then.
    """
    revision = Revision.objects.select_for_update(of=("self",)).get(pk=decision.revision_id)
    together = _together(decision)
    links = MeasureLink.objects.filter(decision__in=together)
    successors = list(Measure.objects.filter(predecessor_links__in=links).distinct())
    links.delete()
    for measure in successors:
        made_here = MadeDraft.objects.filter(measure=measure, revision=revision).exists()
        if made_here and not measure.predecessor_links.exists():
            take_back(measure)
    for one in together:
        one.carried_out_at = None
        one.version += 1
        one.save(update_fields=["carried_out_at", "version", "modified_at"])
    return together


def _together(decision: RevisionDecision) -> list[RevisionDecision]:
    """Return the carried-out decisions that meet with ``decision`` in a number, it included."""
    done = RevisionDecision.objects.select_for_update(of=("self",)).carried_out()
    rows = list(done.filter(revision=decision.revision_id).select_related("measure"))
    for group in _joined(rows):
        if any(one.pk == decision.pk for one in group):
            return group
    raise ValidationError(_("This decision has not been carried out."))
