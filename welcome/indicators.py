"""What measures may count here: None where nothing is known."""

from __future__ import annotations

from datetime import date, time, timedelta

from django.utils import timezone

from kit_portal.common.days import at_clock
from welcome.models import Event


def events_in(year: int) -> int | None:
    """Public events that began in ``year``, in the running one up to today."""
    return events_on(min(date(year, 12, 31), timezone.localdate())) if _has_begun(year) else None


def events_on(day: date) -> int | None:
    """Public events from the beginning of the day's year up to and with ``day``; none cancelled."""
    begun = (
        Event.objects.published()
        .taking_place()
        .filter(
            starts_at__gte=at_clock(date(day.year, 1, 1), time()),
            starts_at__lt=at_clock(day + timedelta(days=1), time()),
        )
    )
    return begun.count() or None


def _has_begun(year: int) -> bool:
    return year <= timezone.localdate().year
