"""One person's data out, or gone from every table and every log."""

from datetime import date

import pytest
from auditlog.registry import auditlog
from django.apps import apps
from django.urls import reverse
from django.utils import timezone

from interpreters.models import Credential, Interpreter, Mission, MissionRequest
from interpreters.privacy import erase, export
from tests.interpreters.factories import make_interpreter, make_mission, make_partnership

SECRETS = ("Zarah Vergessmich", "zarah@example.org", "0461 98765")


@pytest.fixture
def audited():
    """Track the people as the portal does when it runs."""
    is_known = auditlog.contains(Interpreter)
    if not is_known:
        auditlog.register(Interpreter)
    yield
    if not is_known:
        auditlog.unregister(Interpreter)


@pytest.fixture
def zarah(audited, farsi):
    person = make_interpreter(SECRETS[0], languages=[farsi], email=SECRETS[1], phone=SECRETS[2])
    Credential.objects.create(interpreter=person, kind="other", seen_on=date(2025, 1, 1))
    person.notes = "Zarah Vergessmich kommt gern"
    person.save()
    return person


def rows_with_secrets():
    """Look into every column of every table."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        for row in model._base_manager.values():
            text = repr(row)
            if any(secret in text for secret in SECRETS):
                found.append(model._meta.label)
    return sorted(set(found))


def test_erase_leaves_the_name_nowhere(zarah, farsi, client_of, lead):
    client_of(lead).post(
        reverse("admin:interpreters_interpreter_change", args=[zarah.pk]),
        {
            "name": SECRETS[0],
            "email": SECRETS[1],
            "comes_on_site": "on",
            "notes": "anders",
            **{
                f"{prefix}-{key}": "0"
                for prefix in ("memberships", "spoken_languages", "credentials")
                for key in ("TOTAL_FORMS", "INITIAL_FORMS")
            },
        },
    )
    before = rows_with_secrets()

    erase(SECRETS[1], now=timezone.now())

    assert before == ["admin.LogEntry", "auditlog.LogEntry", "interpreters.Interpreter"]
    assert rows_with_secrets() == []


def test_erase_keeps_what_was_done_and_opens_what_is_ahead(zarah, farsi):
    done = make_mission(language=farsi, interpreter=zarah, pool="volunteer")
    ahead = make_mission(state="assigned", language=farsi, interpreter=zarah, pool="volunteer")
    pair = make_partnership(volunteer=zarah)

    count = erase("ZARAH@example.org", now=timezone.now())

    for row in (done, ahead, pair):
        row.refresh_from_db()
    assert (done.state, done.interpreter, done.pool) == ("done", None, "volunteer")
    assert (ahead.state, ahead.interpreter, ahead.pool) == ("open", None, "")
    assert pair.volunteer is None
    assert count >= 7  # person, pool, language, credential, three rows unlinked


def test_erase_deletes_who_asked_but_not_the_mission(db):
    mission = make_mission(state="requested")
    MissionRequest.objects.create(
        mission=mission,
        institution_name="Praxis",
        contact_name="Mona Muster",
        contact_email="mona@example.org",
    )

    count = erase("mona@example.org", now=timezone.now())

    assert (count, MissionRequest.objects.count(), Mission.objects.count()) == (1, 0, 1)


def test_erase_of_a_stranger_touches_nothing(zarah):
    assert erase("niemand@example.org", now=timezone.now()) == 0
    assert Interpreter.objects.count() == 1


def test_export_tells_what_is_stored(zarah, farsi):
    mission = make_mission(language=farsi, interpreter=zarah, pool="volunteer", minutes=45)

    data = export("zarah@EXAMPLE.org")

    (person,) = data["interpreter"]
    assert (person["name"], person["phone"]) == (SECRETS[0], SECRETS[2])
    assert [one["language"] for one in person["languages"]] == ["pes"]
    assert [(one["reference"], one["minutes"]) for one in person["missions"]] == [
        (mission.reference, 45)
    ]
    assert data["requests"] == []


def test_export_of_a_stranger_is_empty(zarah):
    assert export("niemand@example.org") == {"interpreter": [], "requests": []}
