"""Kicks for the verbs. The timetable's tick asks the database what is due."""

from __future__ import annotations

import logging
from smtplib import SMTPException

from celery import shared_task
from django.utils import timezone

from newsletters import checks, delivery, subscription
from newsletters.compose import compose_due
from newsletters.models import Issue, Subscriber

log = logging.getLogger(__name__)


@shared_task
def tick() -> None:
    """Every minute: tidy up, begin what is due, send everything under way, lay out drafts."""
    now = timezone.now()
    delivery.sweep(now=now)
    delivery.start_due(now=now)
    for pk in Issue.objects.sending().values_list("pk", flat=True):
        # The next tick asks again, so a kick that waited too long is not needed any more.
        deliver_issue.apply_async((pk,), expires=55)
    compose_due(now=now)  # last: what goes wrong there must not hold up the mail


@shared_task
def deliver_issue(pk: int) -> None:
    """Send for a while; what is left, the next tick takes up."""
    issue = Issue.objects.sending().select_related("newsletter").filter(pk=pk).first()
    if issue is None:
        return
    try:
        delivery.deliver_issue(issue)
    except delivery.NoRelayError:
        log.info("Issue %s waits for the mail server.", pk)


@shared_task
def check_issue(pk: int) -> None:
    """The checks that ask other machines. Losing this kick only means to ask again."""
    if issue := Issue.objects.being_edited().select_related("newsletter").filter(pk=pk).first():
        checks.check_issue(issue, clock=timezone.now)


@shared_task
def forget_unconfirmed() -> None:
    subscription.forget_unconfirmed(now=timezone.now())


@shared_task(autoretry_for=(SMTPException, OSError), retry_backoff=60, max_retries=6)
def send_sign_up_mail(pk: int) -> None:
    if subscriber := Subscriber.objects.filter(pk=pk).first():
        subscription.send_sign_up_mail(subscriber, now=timezone.now())
