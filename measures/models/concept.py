"""What the council adopted: a concept for some years, divided into action fields and goals."""

from __future__ import annotations

from typing import Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from kit_portal.common.models import Publishable, PublishableQuerySet

YEARS = (MinValueValidator(1990), MaxValueValidator(2100))
# Addresses below /measures/ that are pages of their own, so no concept may be called so.
RESERVED_SLUGS = {
    "check-up",
    "documents",
    "evaluation",
    "export",
    "feed",
    "files",
    "indicators",
    "list",
    "open-data",
    "reports",
    "revision",
    "tables",
}


def validate_concept_slug(value: str) -> None:
    if value in RESERVED_SLUGS:
        raise ValidationError(
            _("“%(value)s” is the address of another page. Choose another one."),
            params={"value": value},
        )


class ConceptQuerySet(PublishableQuerySet):
    def newest_first(self) -> Self:
        return self.order_by("-period_from", "slug")

    def covering(self, year: int) -> Self:
        """Concepts in force in ``year``; one without an end runs on."""
        return self.filter(
            Q(period_to__gte=year) | Q(period_to__isnull=True), period_from__lte=year
        )


class Concept(Publishable):
    slug = models.SlugField(
        _("short address"),
        max_length=40,
        unique=True,
        validators=[validate_concept_slug],
        help_text=_("Part of the addresses of all its measures, for example the year it began."),
    )
    title = models.CharField(_("title"), max_length=200)
    subtitle = models.CharField(_("subtitle"), max_length=200, blank=True)
    description = models.TextField(
        _("description"), blank=True, help_text=_("Markdown is possible.")
    )

    period_from = models.PositiveSmallIntegerField(_("first year"), validators=YEARS)
    period_to = models.PositiveSmallIntegerField(
        _("last year"),
        null=True,
        blank=True,
        validators=YEARS,
        help_text=_("Empty while no end has been decided."),
    )

    adopted_by = models.CharField(
        _("adopted by"),
        max_length=120,
        blank=True,
        help_text=_("The body, for example the council."),
    )
    adopted_on = models.DateField(_("adopted on"), null=True, blank=True)
    resolution_number = models.CharField(_("resolution number"), max_length=60, blank=True)
    objects = ConceptQuerySet.as_manager()

    class Meta:
        verbose_name = _("concept")
        verbose_name_plural = _("concepts")
        ordering = ("-period_from", "slug")
        constraints = (
            models.CheckConstraint(
                condition=Q(period_to__isnull=True) | Q(period_to__gte=F("period_from")),
                name="measures_concept_period",
                violation_error_message=_("The last year lies before the first one."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.title} ({self.period})"

    def get_absolute_url(self) -> str:
        return reverse("measures:concept", args=(self.slug,))

    @property
    def period(self) -> str:
        """The years as they are printed, with an en dash; open at the end while it runs on."""
        return f"{self.period_from}–{self.period_to or ''}"

    @cached_property
    def frozen_years(self) -> set[int]:
        """The years with an adopted report that nobody corrects, as of the first time of asking."""
        states: dict[int, set[str]] = {}
        for year, state in self.reports.values_list("year", "state"):
            states.setdefault(year, set()).add(state)
        return {year for year, found in states.items() if found == {"adopted"}}

    def years_until(self, year: int) -> list[int]:
        """Return its years that have begun by ``year``, newest first."""
        last = min(self.period_to or year, year)
        return list(range(last, self.period_from - 1, -1))


class ActionField(models.Model):
    concept = models.ForeignKey(
        Concept, verbose_name=_("concept"), on_delete=models.CASCADE, related_name="action_fields"
    )
    number = models.PositiveSmallIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=200)
    guiding_principle = models.TextField(_("guiding principle"), blank=True)

    class Meta:
        verbose_name = _("action field")
        verbose_name_plural = _("action fields")
        ordering = ("concept", "number")
        constraints = (
            models.UniqueConstraint(
                fields=("concept", "number"),
                name="measures_action_field_number_once",
                violation_error_message=_("The concept has an action field with this number."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class Goal(models.Model):
    action_field = models.ForeignKey(
        ActionField, verbose_name=_("action field"), on_delete=models.CASCADE, related_name="goals"
    )
    number = models.PositiveSmallIntegerField(_("number"))
    text = models.TextField(_("goal"))

    class Meta:
        verbose_name = _("goal")
        verbose_name_plural = _("goals")
        ordering = ("action_field", "number")
        constraints = (
            models.UniqueConstraint(
                fields=("action_field", "number"),
                name="measures_goal_number_once",
                violation_error_message=_("The action field has a goal with this number."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.action_field.number}.{self.number} {self.text}"
