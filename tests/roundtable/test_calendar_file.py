from datetime import UTC, datetime

import pytest
from icalendar import Calendar

from roundtable.models import Meeting
from tests.roundtable.factories import make_item, make_meeting


@pytest.fixture
def meeting(table):
    return make_meeting(
        table,
        starts_at=datetime(2026, 6, 9, 16, 30, tzinfo=UTC),
        number=61,
        place="Bürgerhalle, Rathaus",
    )


def event_of(client, meeting):
    response = client.get(f"/de/round-table/meetings/{meeting.pk}/meeting.ics")
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    calendar = Calendar.from_ical(response.content)
    assert calendar["method"] == "PUBLISH"
    return calendar.walk("VEVENT")[0]


def test_calendar_file_says_when_and_where(client, office, meeting):
    event = event_of(client, meeting)

    assert event.decoded("dtstart") == datetime(2026, 6, 9, 16, 30, tzinfo=UTC)
    assert event.decoded("dtend") == datetime(2026, 6, 9, 19, 30, tzinfo=UTC)
    assert event["location"] == "Bürgerhalle, Rathaus"
    assert event["uid"] == f"meeting-{meeting.pk}@portal.example.org"
    assert event["url"].endswith(f"/de/round-table/meetings/{meeting.pk}/")


def test_calendar_file_keeps_its_uid_and_says_cancelled(client, office, meeting):
    before = event_of(client, meeting)
    Meeting.objects.update(state="cancelled")

    after = event_of(client, meeting)

    assert (before["status"], after["status"]) == ("CONFIRMED", "CANCELLED")
    assert before["uid"] == after["uid"]


def test_calendar_file_has_no_agenda(client_of, lead, office, meeting):
    make_item(meeting, part="non_public", title="CANARY")

    assert "CANARY" not in str(event_of(client_of(lead), meeting).to_ical())
