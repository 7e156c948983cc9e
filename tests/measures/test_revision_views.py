import pytest

from measures.models import Concept, Measure, MeasureLink, Revision, RevisionDecision
from measures.revision import begin_revision
from tests.measures.factories import add_evaluation, make_measure, make_two_concepts


@pytest.fixture
def world(office):
    old, new, measures, goals = make_two_concepts()
    for measure, verdict in zip(measures, ("ended", "ended", "proved"), strict=True):
        add_evaluation(measure, 2015, verdict, reasoning_de="Zu teuer.")
    return begin_revision(old, new, copy_structure=False, by=None), measures, goals


@pytest.fixture
def page(world, editor, client_of):
    """Send the table as the page does: what a row shows, changed by ``rows``."""
    revision, measures, _goals = world
    visitor = client_of(editor)
    address = f"/en/measures/revision/{revision.pk}/"
    shown = visitor.get(address)
    fields = {}
    for _field, rows in shown.context["fields"]:
        for row, form in rows:
            for bound in form or ():
                fields[f"m{row.measure.pk}-{bound.name}"] = bound.value() or ""
            if form:
                fields[f"m{row.measure.pk}-seen"] = form["seen"].value()

    def send(button, rows=None):
        data = dict(fields)
        for index, changes in (rows or {}).items():
            pk = measures[index].pk
            data |= {f"m{pk}-{name}": value for name, value in changes.items()}
        return visitor.post(address, data | button)

    return send


def save(measure="all"):
    return {"save": measure if measure == "all" else measure.pk}


def kinds():
    return dict(RevisionDecision.objects.values_list("measure__number", "kind"))


def test_row_is_saved_alone_and_the_others_keep_what_was_typed(page, world):
    measures, goals = world[1:]

    answer = page(
        save(measures[0]),
        {
            0: {"kind": "continued", "goal": goals[0].pk},
            1: {"reason": "Noch nicht fertig gedacht."},
        },
    )

    assert kinds() == {"1.1.1": "continued"}
    assert answer.status_code == 200
    assert "Noch nicht fertig gedacht." in answer.content.decode()
    assert "1 decision saved." in answer.content.decode()


def test_row_alone_leads_back_to_its_place(page, world):
    answer = page(save(world[1][0]), {0: {"kind": "ended"}})

    assert answer.url == f"/en/measures/revision/{world[0].pk}/#m{world[1][0].pk}"


def test_all_touched_rows_are_saved_and_untouched_ones_stay_open(page):
    page(save(), {0: {"kind": "ended"}, 1: {"kind": "ended", "reason": "Anders."}})

    assert kinds() == {"1.1.1": "ended", "1.1.2": "ended"}


def test_mistake_in_one_row_does_not_hold_up_the_others(page):
    answer = page(save(), {0: {"kind": "ended"}, 2: {"kind": "continued", "reason": "Läuft."}})

    assert kinds() == {"1.1.1": "ended"}
    assert "Choose a goal of the new concept" in answer.content.decode()
    assert "Läuft." in answer.content.decode()


def test_row_without_a_decision_says_what_is_missing(page, world):
    answer = page(save(world[1][0]))

    assert "Choose what is to become of the measure." in answer.content.decode()


def test_second_writer_learns_of_the_first_and_loses_nothing(page, world):
    page(save(world[1][0]), {0: {"kind": "ended", "reason": "Erste."}})

    answer = page(save(world[1][0]), {0: {"kind": "ended", "reason": "Zweite."}})

    assert "Somebody else has decided on this measure meanwhile" in answer.content.decode()
    assert "Zweite." in answer.content.decode()
    assert RevisionDecision.objects.get().reason == "Erste."


def test_proposals_of_a_field_are_accepted_at_once(page, world):
    page({"accept_field": world[1][0].goal.action_field.pk})

    assert kinds() == {"1.1.1": "ended", "1.1.2": "ended"}  # the third one has no goal yet


def test_one_proposal_is_accepted(page, world):
    page({"accept": world[1][1].pk})

    assert kinds() == {"1.1.2": "ended"}


def test_page_shows_how_far_it_is(page, world, editor, client_of):
    page({"accept": world[1][1].pk})

    shown = client_of(editor).get(f"/en/measures/revision/{world[0].pk}/").content.decode()

    assert "1 of 3 decided" in shown


def test_button_of_nothing_does_not_exist(page):
    assert page({"save": "999999"}).status_code == 404


