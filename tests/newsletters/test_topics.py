"""Topics: who leaves out kinds of news gets a letter without them, and no empty one."""

from datetime import date

import pytest
from django.core import mail
from hypothesis import given
from hypothesis import strategies as st

from newsletters.delivery import deliver_issue
from newsletters.models import RenderedBody, Subscriber
from newsletters.models.newsletter import SECTIONS
from newsletters.models.subscriber import sections_key
from newsletters.release import release_issue
from newsletters.topics import Choices
from tests.newsletters.making import NOW, make_issue, make_item, make_reader, start, states

TOMORROW = date(2026, 11, 24)


def choose(reader, **fields):
    Subscriber.objects.filter(pk=reader.pk).update(**fields)


@pytest.fixture
def issue(newsletter):
    issue = make_issue(newsletter, due=NOW)
    make_item(issue, title_de="Sprachcafé", kind="event")
    make_item(issue, title_de="Neue Maßnahme", kind="measure")
    return issue


@given(st.lists(st.sampled_from(list(SECTIONS))))
def test_sections_key_is_the_same_for_the_same_kinds(sections):
    key = sections_key(sections)

    assert sections_key(reversed(sections)) == key
    assert set(key.split()) == set(sections)


def send(issue, user):
    release_issue(issue, by=user, now=NOW, send_at=NOW)
    issue.state = "sending"
    issue.save()
    deliver_issue(issue, clock=lambda: NOW)
    return {message.to[0]: message.body for message in mail.outbox}


def test_reader_gets_the_letter_without_what_is_left_out(newsletter, newsletter_desk, issue):
    make_reader("alles@example.org", newsletter)
    choose(make_reader("ohne@example.org", newsletter), omits="event")

    bodies = send(issue, newsletter_desk)

    assert "Sprachcafé" in bodies["alles@example.org"]
    assert "Sprachcafé" not in bodies["ohne@example.org"]
    assert "Neue Maßnahme" in bodies["ohne@example.org"]


def test_reader_gets_no_empty_letter(newsletter, newsletter_desk, issue):
    make_reader("alles@example.org", newsletter)
    choose(make_reader("nichts@example.org", newsletter), omits="event measure")

    bodies = send(issue, newsletter_desk)

    assert list(bodies) == ["alles@example.org"]
    assert (issue.audience_count, states(issue)) == (1, {"sent": 1})


def test_only_choices_that_make_a_difference_are_rendered(newsletter, newsletter_desk, issue):
    make_reader("alles@example.org", newsletter)
    choose(make_reader("a@example.org", newsletter), omits="meeting")
    choose(make_reader("b@example.org", newsletter, language="ar"), omits="event meeting")
    choose(make_reader("c@example.org", newsletter, language="ar"), omits="event")

    release_issue(issue, by=newsletter_desk, now=NOW, send_at=NOW)

    extra = RenderedBody.objects.exclude(omits="").values_list("language", "omits")
    assert list(extra) == [("ar", "event")]
    assert list(issue.deliveries.order_by("pk").values_list("omits", flat=True)) == [
        *("", "", "event", "event"),
    ]


def test_choice_made_during_the_release_gets_the_whole_letter(newsletter, issue):
    choices = Choices(issue)
    choices.rendered(Subscriber.objects.all())

    assert choices.ready_key("de", "event") == ""


def test_who_pauses_on_the_day_of_sending_is_not_in_the_audience(newsletter, newsletter_desk):
    make_reader("da@example.org", newsletter)
    choose(make_reader("weg@example.org", newsletter), paused_until=TOMORROW)

    issue = start(newsletter, newsletter_desk)

    assert [one.subscriber.email for one in issue.deliveries.all()] == ["da@example.org"]


def test_who_begins_to_pause_after_the_release_gets_nothing(newsletter, newsletter_desk):
    reader = make_reader("weg@example.org", newsletter)
    issue = start(newsletter, newsletter_desk)
    choose(reader, paused_until=TOMORROW)

    deliver_issue(issue, clock=lambda: NOW)

    assert (states(issue), mail.outbox) == ({"skipped": 1}, [])


def test_pause_ends_by_itself_on_its_day(newsletter, newsletter_desk):
    choose(make_reader("da@example.org", newsletter), paused_until=date(2026, 11, 23))

    issue = start(newsletter, newsletter_desk)
    deliver_issue(issue, clock=lambda: NOW)

    assert states(issue) == {"sent": 1}
