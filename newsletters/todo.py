"""What waits for the newsletter desk."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kit_portal.common.models import Viewer
from kit_portal.common.todo import Todo
from newsletters.models import Delivery, Issue
from newsletters.overview import held, overdue
from newsletters.unreachable import unreachable_organisations


def todos(user: Viewer, *, now: datetime) -> list[Todo]:
    found: list[Todo] = []
    if user.has_perm("newsletters.change_subscriber"):
        page = reverse("newsletters:unreachable")
        silent = unreachable_organisations()
        found.append(
            Todo(_("Organisations whose newsletters come back: phone them"), len(silent), page)
        )
    if user.has_perm("newsletters.release_issue"):
        found += _of_issues(now=now)
    return [todo for todo in found if todo.count]


def _of_issues(*, now: datetime) -> list[Todo]:
    late = {issue.pk for issue in overdue(now=now)}
    drafts = Issue.objects.being_edited().exclude(pk__in=late)
    unclear = Delivery.objects.unclear().values("issue").distinct()
    desk = reverse("newsletters:desk")
    return [
        Todo(_("Newsletter issues missed their time: send or drop"), len(late), desk, urgent=True),
        Todo(
            _("Newsletter issues are held: something they announce has changed"),
            len(held(now=now)),
            desk,
            urgent=True,
        ),
        Todo(_("Newsletter issues wait for release"), drafts.count(), desk),
        Todo(_("Newsletter issues with unclear deliveries"), unclear.count(), desk),
    ]
