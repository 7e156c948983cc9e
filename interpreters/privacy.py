"""One person's data in the pools and among those who asked, found by the e-mail address."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from interpreters.forget import forget_interpreter
from interpreters.models import Interpreter, MissionRequest


def export(email: str) -> dict[str, Any]:
    """Return what is stored with the address, ready for JSON."""
    people = Interpreter.objects.at_address(email)
    requests = MissionRequest.objects.from_address(email).for_mail()
    return {
        "interpreter": [_person(person) for person in people],
        "requests": [_request(request) for request in requests],
    }


def erase(email: str, *, now: datetime) -> int:
    """Forget the person; return how many rows were deleted or changed. Missions still count."""
    people = list(Interpreter.objects.at_address(email))
    forgotten = sum(forget_interpreter(person) for person in people)
    requests, _by_model = MissionRequest.objects.from_address(email).delete()
    return forgotten + requests


def _person(person: Interpreter) -> dict[str, Any]:
    return {
        "name": person.name,
        "email": person.email,
        "phone": person.phone,
        "district": person.district,
        "comes_on_site": person.comes_on_site,
        "takes_phone": person.takes_phone,
        "takes_video": person.takes_video,
        "max_missions_per_month": person.max_missions_per_month,
        "paused_until": person.paused_until,
        "notes": person.notes,
        "pools": [
            {"pool": one.pool, "joined_on": one.joined_on, "left_on": one.left_on}
            for one in person.memberships.all()
        ],
        "languages": [
            {
                "language": one.language.tag,
                "level": one.level,
                "basis": one.basis,
                "verified_on": one.verified_on,
                "may_interpret": one.may_interpret,
            }
            for one in person.spoken_languages.select_related("language")
        ],
        "credentials": [
            {"kind": one.kind, "seen_on": one.seen_on, "valid_until": one.valid_until}
            for one in person.credentials.all()
        ],
        "missions": [
            {
                "reference": one.reference,
                "day": one.day,
                "state": one.state,
                "language": one.language.tag if one.language else None,
                "minutes": one.minutes,
            }
            for one in person.missions.for_list()
        ],
        "partnerships": [
            {"started_on": one.started_on, "ended_on": one.ended_on, "state": one.state}
            for one in person.partnerships.all()
        ],
    }


def _request(request: MissionRequest) -> dict[str, Any]:
    return {
        "reference": request.mission.reference,
        "institution": request.institution_name,
        "contact_name": request.contact_name,
        "contact_email": request.contact_email,
        "contact_phone": request.contact_phone,
        "received_at": request.received_at,
    }
