from datetime import date

import pytest
from django.utils.timezone import localdate

from measures.evaluation_round import evaluate, round_of
from measures.models import Evaluation
from tests.measures.factories import (
    add_evaluation,
    add_participant,
    make_concept,
    make_field,
    make_goal,
    make_measure,
    make_organisation,
    make_reply,
    make_request,
)


def test_round_counts_the_published_measures_of_concepts_in_force(goal):
    done, missing = make_measure(goal, "1"), make_measure(goal, "2")
    make_measure(goal, "3", published=False)
    older = make_concept("2010", period_from=2010, period_to=2015)
    make_measure(make_goal(make_field(older)), "1")
    add_evaluation(done, 2017)
    add_evaluation(missing, 2016, "modify", reasoning_de="Zu klein.")

    current = round_of(2017)

    assert [row.measure for row in current.done] == [done]
    assert [(row.measure, row.previous.verdict) for row in current.missing] == [(missing, "modify")]


def test_evaluating_twice_corrects_the_first(measure, editor, lead):
    evaluate(measure, year=2017, verdict="proved", reasoning="", by=editor, on=date(2018, 2, 1))
    evaluate(
        measure, year=2017, verdict="modify", reasoning="Zu klein.", by=lead, on=date(2018, 2, 2)
    )

    evaluation = Evaluation.objects.get()
    assert (evaluation.verdict, evaluation.reasoning_de) == ("modify", "Zu klein.")
    assert (evaluation.evaluated_by, evaluation.evaluated_on) == (lead, date(2018, 2, 2))


@pytest.fixture
def post(office, client_of, editor, measure):
    """Send a verdict on the measure for 2017 as the page does."""

    def send(**fields):
        data = {"measure": measure.pk} | {
            f"m{measure.pk}-{name}": value for name, value in fields.items()
        }
        return client_of(editor).post("/en/measures/evaluation/2017/", data)

    return send


def test_page_saves_a_verdict_in_german_whatever_the_language_of_the_page(post, measure, editor):
    response = post(verdict="modify", reasoning="Der Zuschnitt passt nicht mehr.", seen="")

    assert response.status_code == 302
    evaluation = Evaluation.objects.get()
    assert (evaluation.measure, evaluation.year, evaluation.verdict) == (measure, 2017, "modify")
    assert evaluation.reasoning_de == "Der Zuschnitt passt nicht mehr."
    assert not evaluation.reasoning_en
    assert evaluation.evaluated_by == editor


def test_page_wants_a_reason_for_change_and_keeps_what_was_typed(post, measure):
    response = post(verdict="ended", reasoning="", seen="")

    (_row, form), *_others = response.context["missing"]
    assert form.errors == {"reasoning": ["Say why: the council will ask what is to change."]}
    assert form["verdict"].value() == "ended"
    assert not Evaluation.objects.exists()


def test_page_does_not_overwrite_what_somebody_saved_meanwhile(post, measure):
    add_evaluation(measure, 2017, "proved", reasoning_de="Läuft gut.")

    response = post(verdict="ended", reasoning="Weg damit.", seen="")

    assert response.status_code == 200
    assert "Somebody else has evaluated this measure meanwhile" in response.content.decode()
    assert "Weg damit." in response.content.decode()
    assert Evaluation.objects.get().reasoning_de == "Läuft gut."


def test_page_changes_an_evaluation_it_has_shown(post, measure, client_of, editor):
    add_evaluation(measure, 2017, "proved")
    page = client_of(editor).get("/en/measures/evaluation/2017/")
    (_row, form), *_others = page.context["done"]

    response = post(verdict="modify", reasoning="Doch nicht.", seen=form["seen"].value())

    assert response.status_code == 302
    assert Evaluation.objects.get().verdict == "modify"


def test_page_refuses_measures_that_are_not_in_the_round(office, client_of, editor, goal):
    draft = make_measure(goal, "9", published=False)

    response = client_of(editor).post(
        "/de/measures/evaluation/2017/", {"measure": draft.pk, f"m{draft.pk}-verdict": "proved"}
    )

    assert response.status_code == 404


@pytest.mark.parametrize("year", [1989, 2999])
def test_page_knows_no_impossible_years(office, client_of, editor, year):
    assert client_of(editor).get(f"/de/measures/evaluation/{year}/").status_code == 404


def test_page_is_for_those_who_may_evaluate(
    office, client, client_of, auditor, interpreter_desk, lead
):
    address = "/de/measures/evaluation/2017/"

    assert client.get(address).status_code == 302
    assert client_of(auditor).get(address).status_code == 403
    assert client_of(interpreter_desk).get(address).status_code == 403
    assert client_of(lead).get(address).status_code == 200


def test_page_needs_as_many_queries_for_three_as_for_one(
    office, client_of, lead, goal, django_assert_num_queries
):
    client = client_of(lead)

    def add(number):
        measure = make_measure(goal, number)
        add_evaluation(measure, 2016, evaluated_by=lead)
        add_evaluation(measure, 2017, evaluated_by=lead)
        organisation = make_organisation(f"org-{number}")
        add_participant(measure, organisation, "lead")
        make_reply(make_request(organisation), measure)

    add("1")
    with django_assert_num_queries(10):
        client.get("/de/measures/evaluation/2017/")

    add("2")
    add("3")
    with django_assert_num_queries(10):
        client.get("/de/measures/evaluation/2017/")


def test_page_narrows_by_field_organisation_and_state(
    office, client_of, lead, concept, field, goal
):
    library, school = make_organisation("library"), make_organisation("school")
    evaluated, handed_in, silent = (make_measure(goal, number) for number in "123")
    other = make_measure(make_goal(make_field(concept, 2, "Arbeit")), "4")
    for measure, organisation in ((evaluated, library), (handed_in, school), (silent, school)):
        add_participant(measure, organisation, "lead")
    add_evaluation(evaluated, 2017)
    make_reply(make_request(school), handed_in)
    client = client_of(lead)

    def shown(query):
        context = client.get(f"/de/measures/evaluation/2017/?{query}").context
        return [row.measure for row, _form in (*context["missing"], *context["done"])]

    assert shown("") == [handed_in, silent, other, evaluated]
    assert shown(f"field={field.pk}") == [handed_in, silent, evaluated]
    assert shown("organisation=school") == [handed_in, silent]
    assert shown("state=missing") == [handed_in, silent, other]
    assert shown("state=handed_in") == [handed_in]
    assert shown("state=asked") == [silent]
    assert shown("state=evaluated") == [evaluated]
    assert shown("organisation=library&state=missing") == []
    assert shown("field=nonsense&state=x") == [handed_in, silent, other, evaluated]


def test_saving_keeps_the_filters(office, client_of, editor, measure):
    response = client_of(editor).post(
        "/de/measures/evaluation/2017/?state=missing",
        {"measure": measure.pk, f"m{measure.pk}-verdict": "proved", f"m{measure.pk}-seen": ""},
    )

    assert response.url == "/de/measures/evaluation/2017/?state=missing"


def test_still_correct_is_noted_without_being_a_change(office, client_of, editor, measure):
    before = measure.modified_at

    client_of(editor).post("/de/measures/evaluation/2017/still-correct/", {"measure": measure.pk})

    measure.refresh_from_db()
    assert (measure.confirmed_by, measure.confirmed_on) == ("KIT", localdate())
    assert measure.modified_at == before
    page = client_of(editor).get("/en/measures/evaluation/2017/").content.decode()
    assert "by KIT" in page
