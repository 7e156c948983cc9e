"""What the pools ask of the office: people waiting, papers running out, entries missing."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from interpreters.models import Credential, Institution, Mission
from kit_portal.common.models import Viewer
from kit_portal.common.todo import Todo

EXPIRES_SOON = timedelta(days=60)
STARTS_SOON = timedelta(days=3)


def todos(user: Viewer, *, now: datetime) -> list[Todo]:
    found = []
    if user.has_perm("interpreters.change_mission"):
        found += _missions(now)
    if user.has_perm("interpreters.change_credential"):
        found += _credentials(now)
    if user.has_perm("interpreters.change_institution"):
        found.append(
            Todo(
                _("Institutions to approve"),
                Institution.objects.waiting().count(),
                reverse("admin:interpreters_institution_changelist") + "?is_approved__exact=0",
            )
        )
    return found


def _missions(now: datetime) -> list[Todo]:
    missions = reverse("interpreters:missions")
    waiting = Mission.objects.waiting()
    soon = waiting.filter(starts_at__lt=now + STARTS_SOON).count()
    return [
        Todo(
            _("Missions within three days for which nobody is found"),
            soon,
            missions + "?state=waiting",
            urgent=True,
        ),
        Todo(
            _("Missions waiting for an interpreter"),
            waiting.count() - soon,
            missions + "?state=waiting",
        ),
        Todo(
            _("Missions that are over but not logged"),
            Mission.objects.unlogged(now=now).count(),
            missions + "?state=unlogged",
        ),
    ]


def _credentials(now: datetime) -> list[Todo]:
    today = timezone.localdate(now)
    current = Credential.objects.newest_of_kind()
    credentials = reverse("admin:interpreters_credential_changelist")
    return [
        Todo(
            _("Credentials that expire within 60 days"),
            current.expiring(today=today, until=today + EXPIRES_SOON).count(),
            credentials + "?validity=soon",
        ),
        Todo(
            _("Credentials that have expired"),
            current.expired(today=today).count(),
            credentials + "?validity=expired",
        ),
    ]
