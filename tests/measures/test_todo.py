from datetime import UTC, datetime, timedelta

import pytest

from measures.models import ReportRendering
from measures.models.report_rendering import SILENCE
from measures.report_adoption import begin_report
from measures.todo import todos
from tests.measures.factories import (
    add_evaluation,
    add_participant,
    make_measure,
    make_organisation,
    make_reply,
    make_request,
)

NOW = datetime(2018, 2, 1, 9, tzinfo=UTC)


def test_missing_evaluations_of_last_year_are_counted(goal, editor):
    done, _missing = make_measure(goal, "1"), make_measure(goal, "2")
    add_evaluation(done, 2017)

    evaluations, *_others = todos(editor, now=NOW)

    assert (evaluations.count, evaluations.url) == (1, "/de/measures/evaluation/2017/")


@pytest.mark.parametrize(("month", "is_urgent"), [(2, False), (4, True)])
def test_missing_evaluations_become_urgent_in_spring(measure, editor, month, is_urgent):
    evaluations, *_others = todos(editor, now=NOW.replace(month=month))

    assert evaluations.urgent is is_urgent


def test_broken_reports_are_counted_until_a_newer_one_replaces_them(concept, lead):
    def run(state, year, *, ago=timedelta(0), **fields):
        ReportRendering.objects.create(
            report=begin_report(concept, year=year),
            state=state,
            requested_at=NOW - ago,
            touched_at=NOW - ago,
            **fields,
        )

    run("failed", 2016)
    run("ready", 2016, file="r.pdf")
    run("failed", 2017)
    run("rendering", 2018, ago=SILENCE + timedelta(seconds=1))
    run("rendering", 2019, ago=SILENCE)

    *_others, reports = todos(lead, now=NOW)

    assert reports.count == 2


def test_only_those_who_may_act_are_asked(measure, auditor, member, interpreter_desk):
    assert [todos(user, now=NOW) for user in (auditor, member, interpreter_desk)] == [[], [], []]


def test_replies_and_ending_links_are_counted_by_year(goal, editor):
    def asked(slug, number, year=2017, **fields):
        organisation, measure = make_organisation(slug), make_measure(goal, number)
        add_participant(measure, organisation, "lead")
        ends = NOW + timedelta(days=6)
        return make_request(organisation, year=year, **({"expires_at": ends} | fields)), measure

    make_reply(*asked("a", "1"))
    asked("b", "2")
    asked("c", "3", expires_at=NOW + timedelta(days=8))
    asked("d", "4", withdrawn_at=NOW)
    make_reply(*asked("e", "5", year=2016), "draft")

    found = [(str(todo.text), todo.count, todo.url) for todo in todos(editor, now=NOW)[:-1]]

    assert [(count, url) for _text, count, url in found if "replies" in url] == [
        (1, "/de/measures/evaluation/2017/replies/")
    ]
    assert [(count, url) for _text, count, url in found if "participants" in url] == [
        (1, "/de/measures/evaluation/2016/participants/"),
        (1, "/de/measures/evaluation/2017/participants/"),
    ]


def test_desk_needs_as_many_queries_for_three_links_as_for_one(
    goal, editor, django_assert_num_queries
):
    def asked(slug):
        organisation, measure = make_organisation(slug), make_measure(goal, slug)
        add_participant(measure, organisation, "lead")
        make_reply(make_request(organisation, expires_at=NOW + timedelta(days=6)), measure)

    asked("1")
    editor.get_all_permissions()
    with django_assert_num_queries(6):
        todos(editor, now=NOW)

    asked("2")
    asked("3")
    with django_assert_num_queries(6):
        todos(editor, now=NOW)
