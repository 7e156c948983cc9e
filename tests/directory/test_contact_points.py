from datetime import time

import pytest

from directory.models import Language, OpeningHours, Organisation, Topic


@pytest.fixture
def arabic(db):
    return Language.objects.create(tag="ar", name_de="Arabisch", name_ar="العربية")


@pytest.fixture
def housing(db):
    return Topic.objects.create(slug="wohnen", name_de="Wohnen")


def names(response):
    return [place.name_de for place, _state in response.context["places"]]


def test_list_hides_drafts_from_the_public(client, office, make_place):
    make_place("offen")
    make_place("entwurf", public=False)

    response = client.get("/de/contact-points/")

    assert names(response) == ["Offen"]


def test_detail_of_a_draft_is_for_staff_only(client, client_of, editor, office, make_place):
    make_place("entwurf", public=False)

    assert client.get("/de/contact-points/entwurf/").status_code == 404
    assert client_of(editor).get("/de/contact-points/entwurf/").status_code == 200


def test_list_narrows_by_topic_language_and_steps(client, office, make_place, arabic, housing):
    both = make_place("beides", is_step_free=True)
    both.topics.add(housing)
    both.languages.add(arabic)
    make_place("stufen", is_step_free=False).topics.add(housing)
    make_place("unbekannt").languages.add(arabic)

    assert names(client.get("/de/contact-points/?topic=wohnen")) == ["Beides", "Stufen"]
    assert names(client.get("/de/contact-points/?language=ar")) == ["Beides", "Unbekannt"]
    assert names(client.get("/de/contact-points/?step_free=on")) == ["Beides"]
    assert names(client.get("/de/contact-points/?topic=gibt-es-nicht")) == [
        "Beides",
        "Stufen",
        "Unbekannt",
    ]


def test_list_finds_german_words_for_an_arabic_visitor(client, office, make_place):
    make_place("amt", name_de="Ausländerbehörde", name_ar="مكتب الهجرة")
    make_place("arzt", name_de="Arzt", name_ar="طبيب")

    assert names(client.get("/ar/contact-points/?q=auslaenderbehoerde")) == ["Ausländerbehörde"]
    assert names(client.get("/ar/contact-points/?q=الهجره")) == ["Ausländerbehörde"]


def test_list_is_ordered_by_the_name_that_is_read(client, office, make_place):
    make_place("a", name_de="Amt", name_en="Zoo")
    make_place("b", name_de="Bank")

    assert names(client.get("/de/contact-points/")) == ["Amt", "Bank"]
    assert names(client.get("/en/contact-points/")) == ["Bank", "Amt"]


@pytest.mark.parametrize("number", [1, 3])
def test_list_asks_the_same_number_of_queries(
    client, office, make_place, arabic, housing, django_assert_num_queries, number
):
    for index in range(number):
        place = make_place(f"amt-{index}", street="Weg 1", locality="Musterstadt")
        place.topics.add(housing)
        place.languages.add(arabic)
        OpeningHours.objects.create(
            contact_point=place, weekday=0, opens_at=time(9), closes_at=time(12)
        )

    with django_assert_num_queries(8):
        client.get("/de/contact-points/")


def test_detail_isolates_phone_mail_and_address_in_arabic(client, office, make_place):
    make_place(
        phone="0461 555-0123", email="amt@example.org", street="Rathausplatz 1", postal_code="24937"
    )

    html = client.get("/ar/contact-points/amt/").content.decode()

    assert (
        '<a class="kern-link" href="tel:04615550123"><bdi dir="ltr">0461 555-0123</bdi></a>' in html
    )
    assert '<bdi dir="ltr">amt@example.org</bdi>' in html
    assert '<bdi dir="ltr">Rathausplatz 1</bdi>' in html


def test_detail_gives_a_german_text_its_language_and_direction_in_arabic(
    client, office, make_place
):
    make_place(name_de="Amt", name_ar="مكتب", summary_de="Hilfe.", description_de="Bitte klingeln.")

    html = client.get("/ar/contact-points/amt/").content.decode()

    assert '<html lang="ar" dir="rtl">' in html
    assert '<h1 class="page-head__title">مكتب</h1>' in html
    assert '<span lang="de" dir="ltr">Hilfe.</span>' in html
    assert '<div lang="de" dir="ltr"><p>Bitte klingeln.</p>' in html


def test_detail_shows_every_day_and_what_is_known(client, office, make_place, arabic):
    place = make_place(
        organisation=Organisation.objects.create(slug="stadt", name="Stadt Muster"),
        is_step_free=True,
        has_accessible_toilet=False,
        needs_appointment=True,
    )
    place.languages.add(arabic)
    OpeningHours.objects.create(
        contact_point=place, weekday=2, opens_at=time(8, 30), closes_at=time(12)
    )

    response = client.get("/en/contact-points/amt/")
    html = response.content.decode()

    assert [day.spans for day in response.context["week"]] == [
        [],
        [],
        [(time(8, 30), time(12))],
        [],
        [],
        [],
        [],
    ]
    assert '<bdi dir="ltr" class="nowrap">08:30–12:00</bdi>' in html
    assert "Only with an appointment." in html
    assert "/en/interpreters/" in html


@pytest.mark.parametrize("number", [1, 3])
def test_detail_asks_the_same_number_of_queries(
    client, office, make_place, django_assert_num_queries, number
):
    place = make_place()
    for index in range(number):
        place.languages.add(Language.objects.create(tag=f"l{index}a", name_de=f"Sprache {index}"))
        place.topics.add(Topic.objects.create(slug=f"t{index}", name_de=f"Thema {index}"))
        OpeningHours.objects.create(
            contact_point=place, weekday=index, opens_at=time(9), closes_at=time(12)
        )

    with django_assert_num_queries(5):
        client.get("/de/contact-points/amt/")
