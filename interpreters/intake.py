"""Taking in a request for an interpreter, and telling both sides."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from directory.models import Office
from interpreters.models import Institution, Mission, MissionRequest
from interpreters.reference import next_reference
from kit_portal.common.mail import compose_mail

# Volunteers have to be asked one after the other; pools elsewhere want three to five days.
LEAD_WORKING_DAYS = 5
SATURDAY = 5


@transaction.atomic
def receive_request(mission: Mission, *, contact: MissionRequest, now: datetime) -> MissionRequest:
    """Store an unsaved mission as requested, with its number and whoever asks for it."""
    mission.reference = next_reference(year=timezone.localdate(now).year)
    mission.state = Mission.State.REQUESTED
    mission.institution = Institution.objects.called(contact.institution_name).first()
    mission.save()
    contact.mission, contact.received_at = mission, now
    contact.save()
    return contact


def is_short_notice(day: date, *, today: date) -> bool:
    """Say whether fewer than five working days (Monday to Friday) lie before ``day``."""
    days = (today + timedelta(days=offset) for offset in range((day - today).days))
    return sum(one.weekday() < SATURDAY for one in days) < LEAD_WORKING_DAYS


def confirm_request(contact: MissionRequest, *, now: datetime) -> bool:
    """Mail whoever asked what was understood; say whether a mail went out."""
    office = Office.objects.current()
    with transaction.atomic():
        # Marked in the same transaction: a second worker waits and then finds nothing to do,
        # and a mail server that refuses leaves the row for the next sweep.
        waiting = MissionRequest.objects.unconfirmed().filter(pk=contact.pk)
        if not waiting.update(confirmation_mailed_at=now):
            return False
        mail = compose_mail(
            "interpreter_confirmation",
            to=contact.contact_email,
            language=contact.site_language,
            context=_context(contact, office),
        )
        mail.reply_to = [office.email] if office.email else []
        mail.send()
    return True


def announce_request(contact: MissionRequest, *, now: datetime) -> bool:
    """Mail the office that somebody asks; say whether a mail went out."""
    office = Office.objects.current()
    if not office.email:
        return False
    with transaction.atomic():
        waiting = MissionRequest.objects.unannounced().filter(pk=contact.pk)
        if not waiting.update(notice_mailed_at=now):
            return False
        mail = compose_mail(
            "interpreter_notice",
            to=office.email,
            language=settings.LANGUAGE_CODE,
            context=_context(contact, office),
        )
        mail.reply_to = [contact.contact_email]
        mail.send()
    return True


def _context(contact: MissionRequest, office: Office) -> dict[str, Any]:
    mission = contact.mission
    today = timezone.localdate(contact.received_at)
    return {
        "contact": contact,
        "mission": mission,
        "is_short_notice": is_short_notice(mission.day, today=today),
        "office": office,
    }
