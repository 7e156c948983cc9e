"""The roles of an office and what each may do. One table, applied as often as wanted."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ALL = ("view", "add", "change", "delete")
EDIT = ("view", "add", "change")
VIEW = ("view",)


@dataclass(frozen=True)
class Role:
    """``grants`` maps an app label, or ``app.model``, to the actions allowed there."""

    name: str
    label: str | Promise
    grants: dict[str, tuple[str, ...]]


ROLES = (
    Role(
        "office lead",
        _("Office lead"),
        dict.fromkeys(
            (
                "accounts",
                "directory",
                "measures",
                "roundtable",
                "interpreters",
                "welcome",
                "newsletters",
            ),
            ALL,
        )
        | {"auditlog": VIEW},
    ),
    Role(
        "editor",
        _("Editor"),
        {"directory": EDIT, "measures": EDIT, "roundtable": EDIT, "welcome": ALL},
    ),
    Role("interpreter desk", _("Interpreter desk"), {"interpreters": ALL, "directory": VIEW}),
    Role(
        "newsletter desk",
        _("Newsletter desk"),
        {"newsletters": ALL, "welcome": EDIT, "directory": VIEW, "measures": VIEW},
    ),
    Role("round-table member", _("Round-table member"), {}),
    Role(
        "auditor",
        _("Auditor"),
        dict.fromkeys(
            ("directory", "measures", "roundtable", "welcome", "newsletters", "auditlog"), VIEW
        ),
    ),
)


@transaction.atomic
def sync_roles() -> list[Group]:
    """Create the roles' groups and give each exactly the permissions of the table."""
    return [_sync(role) for role in ROLES]


def _sync(role: Role) -> Group:
    group, _created = Group.objects.get_or_create(name=role.name)
    wanted = [
        permission
        for permission in Permission.objects.select_related("content_type")
        if _is_granted(role, permission)
    ]
    group.permissions.set(wanted)
    return group


def _is_granted(role: Role, permission: Permission) -> bool:
    content = permission.content_type
    action = permission.codename.removesuffix(f"_{content.model}")
    actions = role.grants.get(
        f"{content.app_label}.{content.model}", role.grants.get(content.app_label, ())
    )
    # A model's own permissions (“release issue”) go with the right to delete: the whole job.
    return action in actions or (action not in ALL and "delete" in actions)
