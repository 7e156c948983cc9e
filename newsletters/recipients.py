"""How many people the newsletters reach: a figure for measures and their indicators."""

from __future__ import annotations

from datetime import date, time

from django.utils import timezone

from kit_portal.common.days import at_clock
from newsletters.models import Subscription


def recipients_in(year: int) -> int | None:
    """Return how many addresses had a newsletter at the end of ``year``, or have one now.

    None for years still to come and for those before the first subscription.
    """
    now = timezone.now()
    end = at_clock(date(year + 1, 1, 1), time())
    if year > timezone.localdate(now).year:
        return None
    held = Subscription.objects.held_at(min(end, now))
    return held.values("subscriber").distinct().count() or None
