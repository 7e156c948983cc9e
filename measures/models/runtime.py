"""When a measure runs, against the years of its concept.

Wholly outside the concept's years is a mistake. To begin earlier or to end later is not: measures
are taken over from before, and run on until the next concept is adopted; so that is only pointed
out (``docs/decisions/0009-dates-outside-a-concept.md``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from measures.models.measure import Measure


def runtime_errors(measure: Measure) -> dict[str, str | Promise]:
    """Return by field what contradicts itself, or the concept's years; each with its remedy."""
    start, end, concept = measure.starts_on, measure.ends_on, measure.concept
    if measure.is_permanent and end:
        return {"ends_on": _("A permanent measure has no end. Empty the date or the tick.")}
    if start and end and end < start:
        return {"ends_on": _("The end lies before the beginning. Correct one of the two dates.")}
    if start and concept.period_to and start.year > concept.period_to:
        return {
            "starts_on": gettext(
                "The concept ends in %(year)d. Choose an earlier day, or correct the years of the "
                "concept."
            )
            % {"year": concept.period_to}
        }
    if end and end.year < concept.period_from:
        return {
            "ends_on": gettext(
                "The concept begins in %(year)d. Choose a later day, or correct the years of the "
                "concept."
            )
            % {"year": concept.period_from}
        }
    return {}


def runtime_warnings(measure: Measure) -> list[str]:
    """Return what may be right and should be looked at once more."""
    start, end, concept = measure.starts_on, measure.ends_on, measure.concept
    warnings = []
    if start and start.year < concept.period_from:
        warnings.append(
            gettext("The measure begins before its concept (%(period)s). Is that meant?")
            % {"period": concept.period}
        )
    if end and concept.period_to and end.year > concept.period_to:
        warnings.append(
            gettext("The measure ends after its concept (%(period)s). Is that meant?")
            % {"period": concept.period}
        )
    return warnings
