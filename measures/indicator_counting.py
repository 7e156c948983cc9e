"""What the portal itself counts: stored each day for this year and the last, compared afterwards.

A published value stays as it was published; where a count of today gives another number, the
difference is shown as drift and never corrected silently.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kit_portal.common.charts import number_text
from measures.indicator_sources import SourceFailedError, counted_value
from measures.models import ImplementationReport, Indicator, IndicatorValue

logger = logging.getLogger(__name__)

Count = Callable[[str, int, date | None], Decimal | None]


def is_open_for_counting(indicator: Indicator, year: int) -> bool:
    """Whether the values of ``year`` may still change by counting: not once a report froze it."""
    concept = indicator.measure.concept_id if indicator.measure else indicator.concept_id
    return concept is None or not ImplementationReport.objects.locks(concept, year)


@dataclass(frozen=True)
class CountingResult:
    counted: int
    failed: int


def count_indicators(*, now: datetime) -> CountingResult:
    """Count every indicator that the portal feeds; one that fails does not stop the others."""
    done = [
        count_indicator(indicator, now=now) for indicator in Indicator.objects.counted_by_portal()
    ]
    return CountingResult(counted=sum(done), failed=len(done) - sum(done))


def count_indicator(indicator: Indicator, *, now: datetime) -> bool:
    """Store the counts of this year and the last, dated values included.

    False where the source failed: the moment of the first failure stays at the indicator until a
    count succeeds, and the values stay as they are.
    """
    today = timezone.localdate(now)
    years = (today.year - 1, today.year)
    dated = indicator.values.filter(year__in=years, as_of__isnull=False)
    times: list[tuple[int, date | None]] = [(year, None) for year in years]
    times += [(value.year, value.as_of) for value in dated]
    try:
        for year, as_of in times:
            counted = counted_value(indicator.source_key, year, as_of)
            if counted is not None:
                _store(indicator, year, as_of, counted, now=now)
    except SourceFailedError:
        same = Indicator.objects.filter(pk=indicator.pk, counting_failed_since__isnull=True)
        same.update(counting_failed_since=now)
        return False
    same = Indicator.objects.filter(pk=indicator.pk, counting_failed_since__isnull=False)
    same.update(counting_failed_since=None)
    return True


def _store(
    indicator: Indicator, year: int, as_of: date | None, counted: Decimal, *, now: datetime
) -> None:
    try:
        with transaction.atomic():
            # Whoever changes values of an indicator holds its row: people and counts take turns.
            locked = Indicator.objects.select_for_update().filter(pk=indicator.pk).first()
            if locked is None or not is_open_for_counting(locked, year):
                return
            value = locked.values.filter(year=year, as_of=as_of).first()
            if value is None:
                IndicatorValue.objects.create(
                    indicator=locked,
                    year=year,
                    as_of=as_of,
                    value=counted,
                    counted=counted,
                    counted_at=now,
                )
            else:
                value.take_count(counted, at=now)
    except IntegrityError:
        # Entered by hand in this very moment, past the lock: the next count sees it.
        logger.warning("The count of %s for %s came second", indicator.slug, year)


@dataclass(frozen=True)
class Drift:
    """A value as it was published, and what counting the same time gives today."""

    published: Decimal
    today: Decimal

    def __str__(self) -> str:
        return _("published %(published)s, would be %(today)s today") % {
            "published": number_text(float(self.published)),
            "today": number_text(float(self.today)),
        }


def drift_of(
    published: Decimal | None,
    indicator: Indicator,
    *,
    year: int,
    today: date,
    as_of: date | None = None,
    count: Count = counted_value,
) -> Drift | None:
    """Return how far a published value is from today's count; None where it is not.

    ``as_of`` is the day the published value stands for. Of the running year only a value as of
    a day can drift: the year itself is still growing. A source that fails tells no drift.
    ``count`` lets a page that asks for many keep what it has counted.
    """
    is_comparable = year < today.year or (as_of is not None and as_of <= today)
    if published is None or not indicator.is_counted_by_portal or not is_comparable:
        return None
    try:
        counted = count(indicator.source_key, year, as_of)
    except SourceFailedError:
        return None
    if counted is None or counted == published:
        return None
    return Drift(published, counted)
