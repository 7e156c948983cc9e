"""A file's way in: taken, checked, looked at by somebody, written as a whole or not at all."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from kit_portal.common.tables import read_sheets
from measures.models import TableImport
from measures.tables.headings import sections_of
from measures.tables.plan import Plan, plan_import
from measures.tables.write import write_plan

logger = logging.getLogger(__name__)

State = TableImport.State
INLINE_ROWS = 200  # what a visitor of the page waits for; more goes to a worker


class Stale(Exception):  # noqa: N818  no mistake: the data went on
    """The file would do something else now than what was confirmed."""


def take_upload(
    file: UploadedFile[Any], *, table: str, rows: int, by: Any, language: str, now: datetime
) -> TableImport:
    """Keep the file privately, to be checked; ``table`` is empty where headings tell it."""
    return TableImport.objects.create(
        file_name=(file.name or "")[-200:],
        file=file,
        table=table,
        rows=rows,
        language=language,
        requested_by=by,
        requested_at=now,
        touched_at=now,
    )


def check_import(
    run: TableImport, *, clock: Callable[[], datetime] = timezone.now, is_renewed: bool = False
) -> None:
    """Find out what the file would do, and store it. Doing so twice changes nothing."""
    try:
        with override(run.language):
            plan = _plan(run, tell=lambda percent: run.advance(percent, now=clock()))
            _store(run, plan, now=clock(), is_renewed=is_renewed)
    except Exception as error:
        _fail(run, error, now=clock())


def write_import(run: TableImport, *, clock: Callable[[], datetime] = timezone.now) -> bool:
    """Write a confirmed import; return whether this call did.

    Where the data has changed since it was looked at, nothing is written: it is checked anew.
    """
    try:
        with transaction.atomic(), override(run.language):
            return _write(run, clock=clock)
    except (Stale, IntegrityError):  # or somebody stored the same number a moment ago
        run.refresh_from_db()
        check_import(run, clock=clock, is_renewed=True)
    except Exception as error:
        _fail(run, error, now=clock())
    return False


def _write(run: TableImport, *, clock: Callable[[], datetime]) -> bool:
    # A second worker waits here, and then finds the work done.
    mine = TableImport.objects.select_for_update().filter(pk=run.pk, state=State.CONFIRMED).first()
    if mine is None:
        return False
    plan = _plan(run, lock=True)
    if plan.fingerprint() != mine.fingerprint:
        raise Stale
    write_plan(plan)
    now = clock()
    mine.state, mine.finished_at, mine.touched_at = State.DONE, now, now
    mine.save(update_fields=["state", "finished_at", "touched_at"])
    return True


def _plan(
    run: TableImport, *, lock: bool = False, tell: Callable[[int], None] = lambda percent: None
) -> Plan:
    with run.file.open("rb") as file:
        tables = read_sheets(file, name=run.file_name)
    sections, faults = sections_of(tables, chosen=run.table)
    if faults:  # the form has let none through: the format itself has changed since
        raise ValueError(" ".join(map(str, faults)))
    return plan_import(sections, by=run.requested_by or AnonymousUser(), lock=lock, tell=tell)


def _store(run: TableImport, plan: Plan, *, now: datetime, is_renewed: bool) -> None:
    before = run.state
    run.state, run.counts, run.result = State.CHECKED, dict(plan.counts), plan.result()
    run.fingerprint, run.progress, run.is_renewed = plan.fingerprint(), 100, is_renewed
    run.touched_at = now
    columns = ["state", "counts", "result", "fingerprint", "progress", "is_renewed", "touched_at"]
    # Not if it went on meanwhile: then another worker was quicker.
    known = TableImport.objects.filter(pk=run.pk, state=before)
    known.update(**{name: getattr(run, name) for name in columns})


def _fail(run: TableImport, error: Exception, *, now: datetime) -> None:
    logger.exception("import %s", run.pk)
    gone = isinstance(error, FileNotFoundError)
    run.state = State.FAILED
    run.error = _("The file is gone.") if gone else f"{type(error).__name__}: {error}"
    TableImport.objects.filter(pk=run.pk).exclude(state=State.DONE).update(
        state=run.state, error=run.error, touched_at=now, finished_at=now
    )
