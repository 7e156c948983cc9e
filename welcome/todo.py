"""What the welcome site asks of the office: people waiting for an answer, texts nobody checked."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kit_portal.accounts.models import User
from kit_portal.common.todo import Todo
from welcome.models import Event, Feedback, Page

# One month to answer a report of a barrier (§ 12b (4) BGG, § 2 BfWebV SH); the same for all kinds.
ANSWER_WITHIN = timedelta(days=28)
CHECK_PAGES_AFTER = timedelta(days=365)


def todos(user: User, *, now: datetime) -> list[Todo]:
    found = []
    if user.has_perm("welcome.change_feedback"):
        waiting = reverse("admin:welcome_feedback_changelist") + "?state__in=new,in-progress"
        late = Feedback.objects.open().received_before(now - ANSWER_WITHIN).count()
        found += [
            Todo(_("Feedback waiting for more than four weeks"), late, waiting, urgent=True),
            Todo(_("Feedback to answer"), Feedback.objects.open().count() - late, waiting),
        ]
    if user.has_perm("welcome.change_page"):
        old = timezone.localdate(now - CHECK_PAGES_AFTER)
        pages = reverse("admin:welcome_page_changelist")
        found += [
            Todo(
                _("Pages nobody has checked for a year"),
                Page.objects.unreviewed_since(old).count(),
                pages + "?checked=no",
            ),
            Todo(
                _("Pages not yet public"),
                Page.objects.drafts().count(),
                pages + "?published_at__isempty=1",
            ),
        ]
    if user.has_perm("welcome.change_event"):
        found += [
            Todo(
                _("Coming events not yet public"),
                Event.objects.drafts().coming(now).count(),
                reverse("admin:welcome_event_changelist") + "?published_at__isempty=1",
            ),
        ]
    return found
