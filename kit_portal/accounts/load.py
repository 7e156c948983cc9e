"""Accounts of an office's data: one person, one role."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from kit_portal.accounts.models import User
from kit_portal.accounts.roles import ROLES, sync_roles
from kit_portal.common.loading_rows import OfficeData

# Known to everybody, so only the demo gives it away; elsewhere people set their own by mail.
DEMO_PASSWORD = "zusammen-leben-1"  # noqa: S105


def load(data: OfficeData) -> None:
    sync_roles()
    groups = {group.name: group for group in Group.objects.all()}
    roles = {role.name: groups[role.name] for role in ROLES}
    password = make_password(DEMO_PASSWORD if settings.DEMO else None)
    with data.file("accounts.yaml") as file:
        for entry in file.children("accounts", "account", by="email"):
            user = data.put(
                User,
                entry,
                entry.columns(User, "email", "name", "language", "is_staff"),
                by=("email",),
                at_first={"password": password},
            )
            data.link(user, "groups", [entry.choose("role", roles, "role")])
