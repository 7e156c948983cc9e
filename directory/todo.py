"""What the directory asks of the office: topics nobody answers for, contact points still hidden."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from directory.models import ContactPoint, Topic
from kit_portal.accounts.models import User
from kit_portal.common.todo import Todo


def todos(user: User, *, now: datetime) -> list[Todo]:
    found = []
    if user.has_perm("directory.change_contactpoint"):
        found += [
            Todo(
                _("Contact points not yet public"),
                ContactPoint.objects.drafts().count(),
                reverse("admin:directory_contactpoint_changelist") + "?published_at__isempty=1",
            ),
        ]
    if user.has_perm("directory.change_topic"):
        found += [
            Todo(
                _("Topics nobody is responsible for"),
                Topic.objects.unanswered().count(),
                reverse("admin:directory_topic_changelist") + "?responsibilities__isempty=1",
            ),
        ]
    return found
