from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from measures.adoption import adopt_profile, undo_adoption
from measures.models import Measure, MeasureProfile
from tests.measures.factories import (
    LONG_AGO,
    add_evaluation,
    link,
    make_concept,
    make_field,
    make_finding,
    make_goal,
    make_measure,
    make_profile,
)


@pytest.fixture
def profile(concept):
    return make_profile(concept, "certificate")


def test_profile_becomes_a_draft_with_the_next_free_number(profile, goal):
    make_measure(goal, "1.1.9")

    measure = adopt_profile(profile, goal=goal)

    profile.refresh_from_db()
    assert (measure.number, measure.goal, measure.is_published) == ("1.1.10", goal, False)
    assert profile.measure == measure


def test_first_measure_of_a_goal_is_number_one(profile, field):
    assert adopt_profile(profile, goal=make_goal(field, 3)).number == "1.3.1"


def test_texts_of_all_languages_are_carried_over(profile, goal):
    MeasureProfile.objects.filter(pk=profile.pk).update(
        summary_de="Kurz.",
        objective_de="Alle wohnen.",
        steps_de="Kurs planen\nKurs halten",
        title_ar="شهادة",
        summary_ar="باختصار.",
        responsible="Koordinierungsstelle",
        resources_de="3.000 Euro",
    )

    measure = adopt_profile(profile, goal=goal)

    measure.refresh_from_db()
    assert measure.title_ar == "شهادة"
    assert measure.description_ar == "باختصار."
    assert measure.description_de.startswith("Kurz.\n\n**")
    assert measure.description_de.endswith("- Kurs planen\n- Kurs halten")
    assert not measure.description_uk
    assert "Koordinierungsstelle" in measure.internal_notes
    assert "3.000 Euro" in measure.internal_notes


def test_findings_are_answered_by_the_measure(profile, concept, goal):
    finding = make_finding(concept)
    profile.findings.add(finding)

    measure = adopt_profile(profile, goal=goal)

    assert list(finding.measures.all()) == [measure]


def test_second_click_finds_the_first_ones_measure(profile, goal):
    assert adopt_profile(profile, goal=goal) == adopt_profile(profile, goal=goal)
    assert Measure.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_make_one_measure():
    concept = make_concept()
    goal, profile = make_goal(make_field(concept)), make_profile(concept)

    def click(_index):
        try:
            return adopt_profile(profile, goal=goal).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(click, range(2))

    assert first == second
    assert Measure.objects.count() == 1


def test_untouched_draft_is_taken_back(profile, goal):
    adopt_profile(profile, goal=goal)

    undo_adoption(profile)

    profile.refresh_from_db()
    assert profile.measure is None
    assert not Measure.objects.exists()


@pytest.mark.parametrize(
    "work",
    [
        lambda m: m.publish(at=LONG_AGO),
        lambda m: Measure.objects.filter(pk=m.pk).update(description_de="Neu."),
        lambda m: add_evaluation(m),
        lambda m: link(
            make_measure(make_goal(make_field(make_concept("2010", period_from=2010)))), m
        ),
    ],
)
def test_draft_that_was_worked_on_stays(profile, goal, work):
    measure = adopt_profile(profile, goal=goal)
    work(measure)

    with pytest.raises(ValidationError):
        undo_adoption(profile)

    assert Measure.objects.filter(pk=measure.pk).exists()


def test_nothing_to_undo_is_said(profile):
    with pytest.raises(ValidationError):
        undo_adoption(profile)
