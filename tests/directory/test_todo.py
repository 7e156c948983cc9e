import pytest
from django.utils import timezone

from directory.models import Responsibility, StaffRole, Topic
from directory.todo import todos


def test_todos_count_drafts_and_topics_without_a_role(editor, make_place):
    make_place("entwurf", public=False)
    make_place("offen")
    role = StaffRole.objects.create(slug="leitung", name_de="Leitung")
    Responsibility.objects.create(
        topic=Topic.objects.create(slug="a", name_de="A"), staff_role=role
    )
    Topic.objects.create(slug="b", name_de="B")

    assert [todo.count for todo in todos(editor, now=timezone.now())] == [1, 1]


def test_todos_of_others_are_empty(member, make_place):
    make_place(public=False)

    assert todos(member, now=timezone.now()) == []


@pytest.mark.django_db
def test_todo_addresses_open_the_right_rows(client_of, editor, make_place):
    make_place("entwurf", public=False)
    make_place("offen")
    Topic.objects.create(slug="b", name_de="B")

    for todo in todos(editor, now=timezone.now()):
        response = client_of(editor).get(todo.url)
        assert response.context["cl"].result_count == todo.count
