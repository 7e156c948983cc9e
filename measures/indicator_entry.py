"""Entering the values of one year for many indicators: all or none, and none over another's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.db import transaction

from measures.models import Indicator, IndicatorValue

COLUMNS = ("value", "whole", "note", "is_break", "override_reason")


class ChangedMeanwhileError(Exception):
    """Somebody else saved values since the page was opened. ``values`` are theirs, by indicator."""

    def __init__(self, values: Mapping[int, IndicatorValue | None]) -> None:
        self.values = values


def state_of(value: IndicatorValue | None) -> str:
    """Return a mark that changes with what people enter, and with a count that changed it."""
    return "" if value is None else state_of_entry(value.__dict__)


def state_of_entry(entry: Mapping[str, Any]) -> str:
    """As ``state_of``, of the columns by name; an entry without anything in it has no state."""
    parts = [_plain(entry.get(column)) for column in COLUMNS]
    return sha256("|".join(parts).encode()).hexdigest()[:16] if any(parts) else ""


def _plain(content: Any) -> str:
    # 436 and 436.00 are the same number; False and an empty text say nothing.
    return f"{content.normalize():f}" if isinstance(content, Decimal) else str(content or "")


def values_of_year(year: int) -> dict[int, IndicatorValue]:
    """Return the whole year's values by indicator."""
    rows = IndicatorValue.objects.filter(year=year, as_of__isnull=True)
    return {row.indicator_id: row for row in rows}


def save_values(
    values: Mapping[int, IndicatorValue], *, seen: Mapping[int, str], now: datetime
) -> None:
    """Save one year's values by indicator. ``seen`` are the states that their writer began with.

    The rows must be valid. Raises ChangedMeanwhileError, and saves nothing, where one of them is
    not any more what its writer saw.
    """
    with transaction.atomic():
        # In one order everywhere, so that two savers wait for each other and do not lock up.
        list(Indicator.objects.select_for_update().filter(pk__in=values).order_by("pk"))
        for year in {value.year for value in values.values()}:
            stored = values_of_year(year)
            changed = {pk: stored.get(pk) for pk in values if state_of(stored.get(pk)) != seen[pk]}
            if changed:
                raise ChangedMeanwhileError(changed)
        for value in values.values():
            if value.counted is not None:
                value.counted_at = now
            value.save()
