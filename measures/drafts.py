"""Draft measures that the portal writes: their texts, their numbers, and taking them back."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kit_portal.common.translation_queries import column
from measures.models import Concept, Goal, MadeDraft, Measure, Participant, Revision

LANGUAGES = settings.MODELTRANSLATION_LANGUAGES
TEXTS = ("title", "description")
PLAIN = ("number", "status", "goal_id", "quarter_id", "place", "is_permanent", "internal_notes")
# What hangs on a measure once somebody works with it.
WORK = ("evaluations", "milestones", "indicators", "funding_sources", "attachments")
LAST_DIGITS = re.compile(r"\d+(?!.*\d)")


def next_number(goal: Goal, *, taken: Collection[str] = ()) -> str:
    """Return the first free number after the last measure of ``goal``.

    ``taken`` names numbers beside those of the concept that are promised already.
    """
    concept = goal.action_field.concept_id
    occupied = {*Measure.objects.filter(concept=concept).values_list("number", flat=True), *taken}
    last = Measure.objects.filter(goal=goal).order_by("number_key").last()
    number = last.number if last else f"{goal.action_field.number}.{goal.number}.0"
    if not LAST_DIGITS.search(number):
        number += ".0"
    while (number := _one_more(number)) in occupied:
        pass
    return number


def _one_more(number: str) -> str:
    return LAST_DIGITS.sub(lambda run: str(int(run.group()) + 1), number)


def texts_of(measures: Sequence[Measure]) -> dict[str, str | None]:
    """Return title and description in every language: the first one's title, all descriptions."""
    texts: dict[str, str | None] = {}
    for language in LANGUAGES:
        title, description = column("title", language), column("description", language)
        texts[title] = getattr(measures[0], title)
        parts = [text for measure in measures if (text := getattr(measure, description))]
        texts[description] = "\n\n".join(dict.fromkeys(parts)) or None
    return texts


def write_draft(goal: Goal, number: str, *, columns: dict[str, Any]) -> Measure:
    """Create a draft measure below ``goal``. Whoever adds to it calls ``seal`` in the end.

    Raises ValidationError where the number is taken or no number at all.
    """
    measure = Measure(goal=goal, number=number, **columns)
    measure.full_clean(exclude=["concept"])
    measure.save()
    return measure


def add_participants(measure: Measure, rows: Iterable[Participant]) -> None:
    """Give ``measure`` those of ``rows``, each organisation once in a role."""
    wanted = dict.fromkeys((row.organisation_id, row.role) for row in rows)
    Participant.objects.bulk_create(
        Participant(measure=measure, organisation_id=organisation, role=role)
        for organisation, role in wanted
    )


def seal(measure: Measure, *, revision: Revision | None = None) -> None:
    """Remember how the draft looks now, and which revision made it."""
    MadeDraft.objects.create(
        measure=measure, revision=revision, fingerprint=fingerprint_of(measure)
    )


def fingerprint_of(measure: Measure) -> str:
    """Return a hash of all that the office could have changed (SHA-256, hexadecimal)."""
    fresh = Measure.objects.get(pk=measure.pk)
    texts = [getattr(fresh, column(name, code)) or "" for name in TEXTS for code in LANGUAGES]
    plain = [getattr(fresh, name) for name in PLAIN]
    dates = [fresh.starts_on, fresh.ends_on, fresh.confirmed_on]
    related = [
        sorted(fresh.participants.values_list("organisation", "role")),
        sorted(fresh.target_groups.values_list("pk", flat=True)),
        sorted(fresh.topics.values_list("pk", flat=True)),
        [getattr(fresh, name).exists() for name in WORK],
    ]
    return sha256(repr((texts, plain, dates, related)).encode()).hexdigest()


def is_untouched(measure: Measure) -> bool:
    """Whether the portal wrote the measure and nobody has published or changed it since."""
    made = MadeDraft.objects.filter(measure=measure).first()
    return (
        made is not None
        and not measure.is_published
        and not measure.predecessor_links.exists()
        and not measure.successor_links.exists()
        and made.fingerprint == fingerprint_of(measure)
    )


def take_back(measure: Measure) -> None:
    """Delete an untouched draft. Raises ValidationError where somebody has worked on it."""
    if not is_untouched(measure):
        raise ValidationError(
            _(
                "Measure %s has been changed or published since it was made. Undoing would lose "
                "that, so delete or change it in the administration."
            )
            % measure.number
        )
    measure.delete()


def lock_concept(concept_pk: int) -> None:
    """Let one transaction at a time hand out the concept's numbers."""
    Concept.objects.select_for_update().get(pk=concept_pk)
