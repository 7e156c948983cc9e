"""Figures that show what a measure, or a concept as a whole, brings about."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kit_portal.common.models import Timestamped, Viewer
from measures.models.concept import YEARS, Concept
from measures.models.measure import Measure

OVERRIDE = _("The portal counted another value. Say why yours is right, or take the counted one.")


class IndicatorQuerySet(models.QuerySet["Indicator"]):
    def counted_by_portal(self) -> Self:
        return self.exclude(source_key="").exclude(kind=Indicator.Kind.SHARE)

    def in_force_in(self, year: int) -> Self:
        """Indicators of the concepts that cover ``year``, and of their measures."""
        covering = Concept.objects.covering(year)
        return self.filter(Q(concept__in=covering) | Q(measure__concept__in=covering))

    def without_value_for(self, year: int) -> Self:
        valued = IndicatorValue.objects.filter(indicator=OuterRef("pk"), year=year)
        return self.filter(~Exists(valued))

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

    class Trend(models.TextChoices):
        NONE = "", _("none is wanted")
        UP = "up", _("upwards")
        DOWN = "down", _("downwards")

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
    baseline_value = models.DecimalField(
        _("baseline"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    baseline_year = models.PositiveSmallIntegerField(
        _("year of the baseline"), null=True, blank=True, validators=YEARS
    )
    target_value = models.DecimalField(
        _("target"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("For a share: in percent."),
    )
    target_year = models.PositiveSmallIntegerField(
        _("year of the target"), null=True, blank=True, validators=YEARS
    )
    trend = models.CharField(
        _("desired trend"), max_length=4, choices=Trend.choices, default=Trend.NONE, blank=True
    )
    is_public = models.BooleanField(_("public"), default=True)

    counting_failed_since = models.DateTimeField(
        _("could not be counted since"), null=True, blank=True, editable=False
    )

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
            models.CheckConstraint(
                condition=Q(baseline_value__isnull=True, baseline_year__isnull=True)
                | Q(baseline_value__isnull=False, baseline_year__isnull=False),
                name="measures_indicator_baseline_with_year",
                violation_error_message=_("A baseline needs both the value and its year."),
            ),
            models.CheckConstraint(
                condition=Q(target_year__isnull=True) | Q(target_value__isnull=False),
                name="measures_indicator_target_with_value",
                violation_error_message=_("A target year needs the target's value."),
            ),
        )

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.kind == self.Kind.SHARE and self.source_key:
            raise ValidationError(
                {"source_key": _("The portal counts single numbers, not shares of a whole.")}
            )

    @property
    def is_counted_by_portal(self) -> bool:
        return bool(self.source_key) and self.kind != self.Kind.SHARE


class IndicatorValueQuerySet(models.QuerySet["IndicatorValue"]):
    def visible_to(self, user: Viewer) -> Self:
        return self.filter(indicator__in=Indicator.objects.visible_to(user))

    def in_time(self) -> Self:
        """By indicator; within it as time goes by, a year's own value after those of its days."""
        last = F("as_of").asc(nulls_last=True)
        return self.order_by("indicator__position", "indicator__slug", "year", last)


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
    is_break = models.BooleanField(
        _("break in the series"),
        default=False,
        help_text=_("Not comparable with earlier values; say why in the note."),
    )
    note = models.CharField(_("note"), max_length=240, blank=True)

    counted = models.DecimalField(
        _("counted by the portal"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        editable=False,
    )
    counted_at = models.DateTimeField(_("last counted"), null=True, blank=True, editable=False)
    override_reason = models.CharField(
        _("reason for another value"),
        max_length=240,
        blank=True,
        help_text=_("Needed where the value differs from what the portal counted."),
    )

    objects = IndicatorValueQuerySet.as_manager()

    class Meta:
        verbose_name = _("indicator value")
        verbose_name_plural = _("indicator values")
        ordering = ("indicator", "year", F("as_of").asc(nulls_last=True))
        constraints = (
            models.UniqueConstraint(
                fields=("indicator", "year"),
                condition=Q(as_of__isnull=True),
                name="measures_value_once_a_year",
                violation_error_message=_("The indicator has a value for this year already."),
            ),
            models.UniqueConstraint(
                fields=("indicator", "as_of"),
                condition=Q(as_of__isnull=False),
                name="measures_value_once_a_day",
                violation_error_message=_("The indicator has a value for this day already."),
            ),
            models.CheckConstraint(
                condition=Q(counted__isnull=True) | Q(value=F("counted")) | ~Q(override_reason=""),
                name="measures_value_override_has_reason",
                violation_error_message=OVERRIDE,
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
        if self.is_overridden and not self.override_reason:
            raise ValidationError({"override_reason": OVERRIDE})
        if self.as_of and self.year and self.as_of.year != self.year:
            raise ValidationError({"as_of": _("The day does not lie in the year of the value.")})
        if self.is_break and not self.note:
            raise ValidationError(
                {"note": _("Say why the value is not comparable with earlier ones.")}
            )

    @property
    def percent(self) -> Decimal | None:
        """The part of its whole, 0–100; None where there is no whole."""
        return self.value / self.whole * 100 if self.whole else None

    @property
    def is_overridden(self) -> bool:
        """Whether somebody set another value than the portal counted, for a stated reason."""
        return self.counted is not None and self.value != self.counted

    @property
    def counted_within_year(self) -> date | None:
        """The day up to which the portal counted, where the year was not over yet."""
        if self.as_of or self.counted_at is None or self.is_overridden:
            return None
        day = timezone.localdate(self.counted_at)
        return day if day.year == self.year else None

    def take_count(self, counted: Decimal, *, at: datetime) -> bool:
        """Note what the portal counts; it becomes the value unless a reason stands against it.

        False where the value was entered by hand before the portal ever counted: people decide
        about it, no count replaces it silently.
        """
        fields = ["counted", "counted_at", "modified_at"]
        if not self.override_reason:
            if self.counted is None and self.value != counted:
                return False
            self.value = counted
            fields.append("value")
        self.counted, self.counted_at = counted, at
        self.save(update_fields=fields)
        return True


class IndicatorCell(models.Model):
    """A part of a value by one property: women, under 18, a quarter.

    The public never sees numbers below five (``measures.disaggregation``), staff see all.
    """

    value = models.ForeignKey(
        IndicatorValue, verbose_name=_("value"), on_delete=models.CASCADE, related_name="cells"
    )
    dimension = models.CharField(
        _("property"), max_length=60, help_text=_("For example: sex, age, quarter.")
    )
    category = models.CharField(_("category"), max_length=80)
    number = models.DecimalField(_("number"), max_digits=14, decimal_places=2)

    class Meta:
        verbose_name = _("part of a value")
        verbose_name_plural = _("parts of values")
        ordering = ("value", "dimension", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("value", "dimension", "category"),
                name="measures_cell_once",
                violation_error_message=_("This category has a number already."),
            ),
            models.CheckConstraint(
                condition=Q(number__gte=0),
                name="measures_cell_not_negative",
                violation_error_message=_("A part is not below zero."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.dimension}: {self.category}"

    def clean(self) -> None:
        if self.value_id and self.number is not None and self.number > self.value.value:
            raise ValidationError({"number": _("The part is larger than its whole.")})
