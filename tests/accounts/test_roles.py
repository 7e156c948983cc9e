import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import override

from kit_portal.accounts.models import User
from kit_portal.accounts.roles import ROLES, sync_roles


def test_roles_are_the_same_after_a_second_run(db):
    sync_roles()
    first = {
        g.name: set(g.permissions.values_list("codename", flat=True)) for g in Group.objects.all()
    }

    sync_roles()

    second = {
        g.name: set(g.permissions.values_list("codename", flat=True)) for g in Group.objects.all()
    }
    assert second == first
    assert set(first) == {role.name for role in ROLES}


def test_role_loses_a_permission_given_by_hand(db, lead, member):
    group = Group.objects.get(name="round-table member")
    group.permissions.add(Group.objects.get(name="office lead").permissions.first())

    sync_roles()

    assert not group.permissions.exists()


@pytest.mark.parametrize(
    ("role", "permission", "expected"),
    [
        ("office lead", "measures.delete_measure", True),
        ("editor", "measures.change_measure", True),
        ("editor", "measures.delete_measure", False),
        ("editor", "interpreters.view_interpreter", False),
        ("interpreter desk", "interpreters.change_interpreter", True),
        ("newsletter desk", "newsletters.release_issue", True),
        ("newsletter desk", "measures.change_measure", False),
        ("auditor", "measures.view_measure", True),
        ("auditor", "measures.change_measure", False),
        ("auditor", "newsletters.release_issue", False),
    ],
)
def test_role_may(db, role, permission, expected):
    sync_roles()
    user = User.objects.create_user("someone@example.org", name="Muster")
    user.groups.add(Group.objects.get(name=role))

    assert user.has_perm(permission) is expected


def test_address_names_one_account_whatever_its_case(db):
    User.objects.create_user("Mara@Example.org", name="Mara Muster")

    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user("mara@example.org", name="Mara Muster")
    with override("en"), pytest.raises(ValidationError, match="is an account with this e-mail"):
        User(email="MARA@example.org", name="x", password="x").full_clean()
