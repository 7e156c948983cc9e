"""Subscribing, confirming, leaving, and forgetting those who never confirmed.

What a page answers never depends on whether an address is known: the difference is in the mail.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from directory.models import Office
from kit_portal.common.mail import compose_mail
from kit_portal.common.tokens import hash_token, new_token
from newsletters import consent, links
from newsletters.models import Consent, Newsletter, Subscriber, Subscription
from newsletters.models.subscriber import hash_address

CONFIRM_WITHIN = timedelta(days=7)
ASK_AGAIN_AFTER = timedelta(minutes=10)  # so that nobody can flood a stranger's mailbox
State = Subscriber.State


@transaction.atomic
def request_subscription(
    email: str,
    *,
    newsletters: Iterable[Newsletter],
    language: str,
    now: datetime,
    network: str = "",
) -> Subscriber:
    """Note that somebody wants newsletters for ``email``; only a confirmation makes it count.

    What the mailbox's owner settled earlier is not touched: language and subscriptions of a known
    address stay as they are until the confirmation.
    """
    subscriber, _created = _get_or_build(email, language=language)
    if subscriber.state == State.PENDING and subscriber.language != language:
        subscriber.language = language
        subscriber.save(update_fields=["language", "modified_at"])
    wanted = [_request(subscriber, newsletter, now=now) for newsletter in newsletters]
    Consent.objects.note(
        [subscription for subscription in wanted if not subscription.is_current],
        event=Consent.Event.REQUESTED,
        source=Consent.Source.FORM,
        version=consent.CURRENT,
        at=now,
        network=network,
    )
    return subscriber


def send_sign_up_mail(subscriber: Subscriber, *, now: datetime) -> bool:
    """Ask for confirmation, or remind an owner that all is settled; False if asked just before.

    A new token each time: only the latest mail's link works, and losing a mail loses nothing.
    """
    if subscriber.mailed_at and subscriber.mailed_at > now - ASK_AGAIN_AFTER:
        return False
    language = subscriber.language
    context = {"office": Office.objects.current(), "newsletters": [], "url": ""}
    pending = subscriber.subscriptions.pending()
    if names := [subscription.newsletter for subscription in pending.select_related("newsletter")]:
        token = new_token()
        pending.update(token_hash=hash_token(token))
        context |= {"newsletters": names, "url": links.confirm_url(token, language=language)}
        folder = "newsletter_confirm"
    else:
        context["url"] = links.preferences_url(subscriber.current_token(), language=language)
        folder = "newsletter_known"
    compose_mail(folder, to=subscriber.email, language=language, context=context).send()
    Subscriber.objects.filter(pk=subscriber.pk).update(mailed_at=now)
    return True


def asked_for(token: str) -> QuerySet[Subscription]:
    """Return the subscriptions that a confirmation link is about, confirmed ones included."""
    return (
        Subscription.objects.filter(token_hash=hash_token(token), left_at__isnull=True)
        .select_related("newsletter", "subscriber")
        .order_by("newsletter__position", "newsletter__slug")
    )


@transaction.atomic
def confirm(token: str, *, now: datetime, network: str = "") -> list[Subscription]:
    """Make the link's subscriptions count and return them; a second time changes nothing."""
    subscriptions = list(asked_for(token).select_for_update(of=("self",)))
    new = [subscription for subscription in subscriptions if not subscription.is_settled]
    for subscription in new:
        subscription.confirmed_at, subscription.reconfirm_by = now, None
    Subscription.objects.bulk_update(new, ["confirmed_at", "reconfirm_by"])
    for subscription in new[:1]:
        Subscriber.objects.filter(pk=subscription.subscriber_id).update(state=State.ACTIVE)
    Consent.objects.note(
        new,
        event=Consent.Event.CONFIRMED,
        source=Consent.Source.LINK,
        version=consent.CURRENT,
        at=now,
        network=network,
    )
    return subscriptions


