"""What measures may count here: None where nothing is known."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from roundtable.models import Body, Membership


def members_in(year: int) -> int | None:
    """Members at the end of ``year``, in the running one as of today."""
    return members_on(min(date(year, 12, 31), timezone.localdate())) if _has_begun(year) else None


def members_on(day: date) -> int | None:
    """Organisations and people who speak for themselves; delegates count with whom they speak for.

    Nobody's consent is needed: the number names no one.
    """
    tables = Body.objects.filter(kind=Body.Kind.ROUND_TABLE)
    members = Membership.objects.active(day).filter(body__in=tables)
    return members.of_organisations().count() + members.of_individuals().count() or None


def _has_begun(year: int) -> bool:
    return year <= timezone.localdate().year
