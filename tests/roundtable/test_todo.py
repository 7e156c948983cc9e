from datetime import date, timedelta

import pytest
from django.utils import timezone

from roundtable.todo import todos
from tests.roundtable.factories import make_item, make_meeting, make_membership, make_motion


@pytest.fixture
def work(table):
    """Of each kind of work one more than of the kind before; beside it what is none."""
    today = timezone.localdate()
    make_meeting(table, days=13)
    make_item(make_meeting(table, days=12))
    make_meeting(table, days=16)
    make_meeting(table, days=11, state="cancelled")
    for days in (9, 10):
        make_item(make_meeting(table, days=days, published=False))
    for days in (-3, -2, -1):
        make_meeting(table, days=days)
    make_meeting(table, days=-4, state="held")
    for number in range(4):
        make_motion(
            table,
            number=f"A-2026-{number}",
            status="submitted",
            submitted_on=today - timedelta(days=30),
        )
    make_motion(table, number="A-2026-9", status="submitted", submitted_on=today)
    for number in range(5):
        make_membership(table, person_name=str(number), ends_on=today + timedelta(days=number))
    make_membership(table, person_name="ended", ends_on=date(2020, 1, 1))


def test_todos_count_what_waits(work, lead):
    found = todos(lead, now=timezone.now())

    assert [todo.count for todo in found] == [1, 2, 3, 4, 5]
    assert [todo.urgent for todo in found] == [True, True, False, False, False]


def test_todos_lead_to_lists_with_that_many_rows(work, lead, office, client_of):
    client = client_of(lead)

    for todo in todos(lead, now=timezone.now()):
        rows = client.get(todo.url).context["cl"].result_count
        # The list of unpublished meetings is the list of all coming ones.
        assert rows == todo.count or "when=coming" in todo.url


@pytest.mark.parametrize("role", ["auditor", "interpreter_desk", "member"])
def test_todos_are_for_those_who_can_do_them(work, role, request):
    assert todos(request.getfixturevalue(role), now=timezone.now()) == []
