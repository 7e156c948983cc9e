"""What of the round table waits for the office."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kit_portal.accounts.models import User
from kit_portal.common.todo import Todo
from roundtable.models import Meeting, Membership, Motion

SOON = timedelta(days=14)  # an invitation needs a week, and somebody has to write it before
PATIENCE = timedelta(days=30)  # days a submitted motion may wait for its first step
TERM_WARNING = timedelta(days=60)


def todos(user: User, *, now: datetime) -> list[Todo]:
    """Only work that ``user`` may do; the counts are the office's, not those of a page."""
    found: list[Todo] = []
    today = timezone.localdate(now)
    if user.has_perm("roundtable.change_meeting"):
        soon = Meeting.objects.coming(now).starting_between(now, now + SOON)
        meetings = reverse("admin:roundtable_meeting_changelist")
        found += [
            Todo(
                _("Meetings within 14 days that have no agenda"),
                soon.without_agenda().count(),
                f"{meetings}?when=coming&agenda=missing",
                urgent=True,
            ),
            Todo(
                _("Meetings within 14 days that are not published"),
                soon.drafts().count(),
                f"{meetings}?when=coming",
                urgent=True,
            ),
            Todo(
                _("Meetings that are over and not marked as held"),
                Meeting.objects.unfinished(now).count(),
                f"{meetings}?when=unfinished",
            ),
        ]
    if user.has_perm("roundtable.change_motion"):
        waiting = Motion.objects.waiting_since(today - PATIENCE)
        found.append(
            Todo(
                _("Motions submitted 30 days ago or earlier without a next step"),
                waiting.count(),
                f"{reverse('admin:roundtable_motion_changelist')}?waiting=long",
            )
        )
    if user.has_perm("roundtable.change_membership"):
        found.append(
            Todo(
                _("Memberships that end within 60 days"),
                Membership.objects.ending_between(today, today + TERM_WARNING).count(),
                f"{reverse('admin:roundtable_membership_changelist')}?ending=soon",
            )
        )
    return found
