from auditlog.context import set_actor
from celery import shared_task
from django.utils import timezone

from measures import indicator_counting
from measures.models import EvaluationRequest, ReportRendering, TableImport
from measures.report_run import announce_report, make_file, request_rendering, unfinished
from measures.round_mail import deliver
from measures.round_requests import want_due_reminders
from measures.table_run import check_import, write_import


@shared_task
def render_report(pk: int) -> None:
    renderings = ReportRendering.objects.select_related("report__concept")
    rendering = renderings.filter(pk=pk).first()
    if rendering and make_file(rendering):
        tell_requester.delay_on_commit(pk)


@shared_task(autoretry_for=(OSError,), retry_backoff=60, max_retries=5)
def tell_requester(pk: int) -> None:
    renderings = ReportRendering.objects.select_related("report__concept", "requested_by")
    if rendering := renderings.filter(pk=pk).first():
        announce_report(rendering)


@shared_task
def bring_on_table_import(pk: int) -> None:
    """Do what is next: check a new file, or write a confirmed one."""
    run = TableImport.objects.select_related("requested_by").filter(pk=pk).first()
    if run and run.state == TableImport.State.WAITING:
        check_import(run)
    elif run and run.state == TableImport.State.CONFIRMED:
        with set_actor(run.requested_by):  # the audit log names whoever confirmed
            write_import(run)


@shared_task
def tidy_table_imports() -> None:
    """Erase what is older than a day, and bring on what a lost message left lying."""
    now = timezone.now()
    for run in TableImport.objects.outdated(now=now):
        run.forget()
    for pk in TableImport.objects.waiting(now=now).values_list("pk", flat=True):
        bring_on_table_import.delay(pk)


@shared_task(autoretry_for=(OSError,), retry_backoff=60, max_retries=3)
def mail_participant(pk: int) -> None:
    deliver(pk, now=timezone.now())


@shared_task
def mail_waiting_participants() -> None:
    """The sweep: mails of an evaluation round whose kick was lost go out with the next one."""
    waiting = EvaluationRequest.objects.waiting_for_mail(now=timezone.now())
    for pk in waiting.values_list("pk", flat=True):
        mail_participant.delay(pk)


@shared_task
def remind_participants() -> None:
    """Once a day: whoever still owes an evaluation is reminded, at most once a week."""
    want_due_reminders(now=timezone.now())
    mail_waiting_participants.delay()


@shared_task
def count_indicators() -> None:
    indicator_counting.count_indicators(now=timezone.now())


@shared_task
def finish_adopted_reports() -> None:
    """Ask again for files that adopted reports lack: a worker died, or its message was lost."""
    now = timezone.now()
    for waiting in unfinished(now=now):
        rendering = request_rendering(
            waiting.report, by=waiting.requested_by, now=now, language=waiting.language
        )
        render_report.delay_on_commit(rendering.pk)
