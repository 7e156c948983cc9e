from datetime import date

import pytest
from django.test import Client

from directory.models import Quarter
from measures.models import IndicatorValue, Measure
from measures.models.measure import number_key
from tests.measures.factories import (
    add_evaluation,
    add_participant,
    make_concept,
    make_field,
    make_goal,
    make_indicator,
    make_measure,
    make_organisation,
    make_profile,
)


def titles(client, query="", language="de"):
    """The numbers of the listed measures."""
    response = client.get(f"/{language}/measures/list/{query}")
    assert response.status_code == 200
    return [measure.number for measure in response.context["page"]]


@pytest.fixture
def three(office):
    """Two fields of the newer concept and one of the older."""
    concept, older = make_concept("2016"), make_concept("2010", period_from=2010, period_to=2015)
    language = make_measure(
        make_goal(make_field(concept, 1)),
        "1.1.1",
        title_de="Sprachpartnerschaften",
        title_ar="شراكات لغوية",
        status="running",
    )
    housing = make_measure(make_goal(make_field(concept, 2)), "2.1.1", status="done")
    make_measure(make_goal(make_field(older, 1)), "1.1", status="planned")
    add_evaluation(language, 2016, "proved")
    add_evaluation(language, 2017, "modify")
    add_evaluation(housing, 2017, "proved")
    add_participant(housing, make_organisation("library", "Stadtbibliothek"))
    return concept


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", ["1.1.1", "2.1.1", "1.1"]),
        ("?concept=2016", ["1.1.1", "2.1.1"]),
        ("?field=2016.1", ["1.1.1"]),
        ("?field=2010.1", ["1.1"]),
        ("?status=done", ["2.1.1"]),
        ("?verdict=modify", ["1.1.1"]),
        ("?verdict=proved", ["2.1.1"]),
        ("?verdict=none", ["1.1"]),
        ("?participant=library", ["2.1.1"]),
        ("?q=stadtbib", ["2.1.1"]),
        ("?concept=2016&status=running&verdict=modify&q=sprach", ["1.1.1"]),
        ("?concept=2010&status=done", []),
    ],
)
def test_list_filters(three, client, query, numbers):
    assert titles(client, query) == numbers


@pytest.mark.parametrize("query", ["?field=2016.99", "?status=x", "?concept=no", "?page=99"])
def test_list_survives_addresses_that_name_nothing(three, client, query):
    assert client.get(f"/de/measures/list/{query}").status_code == 200


def test_list_finds_german_words_for_an_arabic_visitor(three, client):
    assert titles(client, "?q=Sprachpartner", "ar") == ["1.1.1"]
    assert titles(client, "?q=شراكات", "ar") == ["1.1.1"]
    assert titles(client, "?q=شراكات", "de") == []


def test_list_pages_keep_the_filters(office, client):
    goal = make_goal(make_field(make_concept()))
    for number in range(1, 23):
        make_measure(goal, f"1.1.{number}", status="done")

    page = client.get("/de/measures/list/?status=done").content.decode()

    assert 'href="?status=done&amp;page=2"' in page
    assert titles(client, "?status=done&page=2") == ["1.1.21", "1.1.22"]


def test_list_says_when_nothing_fits(three, client):
    page = client.get("/en/measures/list/?q=theater").content.decode()

    assert "No measure fits" in page
    assert "0 measures" in page


def fill(concept, number):
    """One more of everything that a page could show."""
    action_field = make_field(concept, number)
    measure = make_measure(make_goal(action_field), f"{number}.1.1")
    for year in (2016, 2017):
        add_evaluation(measure, year)
    for role in ("lead", "partner"):
        add_participant(measure, make_organisation(f"{role}-{number}"), role)
    measure.milestones.create(title_de="x", due_on=date(2017, 1, 1))
    measure.funding_sources.create(name="Land", amount=100)
    measure.attachments.create(title_de="x", url="https://example.org/")
    measure.topics.create(slug=f"topic-{number}", name_de="x")
    measure.target_groups.create(slug=f"group-{number}", name_de="x")
    measure.quarter = Quarter.objects.create(slug=f"quarter-{number}", name="x")
    measure.save()
    concept.documents.create(title_de="x", file="measures/conceptdocument/x.pdf")
    for subject in ({"measure": measure}, {"concept": concept}):
        indicator = make_indicator(f"{'-'.join(subject)}-{number}", **subject)
        for year in (2016, 2017):
            IndicatorValue.objects.create(indicator=indicator, year=year, value=year)
    make_profile(concept, f"profile-{number}", group=f"group-{number}")
    make_concept(f"other-{number}", period_from=2010, period_to=2015)


@pytest.mark.parametrize(
    ("path", "queries"),
    [
        *(("", 2), ("list/", 18), ("2016/", 8), ("2016/1.1.1/", 12), ("check-up/", 5)),
        *(("feed/", 4), ("list/?status=running&q=x&participant=lead-1&sort=title", 18)),
    ],
)
def test_public_pages_need_as_many_queries_for_three_as_for_one(
    office, client, django_assert_num_queries, path, queries
):
    concept = make_concept("2016")
    fill(concept, 1)
    with django_assert_num_queries(queries):
        client.get(f"/de/measures/{path}")

    fill(concept, 2)
    fill(concept, 3)
    with django_assert_num_queries(queries):
        client.get(f"/de/measures/{path}")


