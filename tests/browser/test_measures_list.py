"""The list of measures with script: it changes in place, and the address with it."""

from datetime import UTC, datetime

import pytest

from directory.models import Office
from measures.models import ActionField, Concept, Goal, Measure

pytestmark = pytest.mark.django_db(transaction=True)
LIST = "/de/measures/list/"
HEADING, SEARCH = "#results h2", ".filters [name=q]"
BUTTON = ".filters__form [type=submit]"


@pytest.fixture
def measures():
    Office.objects.create(name="Stelle", municipality="Stadt")
    then = datetime(2016, 4, 1, tzinfo=UTC)
    concept = Concept.objects.create(
        slug="2016", title_de="Konzept", period_from=2016, period_to=2022, published_at=then
    )
    field = ActionField.objects.create(concept=concept, number=1, title_de="Sprache")
    goal = Goal.objects.create(action_field=field, number=1, text_de="Alle sprechen mit.")
    for number, (title, status) in enumerate(
        [("Vorlesen", "running"), ("Sprachkurs", "running"), ("Sprachfest", "done")], 1
    ):
        Measure.objects.create(
            goal=goal, number=f"1.1.{number}", title_de=title, status=status, published_at=then
        )


def shows(page, count):
    page.locator(f'{HEADING}:has-text("{count} ")').wait_for()


def test_choice_changes_the_list_in_place_and_keeps_the_focus(measures, page):
    page.goto(LIST)
    shows(page, 3)

    page.focus("[name=status]")
    page.select_option("[name=status]", "running")
    shows(page, 2)

    assert page.url.endswith(f"{LIST}?status=running")
    assert page.evaluate("document.activeElement.name") == "status"
    assert page.is_hidden(BUTTON)
    said = page.evaluate("document.querySelector('body > [role=status]').textContent")
    assert said == page.inner_text(HEADING)
    assert (
        page.get_attribute(".menu__list [lang=ar]", "href") == "/ar/measures/list/?status=running"
    )


def test_typing_narrows_and_the_back_button_widens_again(measures, page):
    page.goto(LIST)
    page.select_option("[name=status]", "running")
    shows(page, 2)

    page.focus(SEARCH)
    page.keyboard.type("sprach", delay=20)
    shows(page, 1)
    assert page.url.endswith(f"{LIST}?q=sprach&status=running")
    assert page.evaluate("document.activeElement.name") == "q"

    page.go_back()
    shows(page, 2)
    assert (page.input_value(SEARCH), page.input_value("[name=status]")) == ("", "running")

    page.go_back()
    shows(page, 3)
    assert page.input_value("[name=status]") == ""


def test_chip_takes_its_filter_away_and_the_count_is_read_next(measures, page):
    page.goto(f"{LIST}?q=sprach&status=running")

    page.locator("#results .chips a").first.click()
    shows(page, 2)

    assert page.url.endswith(f"{LIST}?status=running")
    assert page.evaluate("document.activeElement.matches('#results h2')")


def test_list_works_without_script(measures, new_page):
    page = new_page(java_script_enabled=False)
    page.goto(LIST)

    page.select_option("[name=status]", "done")
    page.click(BUTTON)

    assert page.url.endswith(f"{LIST}?status=done")
    assert page.locator(".teaser").count() == 1
