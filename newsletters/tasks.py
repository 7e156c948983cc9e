"""Kicks for the verbs. The timetable's tick asks the database what is due."""

from __future__ import annotations

import logging
from smtplib import SMTPException
from typing import Any

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from newsletters import (
    address_change,
    bounces,
    checks,
    delivery,
    last_issue,
    reconfirmation,
    retention,
    unsure,
)
from newsletters import subscription as subscribing
from newsletters.compose import compose_due
from newsletters.incoming import empty_mailbox
from newsletters.mailbox import ERRORS as MAILBOX_ERRORS
from newsletters.mailbox import open_mailbox
from newsletters.models import AddressChange, Delivery, Issue, SignUp, Subscriber, Subscription
from newsletters.sign_up import take_up

log = logging.getLogger(__name__)

AT_ONCE = 200  # of a kind; the next minute takes the next ones


@shared_task
def tick() -> None:
    """Every minute: tidy up, begin what is due, send everything under way, lay out drafts."""
    now = timezone.now()
    delivery.sweep(now=now)
    delivery.start_due(now=now)
    free = delivery.free_connections(now=now)
    for pk in Issue.objects.sending().values_list("pk", flat=True):
        for _connection in range(free):
            # The next tick asks again, so a kick that waited too long is not needed any more.
            deliver_issue.apply_async((pk,), expires=55)
    compose_due(now=now)
    if Delivery.objects.unclear().exists():
        settle_unclear.delay()  # apart: a mailbox that does not answer must not hold up the tick


# A mail server may take half an hour for one mail and be within its rights (RFC 5321, 4.5.3.2).
@shared_task(time_limit=1800)
def deliver_issue(pk: int) -> None:
    """Send for a while; what is left, the next tick takes up."""
    issue = Issue.objects.sending().select_related("newsletter").filter(pk=pk).first()
    if issue is None or not delivery.free_connections(now=timezone.now()):
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
def settle_unclear() -> None:
    unsure.settle_unclear(now=timezone.now())


@shared_task
def forget_what_is_over() -> None:
    now = timezone.now()
    reconfirmation.end_overdue(now=now)
    retention.forget_what_is_over(now=now)


@shared_task
def attend_to_readers() -> None:
    """Every minute: do what readers asked for and whose kick was lost."""
    for pk in SignUp.objects.values_list("pk", flat=True)[:AT_ONCE]:
        _kick(take_up_sign_up, pk)
    waiting = Subscription.objects.waiting_for_last_issue()
    for pk in waiting.values_list("pk", flat=True)[:AT_ONCE]:
        _kick(send_last_issue, pk)
    anew = Subscription.objects.waiting_to_be_asked_anew().filter(subscriber__state="active")
    for pk in anew.order_by("pk").values_list("pk", flat=True)[:AT_ONCE]:
        _kick(send_reconfirmation, pk)
    changes = AddressChange.objects.unmailed() | AddressChange.objects.untold()
    for pk in changes.values_list("pk", flat=True)[:AT_ONCE]:
        _kick(send_address_mail, pk)


def _kick(task: Any, pk: int) -> None:
    """The next minute asks again, so a kick that waited too long is not needed any more."""
    task.apply_async((pk,), expires=55)


@shared_task
def take_up_sign_up(pk: int) -> None:
    sign_up = SignUp.objects.filter(pk=pk).first()
    if sign_up and (subscriber := take_up(sign_up)):
        send_sign_up_mail.delay(subscriber.pk)


@shared_task
def send_last_issue(pk: int) -> None:
    wanted = Subscription.objects.select_related("subscriber", "newsletter")
    if subscription := wanted.filter(pk=pk).first():
        last_issue.send_last_issue(subscription, now=timezone.now())


@shared_task
def send_reconfirmation(pk: int) -> None:
    wanted = Subscription.objects.select_related("subscriber", "newsletter")
    if subscription := wanted.filter(pk=pk).first():
        reconfirmation.send_reconfirmation(subscription, now=timezone.now())


@shared_task
def send_address_mail(pk: int) -> None:
    """Ask the new mailbox, or tell the old one, whichever is due."""
    change = AddressChange.objects.select_related("subscriber").filter(pk=pk).first()
    if change and change.confirmed_at:
        address_change.tell_old_address(change)
    elif change:
        address_change.send_change_mail(change, now=timezone.now())


@shared_task(autoretry_for=(SMTPException, OSError), retry_backoff=60, max_retries=6)
def send_sign_up_mail(pk: int) -> None:
    if subscriber := Subscriber.objects.filter(pk=pk).first():
        subscribing.send_sign_up_mail(subscriber, now=timezone.now())


@shared_task
def look_after_bounces() -> None:
    """Every few minutes: count what was refused, and read what came back."""
    now = timezone.now()
    bounces.count_refusals(now=now)
    if not settings.BOUNCE_MAILBOX_URL:
        return
    try:
        with open_mailbox(settings.BOUNCE_MAILBOX_URL) as mailbox:
            empty_mailbox(mailbox, now=now)
    except MAILBOX_ERRORS as error:
        log.warning("The bounce mailbox cannot be read: %s", error)
