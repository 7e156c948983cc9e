"""What waits for the interpreter desk."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from interpreters.models import Credential
from interpreters.todo import todos
from tests.interpreters.factories import make_institution, make_interpreter, make_mission


@pytest.fixture
def now():
    return timezone.now()


def counts(user, now):
    return {str(todo.text): todo.count for todo in todos(user, now=now) if todo.count}


def test_todos_of_an_empty_pool_are_none(interpreter_desk, now):
    assert counts(interpreter_desk, now) == {}


def test_todos_count_what_waits(interpreter_desk, now, farsi):
    person = make_interpreter()
    day = timezone.localdate(now)
    make_mission(state="requested", starts_at=now + timedelta(days=1))
    make_mission(state="open", language=farsi, starts_at=now + timedelta(days=30))
    make_mission(
        state="assigned", language=farsi, interpreter=person, starts_at=now - timedelta(days=1)
    )
    make_institution("Neu")
    make_institution("Alt", is_approved=True)
    make = Credential.objects.create
    make(
        interpreter=person,
        kind="good_conduct",
        seen_on=date(2022, 1, 1),
        valid_until=day + timedelta(days=60),
    )
    make(
        interpreter=person,
        kind="confidentiality",
        seen_on=date(2022, 1, 1),
        valid_until=day + timedelta(days=61),
    )
    make(
        interpreter=person,
        kind="refresher",
        seen_on=date(2022, 1, 1),
        valid_until=day - timedelta(days=1),
    )

    found = todos(interpreter_desk, now=now)

    assert [(todo.count, todo.urgent) for todo in found] == [
        (1, True),
        (1, False),
        (1, False),
        (1, False),
        (1, False),
        (1, False),
    ]


def test_todo_links_lead_to_pages_that_show_as_many(client_of, interpreter_desk, now, office):
    person = make_interpreter()
    make_mission(state="requested", starts_at=now + timedelta(days=1))
    make_institution("Neu")
    Credential.objects.create(
        interpreter=person,
        kind="other",
        seen_on=date(2022, 1, 1),
        valid_until=timezone.localdate(now),
    )
    client = client_of(interpreter_desk)

    pages = [client.get(todo.url) for todo in todos(interpreter_desk, now=now) if todo.count]

    shown = [
        page.context["cl"].result_count
        if "cl" in page.context
        else page.context["page"].paginator.count
        for page in pages
    ]
    assert shown == [1, 1, 1]


def test_todos_are_for_those_who_may(editor, now):
    make_institution("Neu")

    assert todos(editor, now=now) == []
