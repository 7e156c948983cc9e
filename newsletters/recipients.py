"""How many people the newsletters reach: a figure for measures and their indicators."""

from __future__ import annotations

from datetime import date, time, timedelta

from django.utils import timezone

from kit_portal.common.days import at_clock
from newsletters.models import Subscription


def recipients_in(year: int) -> int | None:
    """Return how many addresses had a newsletter at the end of ``year``, or have one now.

    None for years still to come and for those before the first subscription.
    """
    today = timezone.localdate()
    return recipients_on(min(date(year, 12, 31), today)) if year <= today.year else None


def recipients_on(day: date) -> int | None:
    """Return how many addresses had a newsletter at the end of ``day``; None for none at all."""
    end = at_clock(day + timedelta(days=1), time())
    held = Subscription.objects.held_at(min(end, timezone.now()))
    return held.values("subscriber").distinct().count() or None
