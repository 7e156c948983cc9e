"""What is erased by itself, and when (Art. 5 (1) e DSGVO)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from newsletters.models import (
    AddressChange,
    Consent,
    Newsletter,
    Subscriber,
    SubscriberImport,
    Subscription,
)
from newsletters.privacy import erase
from newsletters.subscription import CONFIRM_WITHIN, forget_unconfirmed

LOOK_WITHIN = timedelta(days=1)  # an uploaded list that nobody took over
MONTH = timedelta(days=31)  # rather a day longer than too short


def forget_what_is_over(*, now: datetime) -> None:
    """Erase requests nobody confirmed, and proofs that are not needed any more."""
    forget_unconfirmed(now=now)
    SubscriberImport.objects.waiting().uploaded_before(now - LOOK_WITHIN).delete()
    AddressChange.objects.unconfirmed().requested_before(now - CONFIRM_WITHIN).delete()
    for newsletter in Newsletter.objects.all():
        forget_left(newsletter, now=now)


@transaction.atomic
def forget_left(newsletter: Newsletter, *, now: datetime) -> int:
    """Erase the proof of those who left longer ago than it is kept; return how many.

    Who has nothing else is erased altogether, the address too: a list taken over later cannot
    tell any more that this person once left.
    """
    before = now - MONTH * newsletter.proof_months
    gone = list(_left_before(newsletter, before))
    Consent.objects.filter(newsletter=newsletter, subscriber__in=gone).delete()
    Subscription.objects.filter(newsletter=newsletter, subscriber__in=gone).delete()
    nothing_left = Subscriber.objects.filter(
        pk__in=gone, subscriptions__isnull=True, consents__isnull=True
    )
    for subscriber in nothing_left:
        erase(subscriber.email, now=now)
    return len(gone)


def _left_before(newsletter: Newsletter, moment: datetime) -> QuerySet[Consent, int]:
    """Return the subscribers' ids: left before ``moment``, and nothing has happened since."""
    mine = Consent.objects.filter(subscriber=OuterRef("subscriber"), newsletter=newsletter)
    open_one = Subscription.objects.filter(
        subscriber=OuterRef("subscriber"), newsletter=newsletter, left_at__isnull=True
    )
    left = Consent.objects.filter(newsletter=newsletter, event=Consent.Event.LEFT, at__lt=moment)
    return (
        left.exclude(Exists(mine.filter(at__gte=moment)))
        .exclude(Exists(open_one))
        .order_by()
        .values_list("subscriber", flat=True)
        .distinct()
    )
