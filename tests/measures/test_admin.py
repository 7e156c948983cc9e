import pytest
from django.urls import reverse
from django.utils.translation import override

from measures.models import Evaluation, Measure
from tests.measures.factories import (
    add_evaluation,
    make_concept,
    make_field,
    make_goal,
    make_indicator,
    make_measure,
    make_profile,
)

MODELS = (
    "concept",
    "actionfield",
    "goal",
    "measure",
    "evaluation",
    "milestone",
    "indicator",
    "focusgroup",
    "measureprofile",
)


@pytest.fixture
def admin(office, client_of, lead):
    return client_of(lead)


@pytest.fixture
def rows(measure):
    """One row of every model."""
    concept = measure.concept
    profile = make_profile(concept)
    return {
        "concept": concept,
        "actionfield": measure.goal.action_field,
        "goal": measure.goal,
        "measure": measure,
        "evaluation": add_evaluation(measure),
        "milestone": measure.milestones.create(title_de="x"),
        "indicator": make_indicator(measure=measure),
        "focusgroup": profile.focus_group,
        "measureprofile": profile,
    }


@pytest.mark.parametrize("model", MODELS)
def test_every_page_opens(admin, rows, model):
    pages = [
        reverse(f"admin:measures_{model}_changelist"),
        reverse(f"admin:measures_{model}_changelist") + "?q=a",
        reverse(f"admin:measures_{model}_add"),
        reverse(f"admin:measures_{model}_change", args=(rows[model].pk,)),
    ]

    assert [admin.get(page).status_code for page in pages] == [200] * 4


def inlines():
    return {
        f"{prefix}-{name}": value
        for prefix in (
            "participants",
            "funding_sources",
            "evaluations",
            "milestones",
            "attachments",
        )
        for name, value in (("TOTAL_FORMS", "0"), ("INITIAL_FORMS", "0"))
    }


def test_number_taken_in_the_concept_is_said_in_words(admin, measure):
    elsewhere = make_goal(make_field(measure.concept, 2))

    response = admin.post(
        "/en/admin/measures/measure/add/",
        inlines() | {"goal": elsewhere.pk, "number": "1.1.1", "title_de": "x", "status": "planned"},
    )

    assert "The concept has a measure with this number." in response.content.decode()
    assert Measure.objects.count() == 1


def test_status_is_explained_where_it_is_chosen(admin, measure):
    page = admin.get(f"/en/admin/measures/measure/{measure.pk}/change/").content.decode()

    assert "paused: interrupted, is to go on later" in page


def test_evaluation_is_signed_by_who_writes_it(admin, measure, lead):
    admin.post(
        f"/de/admin/measures/measure/{measure.pk}/change/",
        inlines()
        | {
            "goal": measure.goal_id,
            "number": measure.number,
            "title_de": "x",
            "status": "running",
            "evaluations-TOTAL_FORMS": "1",
            "evaluations-0-year": "2017",
            "evaluations-0-verdict": "proved",
        },
    )

    assert Evaluation.objects.get().evaluated_by == lead


def test_evaluation_without_reason_shows_its_mistake(admin, measure):
    response = admin.post(
        "/en/admin/measures/evaluation/add/",
        {"measure": measure.pk, "year": "2017", "verdict": "modify"},
    )

    assert "Say why: the council will ask what is to change." in response.content.decode()


@pytest.mark.parametrize(
    ("query", "numbers"),
    [("?public=no", ["2"]), ("?public=yes", ["1", "3"]), ("?missing={year}", ["2", "3"])],
)
def test_measures_are_filtered(admin, goal, query, numbers):
    from django.utils import timezone

    year = timezone.localdate().year
    add_evaluation(make_measure(goal, "1"), year)
    make_measure(goal, "2", published=False)
    make_measure(goal, "3")

    response = admin.get("/de/admin/measures/measure/" + query.format(year=year))

    assert sorted(row.number for row in response.context["cl"].result_list) == numbers


def act(admin, action, *measures):
    admin.post(
        "/de/admin/measures/measure/",
        {"action": action, "_selected_action": [measure.pk for measure in measures]},
    )


def test_publishing_records_who(admin, goal, lead):
    draft = make_measure(goal, "1", published=False)

    act(admin, "publish_selected", draft)

    draft.refresh_from_db()
    assert (draft.is_public, draft.published_by) == (True, lead)


def test_withdrawing_reaches_a_measure_of_a_draft_concept(admin):
    measure = make_measure(make_goal(make_field(make_concept(published=False))))

    act(admin, "withdraw_selected", measure)

    measure.refresh_from_db()
    assert not measure.is_published


def test_source_of_an_indicator_is_chosen_from_what_the_portal_counts(admin):
    from measures import indicator_sources

    indicator_sources.register("test.missions", "Missions", lambda year: 1)
    try:
        page = admin.get("/en/admin/measures/indicator/add/").content.decode()
    finally:
        indicator_sources.unregister("test.missions")

    assert '<option value="test.missions">Missions</option>' in page


def test_reports_are_looked_at_only(admin, concept):
    with override("de"):
        page = reverse("admin:measures_implementationreport_changelist")

    assert admin.get(page).status_code == 200
    assert admin.get(page + "add/").status_code == 403
