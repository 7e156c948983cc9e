"""Shallow makers of what the pools consist of; people are invented."""

from datetime import UTC, date, datetime, timedelta
from itertools import count

from directory.models import Language, LanguageAlias
from interpreters.models import (
    Institution,
    Interpreter,
    Mission,
    Partnership,
    PoolMembership,
    SpokenLanguage,
)

_numbers = count(1)
MORNING = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)  # a Monday, 9 o'clock in Flensburg


def make_language(tag, name, *, aliases=(), **fields):
    language = Language.objects.create(tag=tag, name_de=name, **fields)
    LanguageAlias.objects.bulk_create(
        LanguageAlias(language=language, text=text) for text in aliases
    )
    return language


def make_interpreter(name="Rana Beispiel", *, pools=("volunteer",), languages=(), **fields):
    person = Interpreter.objects.create(name=name, **fields)
    for pool in pools:
        PoolMembership.objects.create(interpreter=person, pool=pool, joined_on=date(2020, 1, 1))
    for language in languages:
        SpokenLanguage.objects.create(interpreter=person, language=language, level="C1")
    return person


def make_institution(name="Praxis am Hafen", *, kind="health", **fields):
    return Institution.objects.create(name=name, kind=kind, **fields)


def make_mission(*, state="done", starts_at=MORNING, minutes=60, **fields):
    if state == "done":
        fields.setdefault("actual_minutes", minutes)
    return Mission.objects.create(
        reference=f"T-{next(_numbers):05}",
        state=state,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=minutes),
        **fields,
    )


def make_partnership(code="L-1", **fields):
    return Partnership.objects.create(learner_code=code, **fields)
