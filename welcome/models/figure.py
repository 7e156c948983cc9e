"""Figures on the home page: indicators of the measures that the office shows first."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext_lazy as _

from kit_portal.common.models import Viewer
from measures.models import Indicator, IndicatorValue


class FigureQuerySet(models.QuerySet["Figure"]):
    def visible_to(self, user: Viewer) -> Self:
        """The door is that of the indicator."""
        return self.filter(indicator__in=Indicator.objects.visible_to(user))

    def with_latest_value(self) -> Self:
        """Only figures that have a value, with ``value`` and ``year`` of the latest one."""
        values = IndicatorValue.objects.filter(indicator=OuterRef("indicator")).order_by("-year")
        return (
            self.select_related("indicator")
            .annotate(
                value=Subquery(values.values("value")[:1]), year=Subquery(values.values("year")[:1])
            )
            .filter(value__isnull=False)
        )


class Figure(models.Model):
    indicator = models.OneToOneField(
        Indicator,
        verbose_name=_("indicator"),
        on_delete=models.CASCADE,
        related_name="figure",
    )
    label = models.CharField(
        _("label"),
        max_length=60,
        help_text=_("What stands beside the number, for example “missions of our interpreters”."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = FigureQuerySet.as_manager()

    class Meta:
        verbose_name = _("figure on the home page")
        verbose_name_plural = _("figures on the home page")
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return self.label