def test_whole_way_from_the_beginning_to_the_links_and_back(office, editor, client_of):
    old, _new, measures, _goals = make_two_concepts()
    add_evaluation(measures[0], 2015, "proved")
    visitor = client_of(editor)

    begun = visitor.post(
        "/en/measures/revision/",
        {
            "old": old.pk,
            "title": "Neu",
            "slug": "2020",
            "period_from": 2020,
            "copy_structure": "on",
        },
    )
    revision = Revision.objects.get()
    visitor.post(begun.url, {"accept": measures[0].pk})
    preview = visitor.get(f"{begun.url}preview/")
    group = preview.context["plan"].ready[0]
    run = {"group": [group.key], "state": preview.context["plan"].state, "resolution": "RV-1"}
    visitor.post(f"{begun.url}carry-out/", run)
    visitor.post(f"{begun.url}carry-out/", run)

    draft = Measure.objects.get(concept__slug="2020")
    link = MeasureLink.objects.get()
    assert begun.url == revision.get_absolute_url()
    assert (link.predecessor, link.successor, link.resolution) == (measures[0], draft, "RV-1")
    assert not Concept.objects.get(slug="2020").is_published

    visitor.post(begun.url, {"undo": measures[0].pk})
    assert not MeasureLink.objects.exists()
    assert not Measure.objects.filter(concept__slug="2020").exists()


def test_beginning_names_what_is_missing(office, editor, client_of):
    old = make_two_concepts()[0]

    answer = client_of(editor).post("/en/measures/revision/", {"old": old.pk, "period_from": 2005})

    assert answer.context["form"].errors.keys() == {"title", "slug", "period_from"}
    assert not Revision.objects.exists()


def test_short_address_that_is_taken_is_told_at_its_field(office, editor, client_of):
    old = make_two_concepts()[0]

    answer = client_of(editor).post(
        "/en/measures/revision/",
        {"old": old.pk, "title": "Neu", "slug": "2016", "period_from": 2020},
    )

    assert answer.context["form"].errors.keys() == {"slug"}


def test_preview_that_has_grown_old_carries_nothing_out(page, world, editor, client_of):
    visitor, address = client_of(editor), f"/en/measures/revision/{world[0].pk}/"
    page({"accept": world[1][0].pk})
    plan = visitor.get(f"{address}preview/").context["plan"]
    page({"accept": world[1][1].pk})

    answer = visitor.post(
        f"{address}carry-out/", {"group": [plan.ready[0].key], "state": plan.state}, follow=True
    )

    assert "Decisions have changed" in answer.content.decode()
    assert not MeasureLink.objects.exists()


@pytest.mark.parametrize("path", ["", "preview/"])
def test_pages_need_as_many_queries_for_thirty_as_for_three(
    world, lead, client_of, django_assert_num_queries, path
):
    revision, measures, _goals = world
    visitor, address = client_of(lead), f"/en/measures/revision/{revision.pk}/{path}"
    queries = {"": 11, "preview/": 14}[path]
    visitor.get(address)
    with django_assert_num_queries(queries):
        visitor.get(address)

    for number in range(4, 31):
        add_evaluation(make_measure(measures[0].goal, f"1.1.{number}"), 2015, "proved")
    with django_assert_num_queries(queries):
        visitor.get(address)


def test_carrying_out_is_a_decision_and_never_a_look(world, editor, client_of):
    address = f"/en/measures/revision/{world[0].pk}/carry-out/"

    assert client_of(editor).get(address).status_code == 405


@pytest.mark.parametrize("path", ["", "preview/", "carry-out/"])
def test_wizard_is_for_those_who_may_revise(
    world, client, auditor, interpreter_desk, client_of, path
):
    address = f"/en/measures/revision/{world[0].pk}/{path}"
    ask = "post" if path == "carry-out/" else "get"

    answers = [
        getattr(visitor, ask)(address).status_code
        for visitor in (client, client_of(auditor), client_of(interpreter_desk))
    ]

    assert answers == [302, 403, 403]


def test_revision_can_be_given_up_without_losing_what_it_made(page, world, lead, client_of):
    revision = world[0]
    page({"accept": world[1][0].pk})
    visitor = client_of(lead)
    plan = visitor.get(f"/en/measures/revision/{revision.pk}/preview/").context["plan"]
    visitor.post(
        f"/en/measures/revision/{revision.pk}/carry-out/",
        {"group": [group.key for group in plan.ready], "state": plan.state},
    )

    visitor.post(f"/en/admin/measures/revision/{revision.pk}/delete/", {"post": "yes"})

    assert not Revision.objects.exists()
    assert MeasureLink.objects.get().kind == "ended"
