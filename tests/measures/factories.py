"""Makers of one row each, shallow: a test states what it asserts."""

from datetime import UTC, datetime

from directory.models import Organisation
from measures.models import (
    ActionField,
    Concept,
    Evaluation,
    FocusGroup,
    Goal,
    Indicator,
    Measure,
    MeasureProfile,
    Participant,
)

LONG_AGO = datetime(2016, 4, 1, 12, tzinfo=UTC)


def make_concept(slug="2016", *, published=True, **fields):
    fields = {"title_de": f"Konzept {slug}", "period_from": 2016, "period_to": 2022} | fields
    return Concept.objects.create(slug=slug, published_at=LONG_AGO if published else None, **fields)


def make_field(concept, number=1, title="Sprache", **fields):
    return ActionField.objects.create(concept=concept, number=number, title_de=title, **fields)


def make_goal(field, number=1, text="Alle finden einen Kurs.", **fields):
    return Goal.objects.create(action_field=field, number=number, text_de=text, **fields)


def make_measure(goal, number="1.1.1", *, published=True, **fields):
    fields = {"title_de": f"Maßnahme {number}", "status": "running"} | fields
    return Measure.objects.create(
        goal=goal, number=number, published_at=LONG_AGO if published else None, **fields
    )


def make_organisation(slug="library", name=None):
    return Organisation.objects.create(slug=slug, name=name or slug)


def add_participant(measure, organisation, role="partner"):
    return Participant.objects.create(measure=measure, organisation=organisation, role=role)


def add_evaluation(measure, year=2017, verdict="proved", **fields):
    return Evaluation.objects.create(measure=measure, year=year, verdict=verdict, **fields)


def make_indicator(slug="missions", **fields):
    return Indicator.objects.create(slug=slug, **({"name_de": slug} | fields))


def make_profile(concept, slug="certificate", *, published=True, group="housing"):
    focus_group, _created = FocusGroup.objects.get_or_create(
        concept=concept, slug=group, defaults={"name_de": group}
    )
    return MeasureProfile.objects.create(
        focus_group=focus_group,
        slug=slug,
        title_de=slug,
        published_at=LONG_AGO if published else None,
    )
