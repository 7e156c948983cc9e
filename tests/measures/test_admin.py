import re
from datetime import date

import pytest
from django.core.exceptions import ValidationError
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


def posted(measure, **changes):
    """What the change page sends of a measure with nothing below it."""
    return (
        inlines()
        | {
            "goal": measure.goal_id,
            "number": measure.number,
            "title_de": measure.title_de,
            "status": measure.status,
        }
        | changes
    )


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"starts_on": "2023-01-01"}, "starts_on"),
        ({"ends_on": "2015-12-31"}, "ends_on"),
        ({"starts_on": "2018-05-01", "ends_on": "2018-04-30"}, "ends_on"),
        ({"ends_on": "2018-04-30", "is_permanent": "on"}, "ends_on"),
    ],
    ids=["begins after the concept", "ends before the concept", "backwards", "permanent"],
)
def test_impossible_date_is_said_at_its_field(admin, measure, changes, named):
    response = admin.post(
        f"/en/admin/measures/measure/{measure.pk}/change/", posted(measure, **changes)
    )

    assert list(response.context["adminform"].form.errors) == [named]


@pytest.mark.parametrize(
    ("changes", "warning"),
    [
        ({"starts_on": "2014-01-01"}, "The measure begins before its concept (2016–2022)."),
        ({"ends_on": "2023-06-30"}, "The measure ends after its concept (2016–2022)."),
    ],
)
def test_unusual_date_is_saved_and_pointed_out(admin, measure, changes, warning):
    page = admin.post(
        f"/en/admin/measures/measure/{measure.pk}/change/", posted(measure, **changes), follow=True
    )

    assert warning in page.content.decode()


def test_funding_that_ends_before_it_begins_is_said_at_the_end(admin, measure):
    response = admin.post(
        f"/en/admin/measures/measure/{measure.pk}/change/",
        posted(measure)
        | {
            "funding_sources-TOTAL_FORMS": "1",
            "funding_sources-0-name": "Land",
            "funding_sources-0-starts_on": "2018-05-01",
            "funding_sources-0-ends_on": "2018-04-30",
        },
    )

    errors = [
        formset.formset.errors
        for formset in response.context["inline_admin_formsets"]
        if formset.formset.prefix == "funding_sources"
    ]
    assert [list(row) for row in errors[0]] == [["ends_on"]]


def test_milestone_is_not_reached_in_the_future(measure):
    milestone = measure.milestones.create(title_de="x", reached_on=date(2100, 1, 1))

    with pytest.raises(ValidationError) as mistake:
        milestone.full_clean()

    assert list(mistake.value.message_dict) == ["reached_on"]


def test_page_publishes_and_withdraws_with_what_was_typed(admin, goal, lead):
    measure = make_measure(goal, published=False)
    path = f"/en/admin/measures/measure/{measure.pk}/change/"
    assert 'name="_publish"' in admin.get(path).content.decode()

    admin.post(path, posted(measure, place="Rathaus", _publish="x"))
    measure.refresh_from_db()
    published = (measure.is_public, measure.published_by, measure.place)
    page = admin.get(path).content.decode()
    admin.post(path, posted(measure, _withdraw="x"))
    measure.refresh_from_db()

    assert published == (True, lead, "Rathaus")
    assert f"<bdi>{lead}</bdi>" in page
    assert 'name="_withdraw"' in page
    assert measure.is_published is False


def test_who_may_only_look_finds_no_button(office, client_of, auditor, measure):
    page = client_of(auditor).get(f"/en/admin/measures/measure/{measure.pk}/change/")

    assert "_withdraw" not in page.content.decode()
    assert "_seen" not in page.content.decode()


def test_draft_has_a_way_to_its_preview(admin, goal):
    measure = make_measure(goal, published=False)
    page = admin.get(f"/en/admin/measures/measure/{measure.pk}/change/").content.decode()

    (link,) = re.findall(r'href="([^"]+)" class="viewsitelink"', page)
    shown = admin.get(link, follow=True)

    assert shown.redirect_chain[-1][0].endswith("/en/measures/2016/1.1.1/")
    assert "Draft" in shown.content.decode()


def test_status_of_several_is_changed_after_a_question(admin, goal):
    first, second, _other = (make_measure(goal, number) for number in ("1", "2", "3"))
    chosen = {"action": "change_status", "_selected_action": [first.pk, second.pk]}

    asked = admin.post("/en/admin/measures/measure/", chosen)
    untouched = Measure.objects.filter(status="running").count()
    admin.post("/en/admin/measures/measure/", chosen | {"confirmed": "yes", "status": "done"})

    assert "paused: interrupted, is to go on later" in asked.content.decode()
    assert untouched == 3
    statuses = dict(Measure.objects.values_list("number", "status"))
    assert statuses == {"1": "done", "2": "done", "3": "running"}


def test_status_question_without_an_answer_asks_again(admin, measure):
    chosen = {"action": "change_status", "_selected_action": [measure.pk], "confirmed": "yes"}

    assert (
        "This field is required."
        in admin.post("/en/admin/measures/measure/", chosen).content.decode()
    )


def test_action_fields_to_filter_by_are_those_of_the_chosen_concept(admin, measure):
    older = make_field(make_concept("2010", period_from=2010, period_to=2015), 1, "Früher")
    here = measure.goal.action_field

    lists = [
        admin.get(f"/en/admin/measures/measure/{query}").context["cl"].filter_specs
        for query in ("", f"?concept__id__exact={measure.concept_id}")
    ]

    everywhere, chosen = (
        [spec.lookup_choices for spec in specs if getattr(spec, "parameter_name", "") == "field"]
        for specs in lists
    )
    assert everywhere == [
        [(str(here.pk), "2016–2022: 1 Sprache"), (str(older.pk), "2010–2015: 1 Früher")]
    ]
    assert chosen == [[(str(here.pk), "1 Sprache")]]


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
