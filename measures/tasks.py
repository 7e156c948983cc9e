from celery import shared_task
from django.utils import timezone

from measures import indicator_counting
from measures.models import ImplementationReport
from measures.report_run import announce_report, make_report


@shared_task
def render_report(pk: int) -> None:
    report = ImplementationReport.objects.select_related("concept").filter(pk=pk).first()
    if report and make_report(report):
        tell_requester.delay_on_commit(pk)


@shared_task(autoretry_for=(OSError,), retry_backoff=60, max_retries=5)
def tell_requester(pk: int) -> None:
    reports = ImplementationReport.objects.select_related("concept", "requested_by")
    if report := reports.filter(pk=pk).first():
        announce_report(report)


@shared_task
def count_indicators() -> None:
    indicator_counting.count_indicators(now=timezone.now())
