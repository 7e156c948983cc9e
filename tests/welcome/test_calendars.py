from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
from django.utils import timezone

from directory.models import Topic

START = datetime(2026, 7, 3, 16, 0, tzinfo=UTC)


def entries(response):
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    return icalendar.Calendar.from_ical(response.content).walk("VEVENT")


def test_calendar_of_one_event_says_what_when_and_where(client, office, make_event):
    event = make_event(
        title_de="Fest",
        title_ar="مهرجان",
        starts_at=START,
        ends_at=START + timedelta(hours=2),
        place="Rathaus, Weg 1",
    )

    (entry,) = entries(client.get("/ar/events/fest.ics"))

    assert entry["UID"] == f"event-{event.pk}@portal.example.org"
    assert (entry["SUMMARY"], entry["SUMMARY"].params["LANGUAGE"]) == ("مهرجان", "ar")
    assert entry["LOCATION"] == "Rathaus, Weg 1"
    assert entry["URL"] == "https://portal.example.org/ar/events/fest/"
    assert entry["STATUS"] == "CONFIRMED"
    assert entry.decoded("DTSTART") == datetime(2026, 7, 3, 18, 0, tzinfo=ZoneInfo("Europe/Berlin"))
    assert entry.decoded("DTEND") == START + timedelta(hours=2)


def test_calendar_names_the_language_of_a_german_fallback(client, office, make_event):
    make_event(title_de="Fest")

    (entry,) = entries(client.get("/ar/events/fest.ics"))

    assert (entry["SUMMARY"], entry["SUMMARY"].params["LANGUAGE"]) == ("Fest", "de")


def test_calendar_of_whole_days_ends_the_day_after(client, office, make_event):
    make_event(
        starts_at=datetime(2026, 9, 19, 22, 0, tzinfo=UTC),
        ends_at=datetime(2026, 9, 26, 10, 0, tzinfo=UTC),
        all_day=True,
    )

    (entry,) = entries(client.get("/de/events/fest.ics"))

    assert entry.decoded("DTSTART") == date(2026, 9, 20)
    assert entry.decoded("DTEND") == date(2026, 9, 27)


def test_calendar_carries_its_time_zone(client, office, make_event):
    make_event(starts_at=START)

    calendar = icalendar.Calendar.from_ical(client.get("/de/events/fest.ics").content)

    assert [zone["TZID"] for zone in calendar.walk("VTIMEZONE")] == ["Europe/Berlin"]


def test_calendar_to_subscribe_to_is_what_everybody_may_see(client_of, editor, office, make_event):
    make_event("bald")
    make_event("entfaellt", cancelled_at=timezone.now())
    make_event("war", starts_at=timezone.now() - timedelta(days=3))
    make_event("entwurf", public=False)

    found = entries(client_of(editor).get("/en/events/calendar.ics"))

    assert {(one["SUMMARY"], one["STATUS"]) for one in found} == {
        ("Bald", "CONFIRMED"),
        ("Cancelled: Entfaellt", "CANCELLED"),
    }


def test_calendar_to_subscribe_to_can_be_narrowed(client, office, make_event):
    make_event("bald").topics.add(Topic.objects.create(slug="sport", name_de="Sport"))
    make_event("anderes")

    found = entries(client.get("/de/events/calendar.ics?topic=sport"))

    assert [one["SUMMARY"] for one in found] == ["Bald"]


@pytest.mark.parametrize("number", [1, 3])
def test_calendar_asks_the_same_number_of_queries(
    client, office, make_event, django_assert_num_queries, number
):
    for index in range(number):
        make_event(f"fest-{index}")

    with django_assert_num_queries(2):
        client.get("/de/events/calendar.ics")
