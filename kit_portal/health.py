"""``/healthz`` for monitoring, and the style sheet of the office's colours."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import cache_control, never_cache

from directory.colours import theme_css
from directory.models import Office
from kit_portal.celery import app as celery_app
from kit_portal.common.models import Heartbeat


@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when database, migrations, broker and timetable work, else 503."""
    checks = {
        "database": _is_database_up(),
        "migrations": False,
        "broker": _is_broker_up(),
        "beat": False,
    }
    if checks["database"]:
        checks["migrations"] = _are_migrations_applied()
    if checks["migrations"]:
        beat = Heartbeat.objects.filter(name="beat").first()
        checks["beat"] = beat is not None and beat.is_alive(now=timezone.now())
    return JsonResponse(
        {"healthy": all(checks.values()), **checks}, status=200 if all(checks.values()) else 503
    )


def _is_database_up() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _are_migrations_applied() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _is_broker_up() -> bool:
    try:
        with celery_app.connection_for_write() as broker:
            broker.ensure_connection(max_retries=1, timeout=2)
    except Exception:
        return False
    return True


@cache_control(public=True, max_age=3600)
def theme(request: HttpRequest) -> HttpResponse:
    """The office's colours. Pages link it with ``?v=`` of the colour, so a change shows at once."""
    return HttpResponse(theme_css(Office.objects.current().accent), content_type="text/css")
