"""The yearly round in a real browser: three clicks for the office, a phone for a participant."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone

from measures.models import Evaluation, EvaluationReply
from tests.conftest import PASSWORD
from tests.measures.factories import (
    add_evaluation,
    add_participant,
    make_concept,
    make_field,
    make_goal,
    make_indicator,
    make_measure,
    make_organisation,
    make_reply,
    make_request,
)

pytestmark = pytest.mark.django_db(transaction=True)
YEAR = timezone.localdate().year - 1


@pytest.fixture
def measures(office):
    goal = make_goal(make_field(make_concept(period_to=None)))
    return [make_measure(goal, number) for number in ("1", "2", "3")]


@pytest.fixture
def asked(measures):
    library = make_organisation("library", "Stadtbibliothek", email="bib@example.org")
    for measure in measures:
        add_participant(measure, library, "lead")
        add_evaluation(measure, YEAR - 1, "modify", reasoning_de="Zu wenige Plätze.")
    make_indicator("share", measure=measures[0], kind="share")
    request = make_request(library, year=YEAR)
    make_reply(request, measures[1], "returned", remark="Wie viele kamen?")
    make_reply(request, measures[2], "accepted")
    return request


def path_of(request, language="de"):
    return f"/{language}/measures/evaluation/by-link/{request.link_token}/"


def sign_in(page, user):
    page.goto("/de/account/login/")
    page.fill("input[name=login]", user.email)
    page.fill("input[name=password]", PASSWORD)
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/desk/")


def test_office_evaluates_with_three_clicks_and_a_text(page, editor, measures):
    sign_in(page, editor)

    page.locator(f"a[href$='/evaluation/{YEAR}/']").first.click()
    page.locator("#missing ~ section input[value=modify]").first.click()
    page.keyboard.press("Tab")
    page.keyboard.type("Zu wenige Plätze.")
    page.locator("#missing ~ section button[type=submit]").first.click()
    page.wait_for_selector(".notice--success")

    evaluation = Evaluation.objects.get()
    assert (evaluation.measure, evaluation.verdict) == (measures[0], "modify")
    assert evaluation.reasoning_de == "Zu wenige Plätze."


@pytest.mark.parametrize("language", ["de", "ar"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_participants_page_is_accessible_and_fits_a_phone(new_page, axe, asked, language, scheme):
    page = new_page(language=language, width=360, color_scheme=scheme)

    page.goto(path_of(asked, language))

    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_participant_answers_without_script(new_page, axe, asked, measures):
    page = new_page(width=360, java_script_enabled=False)
    page.goto(path_of(asked))
    panel = page.locator(f"#m{measures[0].pk}")

    panel.locator(".choice--ended").click()
    panel.locator("button[name=hand_in]").click()
    assert page.locator(".error-summary").count() == 1
    panel.locator("textarea").fill("Niemand kam.")
    panel.locator("button[name=hand_in]").click()

    assert page.locator(".notice--success").count() == 1
    reply = EvaluationReply.objects.get(measure=measures[0])
    assert (reply.state, reply.verdict, reply.reasoning) == ("submitted", "ended", "Niemand kam.")


@pytest.mark.parametrize("width", [1280, 360])
def test_office_pages_are_accessible(new_page, axe, editor, asked, measures, width):
    reply = make_reply(
        make_request(make_organisation("school"), year=YEAR),
        measures[0],
        submitted_at=datetime(YEAR + 1, 1, 5, tzinfo=UTC),
    )
    page = new_page(width=width)
    sign_in(page, editor)
    found = {}

    for end in (
        "",
        "participants/",
        "participants/ask/",
        f"participants/{asked.pk}/",
        "replies/",
        f"replies/{reply.pk}/",
    ):
        page.goto(f"/de/measures/evaluation/{YEAR}/{end}")
        wide = page.evaluate("document.documentElement.scrollWidth") > width
        found[end] = axe(page) + ["too wide"] * wide

    assert {end: problems for end, problems in found.items() if problems} == {}
