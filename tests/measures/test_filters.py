"""Facets: what stands in brackets behind a choice is what choosing it shows."""

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict
from django.test import RequestFactory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from directory.models import Quarter, Topic
from measures.filters import MeasureFilter
from measures.models import Measure, TargetGroup
from tests.measures.factories import (
    add_evaluation,
    add_participant,
    make_concept,
    make_field,
    make_goal,
    make_measure,
    make_organisation,
)

EVERYBODY = AnonymousUser()


def filtered(**chosen):
    request = RequestFactory().get("/")
    request.user = EVERYBODY
    data = QueryDict(mutable=True)
    data.update(chosen)
    visible = Measure.objects.visible_to(EVERYBODY).in_order()
    return MeasureFilter(data, queryset=visible, request=request)


def numbers(**chosen):
    return [measure.number for measure in filtered(**chosen).qs]


def options(name, **chosen):
    found = filtered(**chosen)
    assert found.is_valid()
    found.count_choices()
    return [
        (value, label.split("(")[-1].rstrip(")"))
        for value, label in found.form.fields[name].choices
        if value
    ]


def make_many():
    """Measures of every kind, two of them hidden."""
    newer, older = make_concept("2016"), make_concept("2010", period_from=2010, period_to=2015)
    library = make_organisation("library", "Stadtbibliothek")
    west = Quarter.objects.create(slug="west", name="Weststadt")
    work = Topic.objects.create(slug="work", name_de="Arbeit")
    parents = TargetGroup.objects.create(slug="parents", name_de="Eltern")
    kinds = [
        (newer, 1, {"status": "running", "quarter": west, "starts_on": date(2018, 1, 1)}),
        (newer, 1, {"status": "done", "ends_on": date(2017, 12, 31)}),
        (newer, 2, {"status": "running"}),
        (older, 1, {"status": "ended", "quarter": west}),
        (older, 2, {"status": "planned"}),
        (newer, 2, {"status": "paused", "published": False}),
    ]
    goals = {
        key: make_goal(make_field(*key)) for key in [(newer, 1), (newer, 2), (older, 1), (older, 2)]
    }
    for index, (concept, field, fields) in enumerate(kinds):
        measure = make_measure(goals[concept, field], f"{field}.{index}", **fields)
        if index % 2:
            add_participant(measure, library, "lead")
            add_participant(measure, library, "partner")
            measure.topics.add(work)
        if index % 3 == 0:
            measure.target_groups.add(parents)
            add_evaluation(measure, 2016, "modify")
            add_evaluation(measure, 2017, "proved")


@pytest.fixture
def many(db):
    make_many()


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("year", "2017", ["1.1", "2.2"]),
        ("year", "2018", ["1.0", "2.2"]),
        ("year", "2012", ["1.3", "2.4"]),
        ("target_group", "parents", ["1.0", "1.3"]),
        ("topic", "work", ["1.1", "1.3"]),
        ("place", "west", ["1.0", "1.3"]),
        ("place", "all", ["1.1", "2.2", "2.4"]),
        ("participant", "library", ["1.1", "1.3"]),
    ],
)
def test_each_facet_narrows(many, name, value, found):
    assert numbers(**{name: value}) == found


def test_measures_are_sorted(many):
    assert numbers(sort="begins") == ["1.0", "1.1", "1.3", "2.2", "2.4"]
    Measure.objects.filter(number="2.2").update(title_de="ab")
    assert numbers(sort="title")[0] == "2.2"
    Measure.objects.get(number="2.4").save()
    assert numbers(sort="changed")[0] == "2.4"


def test_draft_is_counted_nowhere(many):
    assert options("status") == [("planned", "1"), ("running", "2"), ("done", "1"), ("ended", "1")]


def test_other_choices_of_a_facet_stay_in_reach(many):
    assert options("status", status="done", concept="2016") == [("running", "2"), ("done", "1")]


def test_chosen_value_stays_even_where_nothing_fits(many):
    assert ("parents", "0") in options("target_group", target_group="parents", status="done")


FACETS = {
    "concept": ["2016", "2010"],
    "field": ["2016.1", "2016.2", "2010.1", "2010.2"],
    "status": ["planned", "running", "done", "paused", "ended"],
    "verdict": ["proved", "modify", "ended", "none"],
    "year": ["2010", "2015", "2016", "2017", "2018", "2022"],
    "participant": ["library"],
    "target_group": ["parents"],
    "place": ["all", "west"],
    "topic": ["work"],
}


class CountsAreWhatChoosingShows(TestCase):
    @classmethod
    def setUpTestData(cls):
        make_many()

    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        chosen=st.fixed_dictionaries(
            {}, optional={name: st.sampled_from(values) for name, values in FACETS.items()}
        ),
        name=st.sampled_from(sorted(FACETS)),
    )
    def test_for_every_choice(self, chosen, name):
        found = filtered(**chosen)
        assert found.is_valid()

        counts = found.counts_of(name)

        shown = {value: len(numbers(**(chosen | {name: value}))) for value in FACETS[name]}
        assert {value: counts[value] for value in shown} == shown


def test_address_names_no_empty_field(many, office, client):
    response = client.get("/de/measures/list/?q=&concept=2016&status=&sort=")

    assert (response.status_code, response["Location"]) == (302, "/de/measures/list/?concept=2016")
    assert client.get("/de/measures/list/?q=")["Location"] == "/de/measures/list/"


def test_active_filters_can_be_taken_away_one_by_one(many, office, client):
    found = client.get("/en/measures/list/?concept=2016&status=running&page=2&sort=title")

    chosen = found.context["filter"].chosen
    assert [(one.label, one.text, one.query) for one in chosen] == [
        ("Concept", "Konzept 2016 (2016–2022)", "status=running&sort=title"),
        ("Status", "running", "concept=2016&sort=title"),
    ]
