"""Who cannot be reached by mail: organisations are a task for the phone."""

from __future__ import annotations

from dataclasses import dataclass

from directory.models import Organisation
from newsletters.models import Bounce, Subscriber
from newsletters.models.subscriber import hash_address


@dataclass(frozen=True)
class Unreachable:
    subscriber: Subscriber
    organisation: Organisation
    bounce: Bounce | None  # the last one


def unreachable_organisations() -> list[Unreachable]:
    """Return those whose mails come back, by name, in three queries however many there are."""
    organisations = {
        hash_address(one.email): one
        for one in Organisation.objects.active().exclude(email="").by_name()
    }
    suspended = {
        one.address_hash: one
        for one in Subscriber.objects.suspended().filter(address_hash__in=list(organisations))
    }
    bounces = {
        one.subscriber_id: one
        for one in Bounce.objects.filter(subscriber__in=suspended.values()).order_by("at", "pk")
    }
    return [
        Unreachable(suspended[key], organisation, bounces.get(suspended[key].pk))
        for key, organisation in organisations.items()
        if key in suspended
    ]
