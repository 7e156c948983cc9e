"""Forgetting a person of the pools while what they did still counts."""

from __future__ import annotations

from auditlog.context import disable_auditlog
from auditlog.models import LogEntry as AuditEntry
from django.contrib.admin.models import LogEntry as AdminEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import QuerySet

from interpreters.models import Interpreter, Mission


@transaction.atomic
def forget_interpreter(interpreter: Interpreter) -> int:
    """Delete the person with languages, credentials and every log line that bears the name.

    Missions done keep their pool and lose the person; assigned ones are open again, so somebody
    has to be found. Returns how many rows were deleted or changed.
    """
    released = interpreter.missions.assigned().update(
        state=Mission.State.OPEN, interpreter=None, pool=""
    )
    unlinked = interpreter.missions.count() + interpreter.partnerships.count()
    logs = sum(_forget_logs(things) for things in _rows_of(interpreter))
    with disable_auditlog():  # the log of the deletion would keep the name
        deleted, _by_model = interpreter.delete()
    return released + unlinked + logs + deleted


def _rows_of(interpreter: Interpreter) -> list[QuerySet]:  # type: ignore[type-arg]
    return [
        Interpreter.objects.filter(pk=interpreter.pk),
        interpreter.memberships.all(),
        interpreter.spoken_languages.all(),
        interpreter.credentials.all(),
    ]


def _forget_logs(things: QuerySet) -> int:  # type: ignore[type-arg]
    """Both logs keep a row's text after the row is gone (``object_repr``)."""
    keys = [str(key) for key in things.values_list("pk", flat=True)]
    kind = ContentType.objects.get_for_model(things.model)
    audit: int
    audit, _by_model = AuditEntry.objects.filter(content_type=kind, object_pk__in=keys).delete()
    admin, _by_model = AdminEntry.objects.filter(content_type=kind, object_id__in=keys).delete()
    return audit + admin
