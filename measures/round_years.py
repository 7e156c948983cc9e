"""Which years have a round, and the way from one to the next."""

from __future__ import annotations

from django.http import Http404
from django.utils import timezone

FIRST_YEAR = 1990


def year_or_404(year: int) -> None:
    if not FIRST_YEAR <= year <= timezone.localdate().year:
        raise Http404


def neighbours(year: int) -> dict[str, int | None]:
    """Return the years before and after for a page's context; None where the row ends."""
    return {
        "previous_year": year - 1 if year > FIRST_YEAR else None,
        "next_year": year + 1 if year < timezone.localdate().year else None,
    }