@pytest.mark.parametrize("path", ["list/", "2016/9.9.9/"])
def test_300_measures_need_no_more_queries(office, client, django_assert_num_queries, path):
    concept = make_concept("2016")
    fill(concept, 1)
    measure = Measure.objects.get()
    measure.number = "9.9.9"
    measure.save()
    with django_assert_num_queries({"list/": 18}.get(path, 12)) as few:
        client.get(f"/de/measures/{path}")

    Measure.objects.bulk_create(
        Measure(
            concept=concept,
            goal=measure.goal,
            number=f"1.{number}",
            number_key=number_key(f"1.{number}"),
            title_de="x",
            published_at=measure.published_at,
        )
        for number in range(299)
    )
    with django_assert_num_queries(len(few)):
        page = client.get(f"/de/measures/{path}")

    assert page.status_code == 200
    assert Measure.objects.count() == 300


def test_concept_shows_progress_by_field(office, client):
    concept = make_concept("2016")
    goal = make_goal(make_field(concept, 1, "Sprache"))
    make_field(concept, 2, "Noch leer")
    for number, status in enumerate(["running", "done", "planned", "paused", "running"]):
        make_measure(goal, f"1.1.{number}", status=status)

    chart = client.get("/en/measures/2016/").context["progress"]

    assert chart.title == "3 of 5 measures are running or done"
    assert [key for key, _label in chart.parts] == ["done", "running", "planned", "paused", "ended"]
    assert [(stack.label, stack.values) for stack in chart.stacks] == [
        ("1 Sprache", [1, 2, 1, 1, 0])
    ]


def test_public_pages_lead_on_to_figures_and_open_data(three, client):
    assert 'href="/de/measures/indicators/"' in client.get("/de/measures/").content.decode()

    page = client.get("/de/measures/2016/").content.decode()

    assert 'measures/export/2016.csv"' in page


def test_goals_without_measure_are_named_for_staff_only(office, client, client_of, editor):
    make_goal(make_field(make_concept("2016"), 4, "Arbeit"), 2, "Alle finden Arbeit.")

    public, staff = (
        visitor.get("/en/measures/2016/").content.decode()
        for visitor in (client, client_of(editor))
    )

    assert "Goals without a measure" not in public
    assert "Goals without a measure" in staff


def test_detail_shows_money_links_and_who_confirmed_it(office, client, measure):
    measure.confirmed_on, measure.confirmed_by = date(2026, 5, 14), "Muster Lead"
    measure.internal_notes = "Nur für uns"
    measure.save()
    measure.funding_sources.create(name="Landesprogramm", amount=12500, ends_on=date(2027, 6, 30))
    measure.attachments.create(title_de="Anmeldung", url="https://example.org/anmeldung")

    page = client.get("/en/measures/2016/1.1.1/").content.decode()

    assert "Landesprogramm" in page
    assert "<bdi>12,500 €</bdi>" in page
    assert "until June 30, 2027" in page
    assert 'href="https://example.org/anmeldung"' in page
    assert "Last confirmed on May 14, 2026 by" in page
    assert "Nur für uns" not in page


def test_detail_shows_the_whole_line_from_field_to_evaluation(three, client):
    page = client.get("/en/measures/2016/1.1.1/").content.decode()

    assert "Sprachpartnerschaften" in page
    assert "Alle finden einen Kurs." in page
    assert "to be modified" in page
    assert "work is going on" in page
    assert page.index("2017") < page.index("proved itself")


def test_detail_draws_an_indicator_over_the_years_and_tells_a_single_one(office, client, measure):
    several, single = (make_indicator(slug, measure=measure) for slug in ("several", "single"))
    make_indicator("empty", measure=measure)
    for year, value in ((2016, 35), (2017, 40)):
        IndicatorValue.objects.create(indicator=several, year=year, value=value, whole=511)
    IndicatorValue.objects.create(indicator=single, year=2017, value=149)

    response = client.get("/en/measures/2016/1.1.1/")

    charts = {row.indicator.slug: row.chart for row in response.context["indicators"]}
    assert list(charts) == ["several", "single"]
    assert [bar.in_table for bar in charts["several"].bars] == [
        "35 of 511 (6.8 %)",
        "40 of 511 (7.8 %)",
    ]
    assert charts["single"] is None


def test_detail_marks_a_german_text_for_other_readers(three, client):
    page = client.get("/ar/measures/2016/2.1.1/").content.decode()

    assert '<span lang="de" dir="ltr">Maßnahme 2.1.1</span>' in page


@pytest.mark.parametrize("path", ["", "list/", "2016/", "2016/1.1.1/", "check-up/"])
def test_public_pages_change_nothing(three, path):
    client = Client(enforce_csrf_checks=True)

    assert client.post(f"/de/measures/{path}").status_code == 403
    assert client.get(f"/de/measures/{path}").status_code == 200


def test_empty_portal_says_so(office, client):
    assert "No concept has been published yet" in client.get("/en/measures/").content.decode()
    assert "There has been no Check Up yet" in client.get("/en/measures/check-up/").content.decode()
