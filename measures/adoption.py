"""From a measure profile to a draft measure, in one click, and back."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from kit_portal.common.translation_queries import column
from measures.drafts import LANGUAGES, lock_concept, next_number, seal, take_back, write_draft
from measures.models import Goal, Measure, MeasureProfile

# Sections of the measure's description, by the profile's field; the heading is the field's name.
SECTIONS = ("objective", "steps", "success_criteria")
NOTES = ("target_group", "responsible", "partners", "resources", "schedule")


@transaction.atomic
def adopt_profile(profile: MeasureProfile, *, goal: Goal) -> Measure:
    """Return the measure that the profile became: a new draft below ``goal``, or the one it has.

    The texts go into the description in every language, the fields that a measure keeps in another
    form (organisations, money, dates) into the internal notes for the office to enter.
    """
    profile = MeasureProfile.objects.select_for_update().get(pk=profile.pk)
    if profile.measure:
        return profile.measure
    lock_concept(goal.action_field.concept_id)
    measure = write_draft(goal, next_number(goal), columns=_columns(profile))
    seal(measure)
    for finding in profile.findings.all():
        finding.measures.add(measure)
    profile.measure = measure
    profile.save(update_fields=["measure", "modified_at"])
    return measure


@transaction.atomic
def undo_adoption(profile: MeasureProfile) -> None:
    """Take the draft back. Raises ValidationError where there is none or it has been worked on."""
    profile = MeasureProfile.objects.select_for_update().get(pk=profile.pk)
    if not profile.measure:
        raise ValidationError(_("This profile has not become a measure."))
    take_back(profile.measure)


def _columns(profile: MeasureProfile) -> dict[str, str | None]:
    columns: dict[str, str | None] = {"internal_notes": _notes(profile)}
    for language in LANGUAGES:
        columns[column("title", language)] = getattr(profile, column("title", language))
        columns[column("description", language)] = _description(profile, language) or None
    return columns


def _description(profile: MeasureProfile, language: str) -> str:
    """Return the profile's texts in one language as Markdown; empty where it has none in it."""
    parts = [getattr(profile, column("summary", language)) or ""]
    with override(language):
        for name in SECTIONS:
            if text := getattr(profile, column(name, language)):
                listed = _as_list(text) if name == "steps" else text
                parts.append(f"**{_heading(name)}**\n\n{listed}")
    return "\n\n".join(filter(None, parts))


def _as_list(text: str) -> str:
    return "\n".join(f"- {line.strip()}" for line in text.splitlines() if line.strip())


def _notes(profile: MeasureProfile) -> str:
    values = [(name, getattr(profile, _german(name)) or "") for name in NOTES]
    with override("de"):
        return "\n".join(f"{_heading(name)}: {text}" for name, text in values if text)


def _german(name: str) -> str:
    """The column of a text; who is responsible is written once, for all languages."""
    return name if name in {"responsible", "partners"} else column(name, "de")


def _heading(name: str) -> str:
    label = str(MeasureProfile._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    return label[:1].upper() + label[1:]
