from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError
from django.utils import timezone

from directory.models import ContactPoint, Language, Topic
from welcome.models import Announcement, Event

NOON = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)  # Monday, 12:00 in Berlin


def slugs(events):
    return [event.slug for event in events]


def test_event_cannot_end_before_it_starts(make_event):
    with pytest.raises(IntegrityError):
        make_event(starts_at=NOON, ends_at=NOON - timedelta(minutes=1))


def test_coming_begins_with_what_is_still_going_on(make_event):
    make_event("laeuft", starts_at=NOON - timedelta(hours=1), ends_at=NOON + timedelta(hours=1))
    make_event("vorbei", starts_at=NOON - timedelta(hours=2), ends_at=NOON - timedelta(minutes=1))
    make_event("ohne-ende", starts_at=NOON - timedelta(minutes=1))
    make_event("bald", starts_at=NOON + timedelta(days=2))
    make_event("weit", starts_at=NOON + timedelta(days=9))

    assert slugs(Event.objects.coming(NOON)) == ["laeuft", "bald", "weit"]
    assert slugs(Event.objects.coming(NOON, NOON + timedelta(days=9))) == ["laeuft", "bald"]
    assert slugs(Event.objects.past(NOON)) == ["ohne-ende", "vorbei"]


def test_event_of_a_whole_day_lasts_until_midnight_in_berlin(make_event):
    morning = datetime(2026, 3, 1, 23, 0, tzinfo=UTC)  # 2 March, 0:00 in Berlin
    make_event("ganztags", starts_at=morning, all_day=True)

    assert slugs(Event.objects.coming(NOON)) == ["ganztags"]
    assert slugs(Event.objects.past(NOON)) == []
    assert slugs(Event.objects.coming(morning + timedelta(days=1))) == []
    assert slugs(Event.objects.past(morning + timedelta(days=1))) == ["ganztags"]


def test_every_event_is_either_coming_or_past(make_event):
    for hours in range(-30, 30, 5):
        start = NOON + timedelta(hours=hours)
        make_event(f"ohne-{hours + 30}", starts_at=start)
        make_event(f"mit-{hours + 30}", starts_at=start, ends_at=start + timedelta(hours=7))
        make_event(f"tag-{hours + 30}", starts_at=start, all_day=True)

    coming, past = set(Event.objects.coming(NOON)), set(Event.objects.past(NOON))

    assert coming & past == set()
    assert coming | past == set(Event.objects.all())


def test_visible_and_coming_go_together_for_newsletters(make_event):
    make_event("offen", starts_at=NOON + timedelta(days=1))
    make_event("entwurf", starts_at=NOON + timedelta(days=1), public=False)

    found = Event.objects.visible_to(AnonymousUser()).coming(NOON, NOON + timedelta(days=7))

    assert slugs(found) == ["offen"]


def test_cancel_keeps_the_first_moment(make_event):
    event = make_event()
    event.cancel(at=NOON)
    event.cancel(at=NOON + timedelta(days=1))

    event.refresh_from_db()
    assert event.cancelled_at == NOON


def test_list_groups_by_month_of_the_local_clock(client, office, make_event):
    make_event("silvester", starts_at=datetime(2999, 12, 31, 23, 30, tzinfo=UTC))

    assert "January 3000" in client.get("/en/events/").content.decode()


def test_list_narrows_by_topic_language_and_price(client, office, make_event):
    turkish = Language.objects.create(tag="tr", name_de="Türkisch")
    sport = Topic.objects.create(slug="sport", name_de="Sport")
    make_event("alles", is_free=True).languages.add(turkish)
    make_event("teuer", is_free=False).topics.add(sport)

    assert slugs(client.get("/de/events/?topic=sport").context["page"]) == ["teuer"]
    assert slugs(client.get("/de/events/?language=tr").context["page"]) == ["alles"]
    assert slugs(client.get("/de/events/?free=on").context["page"]) == ["alles"]


def test_list_and_archive_share_the_events(client, office, make_event):
    make_event("bald")
    make_event("war", starts_at=timezone.now() - timedelta(days=3))
    make_event("entwurf", public=False)

    assert slugs(client.get("/de/events/").context["page"]) == ["bald"]
    assert slugs(client.get("/de/events/past/").context["page"]) == ["war"]


def test_draft_event_is_for_staff_only_in_every_format(client, client_of, editor, make_event):
    make_event("entwurf", public=False)

    for path in ("/de/events/entwurf/", "/de/events/entwurf.ics"):
        assert client.get(path).status_code == 404
        assert client_of(editor).get(path).status_code == 200


def test_detail_says_that_an_event_is_cancelled(client, office, make_event):
    make_event(cancelled_at=timezone.now())

    assert "This event is cancelled" in client.get("/en/events/fest/").content.decode()


def test_detail_takes_the_place_from_the_contact_point(client, office, make_event):
    place = ContactPoint.objects.create(
        slug="biblio", name_de="Bibliothek", street="Weg 4", postal_code="24937", locality="Muster"
    )
    make_event(contact_point=place)

    html = client.get("/de/events/fest/").content.decode()

    assert '<bdi dir="ltr" lang="de">Bibliothek, Weg 4, 24937 Muster</bdi>' in html
    assert "/contact-points/biblio/" not in html  # not public itself


@pytest.mark.parametrize("number", [1, 3])
def test_list_asks_the_same_number_of_queries(
    client, office, make_event, django_assert_num_queries, number
):
    turkish = Language.objects.create(tag="tr", name_de="Türkisch")
    sport = Topic.objects.create(slug="sport", name_de="Sport")
    place = ContactPoint.objects.create(slug="biblio", name_de="Bibliothek")
    for index in range(number):
        event = make_event(f"fest-{index}", contact_point=place)
        event.languages.add(turkish)
        event.topics.add(sport)

    with django_assert_num_queries(7):
        client.get("/de/events/")


def test_current_announcements_are_those_of_the_local_day(make_announcement):
    today = timezone.localdate(NOON)
    make_announcement("heute", shown_from=today, shown_until=today)
    make_announcement("gestern", shown_from=today - timedelta(3), shown_until=today - timedelta(1))
    make_announcement("morgen", shown_from=today + timedelta(1))
    make_announcement("entwurf", shown_from=today, public=False)
    visible = Announcement.objects.visible_to(AnonymousUser())

    assert slugs(visible.current(NOON)) == ["heute"]
    assert slugs(visible.current(NOON - timedelta(hours=13))) == ["gestern"]


def test_announcement_cannot_end_before_it_starts(make_announcement):
    today = timezone.localdate()

    with pytest.raises(IntegrityError):
        make_announcement(shown_from=today, shown_until=today - timedelta(days=1))


@pytest.mark.parametrize("number", [1, 3])
def test_announcements_ask_the_same_number_of_queries(
    client, office, make_announcement, django_assert_num_queries, number
):
    for index in range(number):
        make_announcement(f"neu-{index}", text_de="**Text**")

    with django_assert_num_queries(3):
        client.get("/de/announcements/")
