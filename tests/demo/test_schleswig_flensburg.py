"""A second office from data alone: nothing about the first one is built in."""

import pytest
from django.urls import reverse
from django.utils import timezone

from directory.models import Office, Organisation
from kit_portal.office_data.load import load_office
from measures.models import ActionField, Concept
from newsletters.models import Newsletter
from roundtable.models import Body

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("schleswig")]

FIRST_OFFICE_ONLY = (
    "Stadt Flensburg",
    "Rathausplatz",
    "Runder Tisch für Integration",
    "Verteiler Zusammenleben",
    "Zusammenleben in Flensburg",
    "Koordinierungsstelle für Integration und Teilhabe",
    "#14507a",
)


def test_office_has_its_own_name_and_key():
    office = Office.objects.current()

    assert office.short_name == "KITZ"
    assert office.municipality == "Kreis Schleswig-Flensburg"
    assert office.municipality_key == "01059"


def test_concept_has_the_nine_action_fields():
    titles = ActionField.objects.order_by("number").values_list("title_de", flat=True)

    assert [concept.title_de for concept in Concept.objects.all()] == ["Wir sind Vielfalt"]
    assert list(titles) == [
        *("Wohnen", "Sprache", "Arbeit", "Ausbildung", "Gesundheit"),
        *("Demokratie, Kultur und Werte", "Vereine", "Frauen", "Interkulturelle Öffnung"),
    ]


def test_other_offices_bodies_and_lists_do_not_exist():
    assert not Body.objects.exists()
    assert [newsletter.slug for newsletter in Newsletter.objects.all()] == ["kitz-rundbrief"]
    assert not Organisation.objects.filter(slug="stadt-flensburg").exists()


def test_loading_twice_changes_nothing(schleswig):
    assert load_office(schleswig.folder, now=schleswig.now).is_unchanged


@pytest.mark.parametrize("language", ["de", "ar"])
def test_no_page_speaks_of_the_first_office(walk, language):
    pages = walk(f"/{language}/", at_most=40)

    found = [
        (page, word) for page, text in pages.items() for word in FIRST_OFFICE_ONLY if word in text
    ]

    assert found == []
    assert len(pages) > 20


def test_own_colours_reach_the_style_sheet(client):
    css = client.get(reverse("theme")).content.decode()

    assert "#2c6340" in css
    assert "#14507a" not in css


def test_home_page_says_what_there_is(client):
    with timezone.override("Europe/Berlin"):
        page = client.get("/de/").content.decode()

    assert "Koordinierungsstelle für Integration, Teilhabe und Zusammenhalt" in page
    assert "Förderung für Vereine" in page
