"""One person's data in this app: given out (Art. 15 DSGVO) and erased (Art. 17)."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from django.db import transaction

from newsletters.models import AddressChange, SignUp, Subscriber


def export(email: str) -> dict[str, Any]:
    """Return all that is stored about the address; empty if it is unknown."""
    subscriber = Subscriber.objects.by_address(email).first()
    if subscriber is None:
        return {}
    return {
        "email": subscriber.email,
        "language": subscriber.language,
        "state": subscriber.state,
        "omits": subscriber.omitted,
        "paused_until": subscriber.paused_until,
        "since": subscriber.created_at,
        "subscriptions": list(
            subscriber.subscriptions.values(
                "newsletter__slug", "requested_at", "confirmed_at", "left_at"
            )
        ),
        "consents": list(
            subscriber.consents.values(
                "newsletter__slug", "event", "source", "text_version", "language", "at", "network"
            )
        ),
        "address_changes": list(
            AddressChange.objects.filter(subscriber=subscriber).values(
                "email", "requested_at", "confirmed_at"
            )
        ),
        "bounces": list(subscriber.bounces.values("kind", "source", "status", "reason", "at")),
        "deliveries": list(
            subscriber.deliveries.values(
                "issue__newsletter__slug", "issue__slot", "state", "sent_at"
            )
        ),
    }


@transaction.atomic
def erase(email: str, *, now: datetime) -> int:
    """Erase address, subscriptions and consent log; return the number of rows touched.

    Deliveries stay as numbers without a person, so that an issue's balance still adds up: their
    hash of the address, which could be guessed, is replaced by chance.
    """
    asked, _by_model = SignUp.objects.filter(email__iexact=email).delete()
    changes, _by_model = AddressChange.objects.filter(email__iexact=email).delete()
    subscriber = Subscriber.objects.by_address(email).first()
    if subscriber is None:
        return asked + changes
    deliveries = list(subscriber.deliveries.all())
    for delivery in deliveries:
        delivery.address_hash, delivery.error = secrets.token_hex(32), ""
    if deliveries:
        type(deliveries[0]).objects.bulk_update(deliveries, ["address_hash", "error"])
    _total, by_model = subscriber.delete()
    return asked + changes + len(deliveries) + sum(by_model.values())
