"""A round table and everybody who may come to its doors."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.roundtable.factories import make_body, make_membership, make_user


@pytest.fixture
def table(db):
    return make_body()


@pytest.fixture
def viewers(table, member, lead, editor, auditor, interpreter_desk):
    """Everybody who may come to a door, by the name that the tables of the tests use."""
    elsewhere = make_body("elsewhere", "working_group")
    made = {name: make_user(name) for name in ("stranger", "other", "former", "future", "inactive")}
    make_membership(table, person=member)
    make_membership(elsewhere, person=made["other"])
    make_membership(table, person=made["former"], ends_on=timezone.localdate() - timedelta(days=1))
    make_membership(
        table, person=made["future"], starts_on=timezone.localdate() + timedelta(days=1)
    )
    make_membership(table, person=made["inactive"])
    made["inactive"].is_active = False
    made["inactive"].save()
    return made | {
        "member": member,
        "lead": lead,
        "editor": editor,
        "auditor": auditor,
        "interpreter desk": interpreter_desk,
    }
