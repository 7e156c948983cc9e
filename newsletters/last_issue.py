"""“Send me the last issue”: for whoever has just subscribed, once."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from newsletters.message import copy_for
from newsletters.models import Issue, Newsletter, Subscription
from newsletters.render import render_issue
from newsletters.subscription import site_language


def last_issue_of(newsletter: Newsletter) -> Issue | None:
    """Return what went out last, unless it was withdrawn from the archive; corrections apart."""
    sent = newsletter.issues.filter(state=Issue.State.SENT, corrects__isnull=True)
    last: Issue | None = sent.newest_first().first()
    is_withdrawn = last is not None and newsletter.has_archive and not last.is_published
    return None if is_withdrawn else last


def offers_last_issue(subscription: Subscription) -> bool:
    """Say whether there is an issue that this reader has neither got nor asked for."""
    if not subscription.is_current or subscription.last_issue_asked_at:
        return False
    last = last_issue_of(subscription.newsletter)
    return last is not None and not _has_got(subscription, last)


def ask_for_last_issue(subscription: Subscription, *, now: datetime) -> bool:
    """Note the wish; False if it was noted before."""
    mine = Subscription.objects.current().filter(pk=subscription.pk)
    return bool(mine.filter(last_issue_asked_at__isnull=True).update(last_issue_asked_at=now))


@transaction.atomic
def send_last_issue(subscription: Subscription, *, now: datetime) -> bool:
    """Mail it in the reader's language; False if there is nothing to send any more.

    Marked in the same transaction: a second worker finds nothing to do, and a mail server that
    refuses leaves the wish for the next round.
    """
    waiting = Subscription.objects.waiting_for_last_issue().filter(pk=subscription.pk)
    if not waiting.update(last_issue_sent_at=now):
        return False
    reader, issue = subscription.subscriber, last_issue_of(subscription.newsletter)
    if issue is None or _has_got(subscription, issue):
        return False
    items = issue.items.in_archive().with_attachments()
    mail = render_issue(issue, language=site_language(reader.language), items=items)
    copy_for(issue, reader, mail).send()
    return True


def _has_got(subscription: Subscription, issue: Issue) -> bool:
    return issue.deliveries.filter(subscriber=subscription.subscriber_id).exists()
