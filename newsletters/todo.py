"""What waits for the newsletter desk."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kit_portal.common.models import Viewer
from kit_portal.common.todo import Todo
from newsletters.models import Delivery, Issue
from newsletters.overview import held, overdue


def todos(user: Viewer, *, now: datetime) -> list[Todo]:
    if not user.has_perm("newsletters.release_issue"):
        return []
    late = {issue.pk for issue in overdue(now=now)}
    drafts = Issue.objects.being_edited().exclude(pk__in=late)
    unclear = Delivery.objects.filter(state=Delivery.State.UNSURE).values("issue").distinct()
    desk = reverse("newsletters:desk")
    found = [
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
    return [todo for todo in found if todo.count]
