"""Changing one's address: the new mailbox confirms, the old one is told."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from directory.models import Office
from kit_portal.common.mail import compose_mail
from kit_portal.common.tokens import hash_token, new_token
from newsletters import consent, links
from newsletters.models import AddressChange, Consent, Subscriber
from newsletters.subscription import ASK_AGAIN_AFTER, CONFIRM_WITHIN

State = Subscriber.State


class AddressTakenError(Exception):
    """The new mailbox has a subscription of its own, with a link of its own."""


def request_change(subscriber: Subscriber, email: str, *, now: datetime) -> AddressChange | None:
    """Note the wish; None if one was mailed just before, so that nobody floods a mailbox."""
    with transaction.atomic():
        earlier = AddressChange.objects.select_for_update().filter(subscriber=subscriber).first()
        if earlier and earlier.requested_at > now - ASK_AGAIN_AFTER:
            return None
        change, _created = AddressChange.objects.update_or_create(
            subscriber=subscriber,
            defaults={
                "email": email,
                "token_hash": "",
                "requested_at": now,
                "mailed_at": None,
                "confirmed_at": None,
            },
        )
    return change


@transaction.atomic
def send_change_mail(change: AddressChange, *, now: datetime) -> bool:
    """Ask the new mailbox; False if that was done before.

    Whether it is a stranger's subscription already, only its owner learns.
    """
    token = new_token()
    waiting = AddressChange.objects.unmailed().filter(pk=change.pk)
    if not waiting.update(mailed_at=now, token_hash=hash_token(token)):
        return False
    reader, folder = change.subscriber, "newsletter_address"
    url = links.address_url(token, language=reader.language)
    if owner := _owner_of(change):
        reader, folder = owner, "newsletter_known"
        url = links.preferences_url(owner.current_token(), language=owner.language)
    context = {"office": Office.objects.current(), "url": url}
    compose_mail(folder, to=change.email, language=reader.language, context=context).send()
    return True


def asked_for(token: str, *, now: datetime) -> AddressChange | None:
    """Return the change that a link is about, if it has not ended."""
    return _fresh(token, now=now).first()


@transaction.atomic
def confirm_change(token: str, *, now: datetime) -> Subscriber | None:
    """Move the subscription to the new mailbox and return it; None for a link that has ended.

    The old mails lie in a mailbox that may have another owner soon: their links end.
    Raises AddressTakenError.
    """
    # Two clicks at once: the second one waits here and finds a link that has ended.
    change = _fresh(token, now=now).select_for_update(of=("self",)).first()
    if change is None:
        return None
    if _owner_of(change):
        raise AddressTakenError
    # A request that nobody confirmed is the mailbox owner's too, who has just shown up.
    Subscriber.objects.by_address(change.email).filter(state=State.PENDING).delete()
    subscriber = change.subscriber
    old, was_suspended = subscriber.email, subscriber.is_suspended
    try:
        with transaction.atomic():
            subscriber.move_to(change.email)
    except IntegrityError as error:  # subscribed at this very moment
        raise AddressTakenError from error
    current = list(subscriber.subscriptions.current().select_related("newsletter", "subscriber"))
    Consent.objects.note(
        current,
        event=Consent.Event.MOVED,
        source=Consent.Source.LINK,
        version=consent.CURRENT,
        at=now,
    )
    if was_suspended:
        change.delete()
    else:
        change.email, change.token_hash, change.confirmed_at = old, "", now
        change.save(update_fields=["email", "token_hash", "confirmed_at"])
    return subscriber


@transaction.atomic
def tell_old_address(change: AddressChange) -> bool:
    """Tell the mailbox that gets nothing any more; False if that was done before."""
    told, _by_model = AddressChange.objects.untold().filter(pk=change.pk).delete()
    if not told:
        return False
    compose_mail(
        "newsletter_moved",
        to=change.email,
        language=change.subscriber.language,
        context={"office": Office.objects.current()},
    ).send()
    return True


def _fresh(token: str, *, now: datetime) -> QuerySet[AddressChange]:
    fresh = AddressChange.objects.unconfirmed().filter(
        token_hash=hash_token(token), requested_at__gte=now - CONFIRM_WITHIN
    )
    return fresh.select_related("subscriber")


def _owner_of(change: AddressChange) -> Subscriber | None:
    """Return who gets newsletters at the new address, or once did."""
    others = Subscriber.objects.by_address(change.email).exclude(pk=change.subscriber_id)
    return others.exclude(state=State.PENDING).first()