@transaction.atomic
def leave(
    subscriber: Subscriber, newsletters: Iterable[Newsletter], *, source: str, now: datetime
) -> list[Subscription]:
    """End subscriptions and return them; requests that were not confirmed are forgotten."""
    mine = subscriber.subscriptions.filter(newsletter__in=newsletters)
    mine.pending().delete()
    held = mine.current().select_related("subscriber", "newsletter")
    ended = list(held.select_for_update(of=("self",)))
    mine.current().update(left_at=now, token_hash="", reconfirm_by=None)
    if not subscriber.subscriptions.current().exists():
        Subscriber.objects.filter(pk=subscriber.pk, state=State.ACTIVE).update(state=State.LEFT)
    Consent.objects.note(
        ended, event=Consent.Event.LEFT, source=source, version=consent.CURRENT, at=now
    )
    return ended


@transaction.atomic
def add_confirmed(
    email: str, *, newsletters: Iterable[Newsletter], language: str, source: str, at: datetime
) -> Subscriber:
    """Enter somebody whose consent the office already has (a list taken over, a form on paper).

    Who left or whose mail does not arrive is not added again; calling it twice changes nothing.
    """
    subscriber, created = _get_or_build(email, language=language)
    if not created and subscriber.state in (State.LEFT, State.SUSPENDED):
        return subscriber
    known = {subscription.newsletter_id for subscription in subscriber.subscriptions.all()}
    new = Subscription.objects.bulk_create(
        Subscription(subscriber=subscriber, newsletter=newsletter, requested_at=at, confirmed_at=at)
        for newsletter in newsletters
        if newsletter.pk not in known
    )
    if new and subscriber.state == State.PENDING:
        subscriber.state = State.ACTIVE
        subscriber.save(update_fields=["state", "modified_at"])
    Consent.objects.note(
        new, event=Consent.Event.CONFIRMED, source=source, version=consent.TAKEN_OVER, at=at
    )
    return subscriber


@transaction.atomic
def forget_unconfirmed(*, now: datetime) -> int:
    """Erase requests that nobody confirmed within seven days; return how many.

    With them goes the address, unless it once confirmed something, which stays provable.
    """
    stale = Subscription.objects.pending().requested_before(now - CONFIRM_WITHIN)
    pairs = list(stale.values_list("subscriber_id", "newsletter_id", "requested_at"))
    for subscriber_id, newsletter_id, requested_at in pairs:
        Consent.objects.filter(
            subscriber=subscriber_id, newsletter=newsletter_id, at__gte=requested_at
        ).delete()
    stale.delete()
    known = Consent.objects.filter(event=Consent.Event.CONFIRMED).values("subscriber")
    Subscriber.objects.filter(
        pk__in={subscriber_id for subscriber_id, _newsletter, _at in pairs},
        subscriptions__isnull=True,
    ).exclude(pk__in=known).delete()
    return len(pairs)


def _get_or_build(email: str, *, language: str) -> tuple[Subscriber, bool]:
    """Two requests for one new address at once: the unique key decides, both get the same row."""
    built = Subscriber.build(email, language=language)
    return Subscriber.objects.get_or_create(
        address_hash=hash_address(email),
        defaults={
            name: getattr(built, name) for name in ("email", "language", "link_nonce", "link_hash")
        },
    )


def _request(subscriber: Subscriber, newsletter: Newsletter, *, now: datetime) -> Subscription:
    """Return the subscription, pending unless it is current already."""
    subscription, created = Subscription.objects.get_or_create(
        subscriber=subscriber, newsletter=newsletter, defaults={"requested_at": now}
    )
    if not created and not subscription.is_current:
        subscription.requested_at, subscription.confirmed_at = now, None
        subscription.left_at = subscription.reconfirmation = None
        subscription.save(
            update_fields=["requested_at", "confirmed_at", "left_at", "reconfirmation"]
        )
    subscription.subscriber, subscription.newsletter = subscriber, newsletter
    return subscription


def site_language(code: str) -> str:
    """Return ``code`` if the site has that language, else German."""
    return code if code in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
