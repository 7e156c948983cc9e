"""Figures that other apps can count for us: they register here when the portal starts.

An app above calls ``register`` in its ``AppConfig.ready``; measures never hear of that app.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise


@dataclass(frozen=True)
class IndicatorSource:
    """``value_in`` counts for one calendar year, None where it knows nothing of that year."""

    key: str
    label: str | Promise
    value_in: Callable[[int], Decimal | int | None]


_sources: dict[str, IndicatorSource] = {}


def register(
    key: str, label: str | Promise, value_in: Callable[[int], Decimal | int | None]
) -> None:
    """Offer a figure under a key that indicators store. Raises ValueError if the key is taken."""
    if key in _sources:
        raise ValueError(f"there is an indicator source “{key}” already")
    _sources[key] = IndicatorSource(key, label, value_in)


def unregister(key: str) -> None:
    _sources.pop(key, None)


def source_choices() -> list[tuple[str, str]]:
    """Return (key, label) of all sources for a form, by key."""
    return [(key, str(_sources[key].label)) for key in sorted(_sources)]


def counted_value(key: str, year: int) -> Decimal | None:
    """Count now; None for an unknown key, so that an app may leave without breaking reports."""
    source = _sources.get(key)
    value = source.value_in(year) if source else None
    return None if value is None else Decimal(value)
