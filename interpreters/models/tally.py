"""Counts from before these records: entered as a number with its source, not as invented rows."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kit_portal.common.models import Timestamped


def days_in_order(first: str, last: str) -> Q:
    """The condition that ``last`` does not lie before ``first``; an open end is fine."""
    is_open = Q(**{f"{first}__isnull": True}) | Q(**{f"{last}__isnull": True})
    return is_open | Q(**{f"{last}__gte": F(first)})


class TallyQuerySet(models.QuerySet[Any]):
    def within(self, first: date, last: date) -> Self:
        """Tallies whose whole period lies there: a longer one cannot be split honestly."""
        return self.filter(first_day__gte=first, last_day__lte=last)


class Tally(Timestamped):
    first_day = models.DateField(_("from"))
    last_day = models.DateField(_("to"))
    count = models.PositiveIntegerField(_("how many"), validators=[MinValueValidator(1)])
    is_at_least = models.BooleanField(
        _("at least"), default=False, help_text=_("The source says “more than”.")
    )
    source = models.CharField(
        _("source"), max_length=200, help_text=_("Where the number comes from.")
    )
    note = models.CharField(_("note"), max_length=240, blank=True)

    class Meta:
        abstract = True
        ordering = ("-last_day", "-first_day")
        constraints = (
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="%(app_label)s_%(class)s_days_in_order",
                violation_error_message=_("The last day lies before the first."),
            ),
            models.CheckConstraint(
                condition=Q(count__gte=1),
                name="%(app_label)s_%(class)s_counts_something",
                violation_error_message=_("A tally counts at least one."),
            ),
        )

    @property
    def year(self) -> int | None:
        """The calendar year the period lies in; None where it spans several."""
        return self.first_day.year if self.first_day.year == self.last_day.year else None

    @property
    def period(self) -> str:
        if self.year:
            return str(self.year)
        return f"{self.first_day.year}\u2013{self.last_day.year}"
