"""Who takes part in a measure, and who pays for it until when."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from directory.models import Organisation
from kit_portal.common.models import Viewer
from measures.models.measure import Measure


class Participant(models.Model):
    class Role(models.TextChoices):
        LEAD = "lead", _("lead")
        PARTNER = "partner", _("partner")
        FUNDING = "funding", _("funding")

    measure = models.ForeignKey(
        Measure, verbose_name=_("measure"), on_delete=models.CASCADE, related_name="participants"
    )
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="participations",
    )
    role = models.CharField(_("role"), max_length=8, choices=Role.choices, default=Role.PARTNER)

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        ordering = ("measure", "role", "organisation__name")
        constraints = (
            models.UniqueConstraint(
                fields=("measure", "organisation", "role"),
                name="measures_participant_once",
                violation_error_message=_("The organisation has this role in the measure already."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.organisation} ({self.get_role_display()})"


class FundingSourceQuerySet(models.QuerySet["FundingSource"]):
    def visible_to(self, user: Viewer) -> Self:
        """Funding is seen by whoever sees its measure."""
        return self.filter(measure__in=Measure.objects.visible_to(user))

    def ending_between(self, first: date, last: date) -> Self:
        return self.filter(ends_on__gte=first, ends_on__lte=last)

    def by_end(self) -> Self:
        """What ends first stands first, what has no end last."""
        return self.order_by(models.F("ends_on").asc(nulls_last=True), "pk")


class FundingSource(models.Model):
    """Money for a measure: from whom, how much in euros for the whole time, until when."""

    measure = models.ForeignKey(
        Measure, verbose_name=_("measure"), on_delete=models.CASCADE, related_name="funding_sources"
    )
    name = models.CharField(
        _("funding source"),
        max_length=200,
        help_text=_("For example the programme or the budget item."),
    )
    amount = models.DecimalField(
        _("amount in euros"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=_("For the whole time. Empty where it is not known."),
    )
    starts_on = models.DateField(_("begins on"), null=True, blank=True)
    ends_on = models.DateField(
        _("ends on"), null=True, blank=True, help_text=_("Empty means: no end has been set.")
    )

    objects = FundingSourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("funding source")
        verbose_name_plural = _("funding sources")
        ordering = ("measure", "ends_on", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gte=0),
                name="measures_funding_not_negative",
                violation_error_message=_("An amount of money is not below zero."),
            ),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True)
                | Q(ends_on__isnull=True)
                | Q(ends_on__gte=models.F("starts_on")),
                name="measures_funding_dates",
                violation_error_message=_("The end lies before the beginning."),
            ),
        )

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError(
                {"ends_on": _("The end lies before the beginning. Correct one of the two dates.")}
            )
