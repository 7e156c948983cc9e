"""Asking people on a list taken over whether they still agree; who does not say so is let go."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.timezone import localdate

from directory.models import Office
from kit_portal.accounts.models import User
from kit_portal.common.mail import compose_mail
from kit_portal.common.tokens import hash_token, new_token
from newsletters import links
from newsletters.models import Consent, Newsletter, Reconfirmation, Subscription
from newsletters.subscription import leave


def taken_over(newsletter: Newsletter, *, today: date) -> QuerySet[Subscription]:
    """Return who gets the newsletter on the word of an earlier list alone, and is not asked yet.

    Who pauses is not written to, so not asked either.
    """
    mine = Consent.objects.filter(
        subscriber=OuterRef("subscriber"),
        newsletter=OuterRef("newsletter"),
        event=Consent.Event.CONFIRMED,
    )
    own_word = mine.filter(source__in=(Consent.Source.LINK, Consent.Source.FORM))
    return (
        Subscription.objects.served_on(today)
        .filter(
            Exists(mine.filter(source=Consent.Source.IMPORT)),
            ~Exists(own_word),
            newsletter=newsletter,
            reconfirm_by__isnull=True,
        )
        .order_by("pk")
    )


@transaction.atomic
def begin(newsletter: Newsletter, *, until: date, by: User, now: datetime) -> Reconfirmation | None:
    """Begin a run; None if there is nobody to ask. The mails go out by and by."""
    run = Reconfirmation.objects.create(
        newsletter=newsletter, until=until, begun_at=now, begun_by=by
    )
    # One statement: of two people who begin at once, one run gets everybody and the other nobody.
    people = taken_over(newsletter, today=localdate(now)).order_by().values("pk")
    run.asked_count = (
        Subscription.objects.filter(pk__in=people)
        .filter(reconfirm_by__isnull=True)
        .update(reconfirmation=run, reconfirm_by=until, reconfirm_mailed_at=None)
    )
    if not run.asked_count:
        run.delete()
        return None
    run.save(update_fields=["asked_count"])
    return run


@transaction.atomic
def send_reconfirmation(subscription: Subscription, *, now: datetime) -> bool:
    """Ask one reader by mail; False if that was done before."""
    token, reader = new_token(), subscription.subscriber
    waiting = Subscription.objects.waiting_to_be_asked_anew().filter(pk=subscription.pk)
    if not waiting.update(reconfirm_mailed_at=now, token_hash=hash_token(token)):
        return False
    language = reader.language
    context = {
        "office": Office.objects.current(),
        "newsletter": subscription.newsletter,
        "until": subscription.reconfirm_by,
        "url": links.confirm_url(token, language=language),
        "leave_url": links.leave_url(
            subscription.newsletter, reader.current_token(), language=language
        ),
    }
    mail = compose_mail("newsletter_anew", to=reader.email, language=language, context=context)
    mail.send()
    return True


def end_overdue(*, now: datetime) -> int:
    """Let go who was asked and has not confirmed by the set day; return how many."""
    overdue = Subscription.objects.current().filter(reconfirm_by__lt=localdate(now))
    count = 0
    for subscription in overdue.select_related("subscriber", "newsletter").iterator():
        count += len(
            leave(
                subscription.subscriber,
                [subscription.newsletter],
                source=Consent.Source.OVERDUE,
                now=now,
            )
        )
    return count
