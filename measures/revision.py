"""The revision (Fortschreibung): what is to become of each measure of a concept in the next one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from measures.drafts import next_number
from measures.models import (
    Concept,
    Goal,
    Measure,
    MeasureLink,
    Revision,
    RevisionDecision,
)
from measures.models.revision import split_numbers

Kind = MeasureLink.Kind


class StaleError(Exception):
    """Somebody else has decided on the measure since the writer looked at it."""


@dataclass(frozen=True)
class Choice:
    """A decision as it is written down; without ``kind`` the measure is undecided."""

    kind: str = ""
    reason: str = ""
    resolution: str = ""
    goal: Goal | None = None
    numbers: str = ""


# --- beginning -----------------------------------------------------------------------------------


@transaction.atomic
def begin_revision(old: Concept, new: Concept, *, copy_structure: bool, by: Any) -> Revision:
    """Return the revision from ``old`` to ``new``, begun now or before.

    ``copy_structure`` gives ``new`` those action fields of ``old`` whose numbers it lacks, with
    their goals and all languages. Raises ValidationError where ``new`` does not begin later.
    """
    Concept.objects.select_for_update().get(pk=new.pk)
    revision = Revision.objects.filter(old_concept=old, new_concept=new).first()
    if revision is None:
        revision = Revision(old_concept=old, new_concept=new, begun_by=by)
        revision.full_clean()
        revision.save()
    if copy_structure:
        _copy_structure(old, new)
    return revision


def _copy_structure(old: Concept, new: Concept) -> None:
    there = set(new.action_fields.values_list("number", flat=True))
    for field in old.action_fields.exclude(number__in=there).prefetch_related("goals"):
        goals = list(field.goals.all())
        field.pk, field.concept, field._state.adding = None, new, True
        field.save()
        for goal in goals:
            goal.pk, goal.action_field, goal._state.adding = None, field, True
            goal.save()


# --- deciding ------------------------------------------------------------------------------------


def decide(
    revision: Revision, measure: Measure, *, choice: Choice, seen: int, by: Any
) -> RevisionDecision | None:
    """Write down ``choice``; an empty one takes the decision back. Sent twice, it counts once.

    ``seen`` is the version that the writer began with, 0 for none. Numbers left empty become the
    next free ones of the goal. Raises ValidationError by field for what does not fit together, and
    StaleError where somebody else has decided meanwhile.
    """
    with transaction.atomic():
        Revision.objects.select_for_update().get(pk=revision.pk)
        decision = revision.decisions.filter(measure=measure).first()
        if decision and _says(decision, choice):
            return decision
        if (decision.version if decision else 0) != seen:
            raise StaleError
        if decision and decision.is_carried_out:
            raise ValidationError(
                {"kind": _("This is carried out already. Undo it first to decide anew.")}
            )
        if not choice.kind:
            if decision is None:
                raise ValidationError({"kind": _("Choose what is to become of the measure.")})
            decision.delete()
            return None
        columns = _checked(revision, choice, but=decision)
        columns |= {"decided_by": by, "version": seen + 1}
        decision = decision or RevisionDecision(revision=revision, measure=measure)
        for name, value in columns.items():
            setattr(decision, name, value)
        decision.save()
        return decision


def _says(decision: RevisionDecision, choice: Choice) -> bool:
    """Whether the decision says this already, but for numbers that were left to the portal."""
    numbers = split_numbers(choice.numbers)
    return (
        (decision.kind, decision.reason, decision.resolution)
        == (choice.kind, choice.reason, choice.resolution)
        and (choice.kind == Kind.ENDED or decision.goal == choice.goal)
        and (not numbers or choice.kind == Kind.ENDED or decision.number_list == numbers)
    )


def _checked(revision: Revision, choice: Choice, *, but: RevisionDecision | None) -> dict[str, Any]:
    """Return the decision's columns. Raises ValidationError naming the field and the remedy."""
    if choice.kind != Kind.CONTINUED and not choice.reason.strip():
        raise ValidationError({"reason": _("Say why: the council and the public will ask.")})
    columns = {
        "kind": choice.kind,
        "reason": choice.reason.strip(),
        "resolution": choice.resolution.strip(),
        "goal": choice.goal,
        "numbers": "",
    }
    if choice.kind == Kind.ENDED:
        return columns | {"goal": None}
    numbers = split_numbers(choice.numbers) or _free_numbers(revision, choice, but=but)
    _check_count(choice.kind, numbers)
    for number in numbers:
        try:
            Measure._meta.get_field("number").clean(number, None)
        except ValidationError as error:
            raise ValidationError({"numbers": error.messages}) from None
    there = Measure.objects.in_concept(revision.new_concept).filter(number__in=numbers)
    new = set(numbers) - set(there.values_list("number", flat=True))
    if new and choice.goal is None:
        raise ValidationError(
            {
                "goal": _("Choose the goal below which measure %s is to be made.")
                % ", ".join(sorted(new))
            }
        )
    return columns | {"numbers": ", ".join(numbers)}


def _free_numbers(revision: Revision, choice: Choice, *, but: RevisionDecision | None) -> list[str]:
    if choice.kind == Kind.MERGED:
        raise ValidationError(
            {"numbers": _("Give the number to which the other measures go as well.")}
        )
    if choice.goal is None:
        raise ValidationError(
            {"goal": _("Choose a goal of the new concept, or give the number of a measure there.")}
        )
    others = [row for row in revision.decisions.all() if row != but]
    taken = {number for decision in others for number in decision.number_list}
    numbers: list[str] = []
    for _part in range(2 if choice.kind == Kind.SPLIT else 1):
        numbers.append(next_number(choice.goal, taken={*taken, *numbers}))
    return numbers


def _check_count(kind: str, numbers: Sequence[str]) -> None:
    if kind == Kind.SPLIT and len(numbers) < 2:
        raise ValidationError({"numbers": _("A measure is split into at least two numbers.")})
    if kind not in {Kind.SPLIT, Kind.REPLACED} and len(numbers) > 1:
        raise ValidationError(
            {"numbers": _("Give one number, or choose “split” to divide the measure.")}
        )


def begin_with_new_concept(
    old: Concept, *, columns: dict[str, Any], copy_structure: bool, by: Any
) -> Revision:
    """As ``begin_revision``, with a new draft concept. Raises ValidationError by field."""
    try:
        with transaction.atomic():
            new = Concept(**columns)
            new.full_clean()
            new.save()
            return begin_revision(old, new, copy_structure=copy_structure, by=by)
    except IntegrityError:  # the second of two clicks at the same moment
        raise ValidationError({"slug": _("There is a concept with this short address.")}) from None
