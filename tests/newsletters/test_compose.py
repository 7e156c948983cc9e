from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from model_bakery import baker

from measures.models import ActionField, Concept, Goal, Measure
from newsletters.compose import compose_by_hand, compose_due, compose_issue, slot_name
from newsletters.gather import first_paragraph
from newsletters.models import Issue, IssueItem
from roundtable.models import Body, Meeting
from tests.newsletters.making import NOW, make_issue, make_item, make_newsletter, make_slot
from welcome.models import Announcement, Event

DUE = NOW + timedelta(days=2)


def make_event(**fields):
    values = {"title_de": "Fest", "starts_at": DUE + timedelta(days=3), "published_at": NOW}
    return baker.make(Event, **values | fields)


def make_meeting(**fields):
    values = {"starts_at": DUE + timedelta(days=5), "published_at": NOW, "is_public": True}
    body = baker.make(Body, name_de="Runder Tisch", is_internal=fields.pop("is_internal", False))
    return baker.make(Meeting, body=body, **values | fields)


def make_measure(**fields):
    concept = baker.make(
        Concept, period_from=2016, period_to=2022, published_at=NOW, slug="konzept"
    )
    field = baker.make(ActionField, concept=concept, number=1)
    goal = baker.make(Goal, action_field=field, number=1)
    values = {"title_de": "Lotsen", "number": "1.1", "published_at": NOW}
    return baker.make(Measure, goal=goal, **values | fields)


def told(issue):
    items = issue.items.order_by("kind", "position")
    return [(item.kind, item.title_de) for item in items if item.is_included]


def compose(newsletter, key="2026-W48", due=DUE, now=NOW):
    return compose_issue(newsletter, slot=make_slot(key, due), now=now)


def test_compose_gathers_what_is_public_and_coming(newsletter):
    event = make_event(title_ar="حفلة", summary_de="Im Park", place="Norderhofenden 1")
    make_meeting()
    make_measure(description_de="Lotsen helfen.\n\nMehr dazu.")
    baker.make(
        Announcement,
        slug="zu",
        title_de="Geschlossen",
        text_de="Am Freitag.",
        published_at=NOW,
        shown_from=NOW.date(),
    )

    issue = compose(newsletter)

    assert told(issue) == [
        ("announcement", "Geschlossen"),
        ("event", "Fest"),
        ("measure", "Lotsen"),
        ("meeting", "Runder Tisch"),
    ]
    item = issue.items.get(kind="event")
    assert (item.title_ar, item.text_de, item.place) == ("حفلة", "Im Park", "Norderhofenden 1")
    assert (item.source_id, item.starts_at) == (event.pk, event.starts_at)
    assert item.url == f"/de/events/{event.slug}/"
    assert issue.items.get(kind="measure").text_de == "Lotsen helfen."


def test_compose_leaves_out_what_outsiders_may_not_see(newsletter):
    make_event(published_at=None)
    make_event(starts_at=DUE - timedelta(hours=1), ends_at=None)
    make_event(starts_at=DUE + timedelta(days=15))
    make_meeting(published_at=None)
    make_meeting(is_public=False)
    make_meeting(is_internal=True)
    make_measure(published_at=None)

    assert told(compose(newsletter)) == []


def test_compose_takes_only_the_newsletters_sections(newsletter):
    newsletter.sections = ["meeting"]
    newsletter.save()
    make_event()
    make_meeting()

    assert told(compose(newsletter)) == [("meeting", "Runder Tisch")]


def test_compose_tells_of_a_cancellation_only_whom_it_told_of_the_event(newsletter):
    known, unknown = make_event(title_de="Bekannt"), make_event(title_de="Unbekannt")
    known.cancel(at=NOW)
    unknown.cancel(at=NOW)
    earlier = make_issue(newsletter, slot="2026-W47", due=NOW - timedelta(days=5))
    make_item(earlier, kind="event", source_id=known.pk)

    issue = compose(newsletter)

    assert told(issue) == [("event", "Bekannt")]
    assert issue.items.get().is_cancelled


def test_compose_tells_an_announcement_once(newsletter):
    notice = baker.make(
        Announcement, slug="zu", title_de="Neu", published_at=NOW, shown_from=NOW.date()
    )
    earlier = make_issue(newsletter, slot="2026-W47", due=NOW - timedelta(days=5))
    make_item(earlier, kind="announcement", source_id=notice.pk)

    assert told(compose(newsletter)) == []


def test_compose_keeps_more_than_fits_but_leaves_it_out(newsletter):
    for number in range(12):
        make_event(title_de=f"Fest {number}")

    issue = compose(newsletter)

    assert (issue.items.count(), issue.items.included().count()) == (12, 10)


def test_compose_twice_gives_the_same_issue_untouched(newsletter):
    make_event()
    first = compose(newsletter)
    make_event()

    second = compose(newsletter)

    assert second == first
    assert IssueItem.objects.count() == 1


def test_compose_writes_a_subject_in_every_language(newsletter):
    issue = compose(newsletter)

    assert issue.subject_de.startswith("Verteiler Zusammenleben: ")
    assert issue.subject_ar.startswith("Verteiler Zusammenleben: ")


@pytest.mark.django_db(transaction=True)
def test_compose_by_two_workers_at_once_makes_one_whole_issue():
    newsletter = make_newsletter()
    make_event()
    at_once = Barrier(4)

    def compose_in_thread(_number):
        try:
            at_once.wait()
            issue = compose(newsletter)
            return issue.pk, issue.items.count()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        results = set(pool.map(compose_in_thread, range(4)))

    assert results == {(Issue.objects.get().pk, 1)}


def test_compose_due_lays_out_each_slot_once(newsletter):
    make_newsletter("ruht", is_active=False)
    make_newsletter("selten", rhythm="manual")
    early = NOW - timedelta(hours=2, minutes=1)

    assert compose_due(now=early) == []
    [issue] = compose_due(now=NOW)
    assert compose_due(now=NOW + timedelta(minutes=1)) == []
    assert (issue.newsletter, issue.slot, issue.scheduled_for.hour) == (newsletter, "2026-W48", 8)


def test_compose_due_after_a_breakdown_only_within_the_late_hours(newsletter):
    due = NOW.replace(hour=8) + timedelta(days=2)

    assert compose_due(now=due + timedelta(hours=12, minutes=1)) == []
    assert len(compose_due(now=due + timedelta(hours=12))) == 1


def test_compose_due_does_not_repeat_a_dropped_issue(newsletter):
    [issue] = compose_due(now=NOW)
    Issue.objects.filter(pk=issue.pk).update(state="cancelled")

    assert compose_due(now=NOW) == []


def test_compose_by_hand_takes_the_day_as_slot_and_is_safe_to_repeat(newsletter):
    issue = compose_by_hand(newsletter, now=NOW)

    assert issue.slot == "2026-11-23"
    assert compose_by_hand(newsletter, now=NOW + timedelta(seconds=1)) == issue


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("2026-W08", "week 8 of 2026"),
        ("2026-Q4", "quarter 4 of 2026"),
        ("2026-11-23", "Nov. 23, 2026"),
    ],
)
def test_slot_name_is_readable(key, name):
    from django.utils.translation import override

    with override("en"):
        assert slot_name(key) == name


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("", ""),
        ("# Titel\r\n\r\nErster Absatz.\r\n\r\nZweiter.", "Erster Absatz."),
        ("wort " * 100, ("wort " * 64).strip() + " …"),
    ],
)
def test_first_paragraph_is_short_and_whole_words(text, first):
    assert first_paragraph(text) == first
