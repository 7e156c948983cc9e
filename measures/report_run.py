"""From the wish for a report's PDF to its file: asking, working, giving up, telling the requester.

A draft is collected afresh each time. What an adopted report prints comes from its snapshot, and
the file that comes of it is kept for good.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from directory.models import Office
from kit_portal.common.mail import compose_mail
from kit_portal.common.pdf import PdfUnavailableError
from measures.models import ImplementationReport, ReportFile, ReportRendering
from measures.report import collect_report
from measures.report_entries import Report
from measures.report_pdf import Teller, render_report_pdf
from measures.snapshot import Snapshot, sha256_of

logger = logging.getLogger(__name__)

State, Failure = ReportRendering.State, ReportRendering.Failure
# What failed for another reason than a dead worker will hardly work a minute later.
BREATH = timedelta(hours=1)


class GivenUpError(Exception):
    """Somebody else has declared this rendering dead; its result is no longer wanted."""


def request_rendering(
    report: ImplementationReport,
    *,
    by: Any,
    now: datetime,
    language: str = settings.LANGUAGE_CODE,
) -> ReportRendering:
    """Return the rendering in progress; where there is none (any more), a new one to be begun."""
    same = ReportRendering.objects.filter(report=report, language=language)
    running = same.open().first()
    if running and running.is_stale(now=now):
        running.fail(Failure.STOPPED, now=now)
        running = None
    if running:
        return running
    try:
        with transaction.atomic():
            return ReportRendering.objects.create(
                report=report,
                language=language,
                requested_by=by,
                requested_at=now,
                touched_at=now,
            )
    except IntegrityError:  # the second of two clicks at the same moment
        return same.open().get()


def unfinished(*, now: datetime) -> QuerySet[ReportRendering]:
    """Return the tries at files of adopted reports that came to nothing, worth another one."""
    return (
        ReportRendering.objects.broken(now=now)
        .filter(report__state=ImplementationReport.State.ADOPTED)
        .exclude(state=State.FAILED, touched_at__gt=now - BREATH)
        .select_related("report", "requested_by")
        .defer("report__snapshot")
        .order_by("pk")
    )


def make_file(rendering: ReportRendering, *, clock: Callable[[], datetime] = timezone.now) -> bool:
    """Render what was requested and store its file; return whether this call finished it.

    It may be called twice or too late: only who claims the row works on it. Every way to fail
    ends in the row, since nobody watches the worker.
    """
    if not rendering.claim(now=clock()):
        return False
    try:
        pdf = _render(rendering, clock=clock)
    except GivenUpError:
        return False
    except PdfUnavailableError as error:
        rendering.fail(Failure.LIBRARIES, error=str(error), now=clock())
        return False
    except Exception as error:
        logger.exception("rendering %s", rendering.pk)
        rendering.fail(Failure.MISTAKE, error=f"{type(error).__name__}: {error}", now=clock())
        return False
    return _store(rendering, pdf, clock=clock)


def _render(rendering: ReportRendering, *, clock: Callable[[], datetime]) -> bytes:
    def tell(stage: str, percent: int) -> None:
        if not rendering.advance(stage, percent, now=clock()):
            raise GivenUpError

    tell(ReportRendering.Stage.COLLECTING, 2)
    content = content_of(rendering.report, language=rendering.language, now=clock())
    return render_report_pdf(content, tell=sparingly(tell, clock=clock))


def content_of(report: ImplementationReport, *, language: str, now: datetime) -> Report:
    """Return what the report says: as it was frozen, or for a draft as things stand now."""
    if report.is_adopted:
        return Snapshot.read(report.snapshot).report_in(language)
    return collect_report(
        report.concept,
        year=report.year,
        language=language,
        today=timezone.localdate(now),
        draft=report,
    )


def sparingly(tell: Teller, *, clock: Callable[[], datetime], seconds: float = 1.0) -> Teller:
    """Pass on every new stage at once, but progress within one at most once in ``seconds``."""
    last_stage, last_moment, most = "", clock(), 0

    def telling(stage: str, percent: int) -> None:
        nonlocal last_stage, last_moment, most
        most = max(most, percent)  # pages set a second time must not make the bar run backwards
        now = clock()
        if stage != last_stage or (now - last_moment).total_seconds() >= seconds:
            last_stage, last_moment = stage, now
            tell(stage, most)

    return telling


def _store(rendering: ReportRendering, pdf: bytes, *, clock: Callable[[], datetime]) -> bool:
    storage = ReportRendering._meta.get_field("file").storage
    name = storage.save(f"reports/{file_name(rendering)}", ContentFile(pdf))
    with transaction.atomic():
        finished = rendering.finish(name, now=clock())
        if finished and rendering.report.is_adopted:
            ReportFile.objects.create(
                report=rendering.report,
                language=rendering.language,
                file=name,
                size=len(pdf),
                sha256=sha256_of(pdf),
            )
    if not finished:
        storage.delete(name)
    return finished


def file_name(thing: ReportRendering | ReportFile) -> str:
    """Return the name under which a reader saves the file."""
    report = thing.report
    version = f"-v{report.version}" if report.version > 1 else ""
    return f"umsetzungsbericht-{report.concept_slug}-{report.year}{version}-{thing.language}.pdf"


def announce_report(rendering: ReportRendering) -> int:
    """Write to whoever asked for the report that it is there; return the mails sent (0 or 1)."""
    reader = rendering.requested_by
    if not (reader and reader.is_active and rendering.state == State.READY):
        return 0
    report = rendering.report
    with override(reader.language):
        address = settings.SITE_URL + reverse(
            "measures:report_edit", args=(report.concept_slug, report.year)
        )
    message = compose_mail(
        "report_ready",
        to=reader.email,
        language=reader.language,
        context={
            "report": report,
            "reader": reader,
            "address": address,
            "office": Office.objects.current(),
        },
    )
    return message.send()
