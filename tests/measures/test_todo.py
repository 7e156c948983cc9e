from datetime import UTC, datetime, timedelta

import pytest

from measures.models import ImplementationReport
from measures.models.report import SILENCE
from measures.todo import todos
from tests.measures.factories import add_evaluation, make_measure

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
        ImplementationReport.objects.create(
            concept=concept,
            year=year,
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
