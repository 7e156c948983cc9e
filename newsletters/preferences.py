"""What a reader settles behind the personal link: newsletters, language, topics, a pause."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from newsletters import consent
from newsletters.models import Consent, Newsletter, Subscriber, Subscription
from newsletters.models.subscriber import sections_key
from newsletters.subscription import leave

State = Subscriber.State


@transaction.atomic
def choose_newsletters(
    subscriber: Subscriber, newsletters: Iterable[Newsletter], *, now: datetime, network: str = ""
) -> None:
    """Make ``newsletters`` all that the reader gets.

    The link came by mail, so whoever follows it owns the mailbox: no second confirmation, and one
    that is asked for anew is given with it.
    """
    chosen = {newsletter.pk: newsletter for newsletter in newsletters}
    held = subscriber.subscriptions.current().select_related("newsletter")
    by_newsletter = {one.newsletter_id: one for one in held}
    gone = [one.newsletter for pk, one in by_newsletter.items() if pk not in chosen]
    settled = {pk for pk, one in by_newsletter.items() if one.is_settled}
    new = [newsletter for pk, newsletter in chosen.items() if pk not in settled]
    _subscribe(subscriber, new, now=now, network=network)
    if gone:
        leave(subscriber, gone, source=Consent.Source.LINK, now=now)


def change_wishes(
    subscriber: Subscriber, *, language: str, omits: Iterable[str], paused_until: date | None
) -> None:
    """``omits``: kinds of news that are left out; until ``paused_until`` nothing is sent."""
    subscriber.language = language
    subscriber.omits = sections_key(omits)
    subscriber.paused_until = paused_until
    subscriber.save(update_fields=["language", "omits", "paused_until", "modified_at"])


def try_again(subscriber: Subscriber) -> bool:
    """Send to a mailbox again that was full or gone; False if nothing stands against it."""
    suspended = Subscriber.objects.suspended().filter(pk=subscriber.pk)
    has_any = subscriber.subscriptions.current().exists()
    return bool(suspended.update(state=State.ACTIVE if has_any else State.LEFT))


def _subscribe(
    subscriber: Subscriber, newsletters: list[Newsletter], *, now: datetime, network: str
) -> None:
    for newsletter in newsletters:
        Subscription.objects.update_or_create(
            subscriber=subscriber,
            newsletter=newsletter,
            defaults={
                "requested_at": now,
                "confirmed_at": now,
                "left_at": None,
                "token_hash": "",
                "reconfirm_by": None,
            },
        )
    if not newsletters:
        return
    Subscriber.objects.filter(pk=subscriber.pk, state__in=(State.PENDING, State.LEFT)).update(
        state=State.ACTIVE
    )
    new = [Subscription(subscriber=subscriber, newsletter=newsletter) for newsletter in newsletters]
    for event in (Consent.Event.REQUESTED, Consent.Event.CONFIRMED):
        Consent.objects.note(
            new,
            event=event,
            source=Consent.Source.LINK,
            version=consent.CURRENT,
            at=now,
            network=network,
        )
