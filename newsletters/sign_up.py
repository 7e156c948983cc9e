"""Sign-up forms: noted by the page, taken up by a worker, so that no answer tells who is known."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from newsletters.models import Newsletter, SignUp, Subscriber
from newsletters.subscription import request_subscription


def note_sign_up(
    email: str, *, newsletters: Iterable[Newsletter], language: str, network: str, now: datetime
) -> SignUp:
    """Store a form. ``network`` is kept only if one of the newsletters wants it."""
    chosen = list(newsletters)
    return SignUp.objects.create(
        email=email,
        newsletters=[newsletter.pk for newsletter in chosen],
        language=language,
        network=network if any(newsletter.notes_network for newsletter in chosen) else "",
        requested_at=now,
    )


@transaction.atomic
def take_up(sign_up: SignUp) -> Subscriber | None:
    """Turn a form into a request for subscription; None if another worker did."""
    taken, _by_model = SignUp.objects.filter(pk=sign_up.pk).delete()
    if not taken:
        return None
    return request_subscription(
        sign_up.email,
        newsletters=Newsletter.objects.filter(pk__in=sign_up.newsletters),
        language=sign_up.language,
        network=sign_up.network,
        now=sign_up.requested_at,
    )
