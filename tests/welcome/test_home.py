import gzip
from datetime import timedelta

import pytest
from django.utils import timezone

from measures.models import Concept, Indicator, IndicatorValue
from roundtable.models import Body, Meeting
from welcome.models import Figure

QUERIES = 6  # office, pages, announcements, events, meeting, figures


@pytest.fixture
def make_figure(db):
    concept = Concept.objects.create(
        slug="k1", title_de="Konzept", period_from=2016, period_to=2022
    )

    def make(label, *, values, is_public=True, position=0):
        indicator = Indicator.objects.create(
            slug=label.lower(), concept=concept, name_de=label, is_public=is_public
        )
        for year, value in values.items():
            IndicatorValue.objects.create(indicator=indicator, year=year, value=value)
        return Figure.objects.create(indicator=indicator, label_de=label, position=position)

    return make


@pytest.fixture
def make_meeting(db):
    def make(name, *, days, **fields):
        body = Body.objects.create(slug=name.lower(), name_de=name)
        now = timezone.now()
        return Meeting.objects.create(
            body=body, starts_at=now + timedelta(days=days), published_at=now, **fields
        )

    return make


def test_home_welcomes_to_the_place(client, office):
    html = client.get("/en/").content.decode()

    assert '<h1 class="hero__title">Welcome to Flensburg</h1>' in html


def test_home_works_before_the_office_is_entered(client, db):
    assert client.get("/de/").status_code == 200


def test_home_shows_top_pages_that_are_public_and_chosen(client, office, make_page):
    top = make_page("oben", show_on_home=True)
    make_page("unten", show_on_home=True, parent=top)
    make_page("entwurf", show_on_home=True, public=False)
    make_page("nicht-gewaehlt")

    response = client.get("/de/")

    assert [page.slug for page in response.context["tiles"]] == ["oben"]


def test_home_shows_the_same_to_staff_as_to_everybody(client_of, editor, office, make_page):
    make_page("entwurf", show_on_home=True, public=False)

    assert client_of(editor).get("/de/").context["tiles"] == []


def test_home_shows_coming_events_that_take_place(client, office, make_event):
    now = timezone.now()
    make_event("spaeter", starts_at=now + timedelta(days=9))
    make_event("bald", starts_at=now + timedelta(days=1))
    make_event("vorbei", starts_at=now - timedelta(days=1))
    make_event("entfaellt", cancelled_at=now)
    make_event("entwurf", public=False)

    response = client.get("/de/")

    assert [event.slug for event in response.context["events"]] == ["bald", "spaeter"]


def test_home_puts_urgent_announcements_first_and_leaves_old_ones_out(
    client, office, make_announcement
):
    today = timezone.localdate()
    make_announcement("alt", shown_from=today - timedelta(9), shown_until=today - timedelta(1))
    make_announcement("neu", shown_from=today)
    make_announcement("dringend", shown_from=today - timedelta(2), is_urgent=True)
    make_announcement("kuenftig", shown_from=today + timedelta(1))

    response = client.get("/de/")

    assert [one.slug for one in response.context["announcements"]] == ["dringend", "neu"]
    assert response.content.decode().count("/de/announcements/#dringend") == 2


def test_home_names_the_next_public_meeting(client, office, make_meeting):
    make_meeting("Vorbei", days=-1)
    make_meeting("Vorstand", days=1, is_public=False)
    make_meeting("Tisch", days=5)
    make_meeting("Danach", days=9)

    assert client.get("/de/").context["meeting"].body_name_de == "Tisch"


def test_home_shows_the_latest_value_of_public_figures(client, office, make_figure):
    make_figure("Einsätze", values={2016: 400, 2017: 436}, position=2)
    make_figure("Nationen", values={2017: 149}, position=1)
    make_figure("Ohne", values={})
    make_figure("Geheim", values={2017: 5}, is_public=False)

    figures = client.get("/de/").context["figures"]

    assert [(one.label_de, one.value, one.year) for one in figures] == [
        ("Nationen", 149, 2017),
        ("Einsätze", 436, 2017),
    ]


def test_home_links_to_itself_in_every_language(client, office, settings):
    html = client.get("/ar/").content.decode()

    for code, name in settings.LANGUAGES:
        link = f'<a class="language-chips__link" href="/{code}/" lang="{code}"'
        assert html.count(link) == 1, name


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize("language", ["de", "ar"])
def test_home_asks_the_same_number_of_queries(
    client,
    office,
    make_page,
    make_event,
    make_announcement,
    make_figure,
    make_meeting,
    django_assert_num_queries,
    number,
    language,
):
    for index in range(number):
        make_page(f"seite-{index}", show_on_home=True)
        make_event(f"fest-{index}", place="Rathaus")
        make_announcement(f"neu-{index}")
        make_figure(f"Zahl{index}", values={2016: 1, 2017: 2})
        make_meeting(f"Tisch{index}", days=index + 1, place="Rathaus")

    with django_assert_num_queries(QUERIES):
        client.get(f"/{language}/")


def test_home_is_light(client, office, make_page, make_event, make_announcement):
    for index in range(12):
        make_page(f"seite-{index}", show_on_home=True, summary_de="Ein Satz, der erklärt. " * 5)
        make_event(f"fest-{index}", place="Stadtbibliothek, Süderhofenden 40")
        make_announcement(f"neu-{index}")

    html = client.get("/ar/").content

    assert len(gzip.compress(html)) < 12 * 1024
