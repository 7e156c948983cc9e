"""Writing down a mission that is done, and taking the last entry back."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db import transaction

from directory.models import Language
from interpreters.models import Institution, Interpreter, Mission, Pool
from interpreters.reference import next_reference
from kit_portal.accounts.models import User
from kit_portal.common.days import at_clock

# How long an entry may be taken back with one click; later it is changed in the administration.
UNDO_WITHIN = timedelta(hours=1)


@transaction.atomic
def log_mission(
    interpreter: Interpreter,
    *,
    kind: str,
    language: Language | None,
    day: date,
    clock: time | None,
    minutes: int,
    mode: str,
    subject: str,
    institution: Institution | None,
    client_code: str,
    outcome: str,
    by: User,
) -> Mission:
    """Store a mission that is done. Without ``clock`` only its day counts as known."""
    starts_at = at_clock(day, clock or time.min)
    return Mission.objects.create(
        reference=next_reference(year=day.year),
        state=Mission.State.DONE,
        kind=kind,
        outcome=outcome,
        language=language,
        mode=mode,
        subject=subject,
        institution=institution,
        client_code=client_code,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=minutes),
        is_time_known=clock is not None,
        actual_minutes=minutes,
        interpreter=interpreter,
        pool=pool_for(interpreter, kind=kind, day=day),
        logged_by=by,
    )


def pool_for(interpreter: Interpreter, *, kind: str, day: date) -> str:
    """Return the pool in which the person did it, volunteers before staff; "" if in none then."""
    fitting = [Pool.GUIDE] if kind == Mission.Kind.GUIDE else [Pool.VOLUNTEER, Pool.INTERNAL]
    own = interpreter.pools_on(day)
    return next((pool.value for pool in fitting if pool in own), "")


def only_language_of(interpreter: Interpreter) -> Language | None:
    """Return the one language that the person interprets; None if there are several or none."""
    spoken = interpreter.spoken_languages.filter(may_interpret=True, language__is_requestable=True)
    languages = [one.language for one in spoken.select_related("language")[:2]]
    return languages[0] if len(languages) == 1 else None


def institution_called(title: str, *, kind: str) -> Institution:
    """Return the institution of that name; a new name makes one that the office has to approve."""
    found = Institution.objects.called(title).first()
    return found or Institution.objects.create(name=title, kind=kind)


@transaction.atomic
def undo_last_entry(user: User, *, now: datetime) -> Mission | None:
    """Delete what ``user`` logged last and return it; None if that is longer than an hour ago."""
    entries = Mission.objects.logged_by(user, since=now - UNDO_WITHIN).for_list()
    last = entries.first()
    if last is not None:
        last.delete()
    return last
