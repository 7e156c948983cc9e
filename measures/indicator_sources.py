"""Figures that other apps can count for us: they register here when the portal starts.

An app above calls ``register`` in its ``AppConfig.ready``; measures never hear of that app.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.functional import Promise

logger = logging.getLogger(__name__)

Number = Decimal | int | None


class SourceFailedError(Exception):
    """A source could not count. What went wrong is in the log."""


@dataclass(frozen=True)
class IndicatorSource:
    """``value_in`` counts for one calendar year, None where it knows nothing of that year.

    ``value_on`` counts for the year of a day, up to and with that day; None where the source
    cannot look back so exactly.
    """

    key: str
    label: str | Promise
    value_in: Callable[[int], Number]
    value_on: Callable[[date], Number] | None = None


_sources: dict[str, IndicatorSource] = {}


def register(
    key: str,
    label: str | Promise,
    value_in: Callable[[int], Number],
    value_on: Callable[[date], Number] | None = None,
) -> None:
    """Offer a figure under a key that indicators store. Raises ValueError if the key is taken."""
    if key in _sources:
        raise ValueError(f"there is an indicator source “{key}” already")
    _sources[key] = IndicatorSource(key, label, value_in, value_on)


def unregister(key: str) -> None:
    _sources.pop(key, None)


def source_choices() -> list[tuple[str, str]]:
    """Return (key, label) of all sources for a form, by key."""
    return [(key, str(_sources[key].label)) for key in sorted(_sources)]


def counted_value(key: str, year: int, on: date | None = None) -> Decimal | None:
    """Count now, for ``year`` or up to the day ``on``.

    None for an unknown key, so that an app may leave without breaking reports, and where the
    source knows nothing of that time. Raises SourceFailedError where the source breaks.
    """
    source = _sources.get(key)
    if source is None or (on and source.value_on is None):
        return None
    try:
        # A savepoint of its own: a query that fails spoils nobody else's transaction.
        with transaction.atomic():
            value = source.value_on(on) if on and source.value_on else source.value_in(year)
            return None if value is None else Decimal(value)
    except Exception as error:
        logger.exception("The indicator source %s could not count %s", key, on or year)
        raise SourceFailedError(key) from error
