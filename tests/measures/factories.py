"""Makers of one row each, shallow: a test states what it asserts."""

from datetime import UTC, date, datetime, timedelta

from django.utils import timezone

from directory.models import Organisation
from measures.models import (
    ActionField,
    Concept,
    Evaluation,
    EvaluationReply,
    EvaluationRequest,
    Finding,
    FocusGroup,
    Goal,
    Indicator,
    Measure,
    MeasureLink,
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


def make_organisation(slug="library", name=None, **fields):
    return Organisation.objects.create(slug=slug, name=name or slug, **fields)


def make_request(organisation, *, year=2017, **fields):
    """A request whose link works now; ``mailed_at=None`` for one that waits for its mail."""
    fields = {
        "email": "verein@example.org",
        "expires_at": timezone.now() + timedelta(days=30),
        "to_mail": "",
        "mailed_at": timezone.now(),
    } | fields
    request = EvaluationRequest(organisation=organisation, year=year, **fields)
    request.draw_link()
    request.save()
    return request


def make_reply(request, measure, state="submitted", verdict="proved", **fields):
    if state != "draft":
        fields.setdefault("submitted_at", timezone.now())
    return EvaluationReply.objects.create(
        request=request, measure=measure, state=state, verdict=verdict, **fields
    )


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


def make_full_concept():
    """A concept with everything that the report knows how to print, in 2017."""
    concept = make_concept(
        title_de="Zusammenleben", adopted_by="Ratsversammlung", adopted_on=date(2016, 3, 17)
    )
    field = make_field(concept, 1, "Sprache", guiding_principle_de="Alle sprechen mit.")
    make_field(concept, 2, "Arbeit", title_ar="العمل")
    goal = make_goal(field)
    description = "Für alle.\n\n- Einladung\n- Betreuung\n\n1. Erst\n2. Dann"
    proved = make_measure(
        goal, "1.1.1", title_de="Vorlesen", title_ar="قراءة", description_de=description
    )
    changed = make_measure(goal, "1.1.2", title_de="Dolmetschen", is_permanent=True)
    add_evaluation(proved, 2016)
    add_evaluation(proved, 2017, reasoning_de="Gut\nbesucht.")
    add_evaluation(changed, 2017, "modify", reasoning_de="Zu klein.")
    add_participant(proved, make_organisation("library", "Stadtbibliothek"), "lead")
    proved.milestones.create(title_de="Ausschreibung", reached_on=date(2016, 9, 1))
    for subject in ({"measure": changed}, {"concept": concept}):
        indicator = make_indicator("-".join(subject), source="Statistik", **subject)
        for year in (2016, 2017):
            indicator.values.create(year=year, value=35, whole=511)
    return concept


def make_finding(concept, text="Es fehlt etwas.", *, kind="gap", published=True, group="housing"):
    focus_group, _created = FocusGroup.objects.get_or_create(
        concept=concept, slug=group, defaults={"name_de": group}
    )
    return Finding.objects.create(
        focus_group=focus_group,
        kind=kind,
        text_de=text,
        published_at=LONG_AGO if published else None,
    )


def link(predecessor, successor=None, kind="continued", **fields):
    return MeasureLink.objects.create(
        predecessor=predecessor, successor=successor, kind=kind, **fields
    )


def make_two_concepts(*, old_measures=3, goals=2, published=False):
    """An old concept with measures 1.1.1 … and a new one with empty goals."""
    old = make_concept("2010", period_from=2010, period_to=2015)
    goal = make_goal(make_field(old, 1, "Alt"))
    measures = [make_measure(goal, f"1.1.{i}") for i in range(1, old_measures + 1)]
    new = make_concept("2016", published=published)
    field = make_field(new, 1, "Neu")
    return old, new, measures, [make_goal(field, i, f"Ziel {i}") for i in range(1, goals + 1)]
