from datetime import UTC, date, datetime, timedelta

import pytest
from defusedxml import ElementTree

from measures.models import Evaluation, Measure, Milestone
from tests.measures.factories import (
    add_evaluation,
    make_concept,
    make_field,
    make_goal,
    make_measure,
)

ATOM = "{http://www.w3.org/2005/Atom}"
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def entries(client, language="en"):
    response = client.get(f"/{language}/measures/feed/")
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    return [
        {part.tag.removeprefix(ATOM): part.text or part.get("href") for part in entry}
        for entry in ElementTree.fromstring(response.content).iter(f"{ATOM}entry")
    ]


def happened(rows, at):
    rows.update(modified_at=at)


@pytest.fixture
def one(office, measure):
    happened(Measure.objects.filter(pk=measure.pk), NOW - timedelta(days=9))
    return measure


def test_entry_has_what_a_reader_needs(one, client):
    (entry,) = entries(client)

    assert entry["title"] == "1.1.1 Maßnahme 1.1.1"
    assert entry["link"] == "https://portal.example.org/en/measures/2016/1.1.1/"
    assert entry["updated"] == "2026-11-11T12:00:00+00:00"
    assert entry["id"].startswith("tag:portal.example.org,")


def test_entry_keeps_its_id_when_number_and_title_change(one, client):
    (before,) = entries(client)
    one.number, one.title_de = "9.9", "Anders"
    one.save()

    (after,) = entries(client)

    assert (after["id"], after["title"]) == (before["id"], "9.9 Anders")
    assert entries(client, "de")[0]["id"] != after["id"]


def test_feed_says_what_happened_last(one, client):
    said = [entries(client)[0]["summary"]]
    add_evaluation(one, 2017, "proved")
    happened(Evaluation.objects.all(), NOW - timedelta(days=5))
    said.append(entries(client)[0]["summary"])
    one.milestones.create(title_de="Eröffnet", reached_on=date(2026, 11, 1))
    one.milestones.create(title_de="Steht noch aus")
    happened(Milestone.objects.all(), NOW - timedelta(days=3))
    said.append(entries(client)[0]["summary"])
    # A publication, which also touches the measure itself.
    Measure.objects.update(published_at=NOW, modified_at=NOW)
    said.append(entries(client)[0]["summary"])

    assert said == [
        "The text or the facts were edited.",
        "Evaluated for 2017: proved itself",
        "Milestone reached: Eröffnet",
        "The measure was published.",
    ]


def test_feed_has_the_last_change_first_and_no_draft(one, client, client_of, lead):
    make_measure(one.goal, "1.1.2", title_de="Entwurf", published=False)
    draft = make_goal(make_field(make_concept("2023", published=False)))
    make_measure(draft, "1.1.3", title_de="Verfrüht")
    make_measure(one.goal, "1.1.4")

    for visitor in (client, client_of(lead)):
        assert [entry["title"].split()[0] for entry in entries(visitor)] == ["1.1.4", "1.1.1"]


def test_list_page_names_the_feed(one, client):
    page = client.get("/en/measures/list/").content.decode()

    assert '<link rel="alternate" type="application/atom+xml" href="/en/measures/feed/"' in page


def test_feed_of_an_empty_portal_is_a_feed(office, client):
    assert entries(client) == []
