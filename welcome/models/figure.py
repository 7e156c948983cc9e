"""Figures on the home page: indicators of the measures that the office shows first."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from kit_portal.common.models import Viewer
from measures.models import Indicator


class FigureQuerySet(models.QuerySet["Figure"]):
    def visible_to(self, user: Viewer) -> Self:
        """The door: putting an indicator on the home page shows its number, until the indicator
        is taken from the public. Nothing else of it, nor of its measure, is shown.
        """
        return self.filter(indicator__is_public=True)

    def with_values(self) -> Self:
        """One row for each ``value`` of a ``year``, the latest of each figure first.

        A plain join: the few values of a few figures cost less to sift than subqueries.
        """
        rows = self.annotate(value=F("indicator__values__value"), year=F("indicator__values__year"))
        return rows.filter(value__isnull=False).order_by("position", "pk", "-year")


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
