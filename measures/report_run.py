"""From the wish for a report to its file: asking, working, giving up, telling the requester."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from directory.models import Office
from kit_portal.common.mail import compose_mail
from kit_portal.common.pdf import PdfUnavailableError
from measures.models import Concept, ImplementationReport
from measures.report import collect_report
from measures.report_pdf import Teller, render_report_pdf

logger = logging.getLogger(__name__)

State, Failure = ImplementationReport.State, ImplementationReport.Failure


class GivenUpError(Exception):
    """Somebody else has declared this rendering dead; its result is no longer wanted."""


def request_report(
    concept: Concept,
    *,
    year: int,
    by: Any,
    now: datetime,
    language: str = settings.LANGUAGE_CODE,
) -> ImplementationReport:
    """Return the rendering in progress; where there is none (any more), a new one to be begun."""
    same = ImplementationReport.objects.filter(concept=concept, year=year, language=language)
    running = same.open().first()
    if running and running.is_stale(now=now):
        running.fail(Failure.STOPPED, now=now)
        running = None
    if running:
        return running
    try:
        with transaction.atomic():
            return ImplementationReport.objects.create(
                concept=concept,
                year=year,
                language=language,
                requested_by=by,
                requested_at=now,
                touched_at=now,
            )
    except IntegrityError:  # the second of two clicks at the same moment
        return same.open().get()


def make_report(
    report: ImplementationReport, *, clock: Callable[[], datetime] = timezone.now
) -> bool:
    """Render a requested report and store its file; return whether this call finished it.

    It may be called twice or too late: only who claims the row works on it. Every way to fail
    ends in the row, since nobody watches the worker.
    """
    if not report.claim(now=clock()):
        return False
    try:
        pdf = _render(report, clock=clock)
    except GivenUpError:
        return False
    except PdfUnavailableError as error:
        report.fail(Failure.LIBRARIES, error=str(error), now=clock())
        return False
    except Exception as error:
        logger.exception("report %s", report.pk)
        report.fail(Failure.MISTAKE, error=f"{type(error).__name__}: {error}", now=clock())
        return False
    return _store(report, pdf, clock=clock)


def _render(report: ImplementationReport, *, clock: Callable[[], datetime]) -> bytes:
    def tell(stage: str, percent: int) -> None:
        if not report.advance(stage, percent, now=clock()):
            raise GivenUpError

    tell(ImplementationReport.Stage.COLLECTING, 2)
    data = collect_report(
        report.concept,
        year=report.year,
        language=report.language,
        today=timezone.localdate(clock()),
    )
    return render_report_pdf(data, tell=sparingly(tell, clock=clock))


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


def _store(report: ImplementationReport, pdf: bytes, *, clock: Callable[[], datetime]) -> bool:
    storage = ImplementationReport._meta.get_field("file").storage
    name = storage.save(f"reports/{file_name(report)}", ContentFile(pdf))
    if report.finish(name, now=clock()):
        return True
    storage.delete(name)
    return False


def file_name(report: ImplementationReport) -> str:
    """Return the name under which a reader saves the file."""
    return f"umsetzungsbericht-{report.concept.slug}-{report.year}-{report.language}.pdf"


def announce_report(report: ImplementationReport) -> int:
    """Write to whoever asked for the report that it is there; return the mails sent (0 or 1)."""
    reader = report.requested_by
    if not (reader and reader.is_active and report.state == State.READY):
        return 0
    with override(reader.language):
        address = settings.SITE_URL + reverse("measures:reports")
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
