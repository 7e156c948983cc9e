from datetime import timedelta

from django.utils import timezone

from kit_portal.common.models import Heartbeat
from kit_portal.common.tasks import beat_heartbeat


def test_healthz_is_well_after_a_heartbeat(client, db):
    beat_heartbeat()

    response = client.get("/healthz")

    assert response.json() == {
        "healthy": True,
        "database": True,
        "migrations": True,
        "broker": True,
        "beat": True,
    }
    assert response.status_code == 200


def test_healthz_names_a_silent_timetable(client, db):
    Heartbeat.objects.create(name="beat", beat_at=timezone.now() - timedelta(minutes=6))

    response = client.get("/healthz")

    assert response.status_code == 503
    assert response.json()["beat"] is False


def test_healthz_names_a_broker_that_is_away(client, db, monkeypatch):
    from kit_portal.celery import app

    beat_heartbeat()
    monkeypatch.setattr(
        app, "connection_for_write", lambda: app.connection("redis://127.0.0.1:1/0")
    )

    response = client.get("/healthz")

    assert response.status_code == 503
    assert response.json()["broker"] is False
