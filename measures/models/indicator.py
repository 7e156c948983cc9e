"""Figures that show what a measure, or a concept as a whole, brings about."""

from __future__ import annotations

from decimal import Decimal
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kit_portal.common.models import Timestamped, Viewer
from measures.models.concept import YEARS, Concept
from measures.models.measure import Measure


class IndicatorQuerySet(models.QuerySet["Indicator"]):
    def visible_to(self, user: Viewer) -> Self:
        """The door: public indicators of measures and concepts that the reader can see."""
        if user.is_authenticated and user.is_active and user.has_perm("measures.view_indicator"):  # type: ignore[union-attr]
            return self.all()
        return self.filter(is_public=True).filter(
            Q(measure__in=Measure.objects.visible_to(user))
            | Q(concept__in=Concept.objects.visible_to(user))
        )


class Indicator(Timestamped):
    class Kind(models.TextChoices):
        COUNT = "count", _("count")
        SHARE = "share", _("share of a whole")
        AMOUNT = "amount", _("amount")

    slug = models.SlugField(_("short address"), max_length=80, unique=True)
    measure = models.ForeignKey(
        Measure,
        verbose_name=_("measure"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="indicators",
    )
    concept = models.ForeignKey(
        Concept,
        verbose_name=_("concept"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="indicators",
        help_text=_("Only for an indicator that belongs to no single measure."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    name = models.CharField(_("name"), max_length=160)
    definition = models.TextField(
        _("definition"), blank=True, help_text=_("What is counted, and what is not?")
    )
    unit = models.CharField(
        _("unit"), max_length=60, blank=True, help_text=_("For example: missions, people, euros.")
    )
    kind = models.CharField(_("kind"), max_length=6, choices=Kind.choices, default=Kind.COUNT)
    source = models.CharField(
        _("source"), max_length=200, blank=True, help_text=_("Where the figures come from.")
    )
    source_key = models.CharField(
        _("counted by the portal"),
        max_length=60,
        blank=True,
        help_text=_("Where the portal itself knows the figure, it is offered for each year."),
    )
    is_public = models.BooleanField(_("public"), default=True)

    objects = IndicatorQuerySet.as_manager()

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        ordering = ("position", "slug")
        constraints = (
            models.CheckConstraint(
                condition=Q(measure__isnull=True, concept__isnull=False)
                | Q(measure__isnull=False, concept__isnull=True),
                name="measures_indicator_of_one_thing",
                violation_error_message=_(
                    "An indicator belongs either to a measure or to a concept as a whole."
                ),
            ),
        )

    def __str__(self) -> str:
        return self.name


class IndicatorValue(Timestamped):
    indicator = models.ForeignKey(
        Indicator, verbose_name=_("indicator"), on_delete=models.CASCADE, related_name="values"
    )
    year = models.PositiveSmallIntegerField(_("year"), validators=YEARS)
    as_of = models.DateField(
        _("as of"), null=True, blank=True, help_text=_("Empty means: the whole year.")
    )
    value = models.DecimalField(_("value"), max_digits=14, decimal_places=2)
    whole = models.DecimalField(
        _("of a whole of"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("For a share: 35 of 511, so 511 here."),
    )
    note = models.CharField(_("note"), max_length=240, blank=True)

    class Meta:
        verbose_name = _("indicator value")
        verbose_name_plural = _("indicator values")
        ordering = ("indicator", "year")
        constraints = (
            models.UniqueConstraint(
                fields=("indicator", "year"),
                name="measures_value_once_a_year",
                violation_error_message=_("The indicator has a value for this year already."),
            ),
            models.CheckConstraint(
                condition=Q(whole__isnull=True) | Q(whole__gt=0, whole__gte=F("value")),
                name="measures_value_within_whole",
                violation_error_message=_("The part is larger than its whole."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.year}: {self.value}"

    def clean(self) -> None:
        if self.indicator_id and self.indicator.kind == Indicator.Kind.SHARE and not self.whole:
            raise ValidationError(
                {"whole": _("A share needs both numbers: the part and the whole.")}
            )

    @property
    def percent(self) -> Decimal | None:
        """The part of its whole, 0–100; None where there is no whole."""
        return self.value / self.whole * 100 if self.whole else None
