"""What is being done: the measures of a concept."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date, datetime
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from directory.models import Organisation, Quarter, Topic
from kit_portal.common.models import Publishable, PublishableQuerySet
from kit_portal.common.translation_queries import column, icontains_any
from measures.models.concept import ActionField, Concept, Goal
from measures.models.runtime import runtime_errors

NUMBER_TAKEN = "number_taken"
GROUP_NAME = column("name", settings.LANGUAGE_CODE)


class TargetGroup(models.Model):
    """Whom a measure is for."""

    slug = models.SlugField(_("short address"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=240)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("target group")
        verbose_name_plural = _("target groups")
        ordering = ("position", "slug")

    def __str__(self) -> str:
        return self.name


class MeasureQuerySet(PublishableQuerySet):
    def published(self) -> Self:
        """A measure is public with its concept, never before it."""
        return self.filter(published_at__isnull=False, concept__published_at__isnull=False)

    def published_since(self, moment: datetime) -> Self:
        """Measures that the public can see since ``moment``: they or their concept came out."""
        return self.published().filter(
            Q(published_at__gte=moment) | Q(concept__published_at__gte=moment)
        )

    def changed_since(self, moment: datetime) -> Self:
        """Measures with something new to read: they came out, were edited, evaluated or reached
        a milestone. Whether a reader may see them is the door's question (``visible_to``).
        """
        return self.filter(
            Q(modified_at__gte=moment)
            | Q(concept__published_at__gte=moment)
            | self._has(evaluations__modified_at__gte=moment)
            | self._has(milestones__modified_at__gte=moment)
        )

    def in_concept(self, concept: Concept) -> Self:
        return self.filter(concept=concept)

    def in_field(self, action_field: ActionField) -> Self:
        return self.filter(goal__action_field=action_field)

    def in_force_in(self, year: int) -> Self:
        """Measures of the concepts that cover ``year``."""
        return self.filter(concept__in=Concept.objects.covering(year))

    def running_in(self, year: int) -> Self:
        """Measures in force in ``year``: their concept covers it, and so do their own dates."""
        return self.in_force_in(year).filter(
            Q(starts_on__isnull=True) | Q(starts_on__year__lte=year),
            Q(ends_on__isnull=True) | Q(ends_on__year__gte=year),
        )

    def having(self, **related: Any) -> Self:
        """Measures with a related row such as ``topics__slug="work"``, each of them once."""
        return self.filter(self._has(**related))

    def with_latest_verdict(self) -> Self:
        """Add ``latest_verdict`` and ``latest_verdict_year``, None where never evaluated."""
        same = self.model._default_manager.filter(pk=OuterRef("pk"))
        latest = same.order_by(F("evaluations__year").desc(nulls_last=True))
        return self.annotate(
            latest_verdict=Subquery(latest.values("evaluations__verdict")[:1]),
            latest_verdict_year=Subquery(latest.values("evaluations__year")[:1]),
        )

    def not_evaluated_in(self, year: int) -> Self:
        return self.filter(~self._has(evaluations__year=year))

    def search(self, text: str) -> Self:
        """Match every word in the number, the texts (also the German ones) or a participant."""
        found = self
        for word in text.split():
            found = found.filter(
                Q(number__startswith=word)
                | icontains_any("title", word)
                | icontains_any("description", word)
                | Q(place__icontains=word)
                | self._has(quarter__name__icontains=word)
                | self._has(**{f"target_groups__{GROUP_NAME}__icontains": word})
                | self._has(organisations__name__icontains=word)
                | self._has(organisations__short_name__icontains=word)
            )
        return found

    def in_order(self) -> Self:
        """Newest concept first, then by number, 4.2 before 4.10."""
        return self.order_by("-concept__period_from", "concept__slug", "number_key")

    def _has(self, **related: Any) -> Exists:
        """A condition on rows that belong to the measure; it never multiplies the measures."""
        return Exists(self.model._default_manager.filter(pk=OuterRef("pk"), **related))


class Measure(Publishable):
    class Status(models.TextChoices):
        PLANNED = "planned", _("planned")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        PAUSED = "paused", _("paused")
        ENDED = "ended", _("ended")

    STATUS_EXPLAINED: dict[str, str | Promise] = {
        Status.PLANNED: _("adopted, but work has not begun"),
        Status.RUNNING: _("work is going on"),
        Status.DONE: _("carried out, nothing more to do"),
        Status.PAUSED: _("interrupted, is to go on later"),
        Status.ENDED: _("stopped before it was carried out, or no longer wanted"),
    }

    goal = models.ForeignKey(
        Goal, verbose_name=_("goal"), on_delete=models.PROTECT, related_name="measures"
    )
    concept = models.ForeignKey(
        Concept,
        verbose_name=_("concept"),
        on_delete=models.CASCADE,
        related_name="measures",
        editable=False,
    )
    number = models.CharField(
        _("number"),
        max_length=20,
        validators=[
            RegexValidator(
                r"^[0-9A-Za-z]+([.-][0-9A-Za-z]+)*\Z",
                _("Use digits and letters divided by dots, for example 4.1.2."),
            )
        ],
        help_text=_("As in the adopted concept. Addresses contain it, so do not change it later."),
    )
    number_key = models.CharField(max_length=80, editable=False, default="")
    title = models.CharField(_("title"), max_length=240)
    description = models.TextField(
        _("description"), blank=True, help_text=_("Markdown is possible.")
    )
    status = models.CharField(
        _("status"), max_length=8, choices=Status.choices, default=Status.PLANNED
    )

    target_groups = models.ManyToManyField(
        TargetGroup, verbose_name=_("target groups"), blank=True, related_name="measures"
    )
    quarter = models.ForeignKey(
        Quarter,
        verbose_name=_("quarter"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="measures",
        help_text=_("Empty means: the whole municipality."),
    )
    place = models.CharField(
        _("place"), max_length=120, blank=True, help_text=_("The building or room, if it has one.")
    )
    starts_on = models.DateField(_("begins on"), null=True, blank=True)
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    is_permanent = models.BooleanField(_("permanent"), default=False)

    topics = models.ManyToManyField(
        Topic, verbose_name=_("topics"), blank=True, related_name="measures"
    )
    organisations = models.ManyToManyField(
        Organisation,
        verbose_name=_("participants"),
        through="Participant",
        related_name="measures",
    )

    internal_notes = models.TextField(
        _("internal notes"), blank=True, help_text=_("For the office only; never made public.")
    )
    confirmed_on = models.DateField(_("last confirmed"), null=True, blank=True, editable=False)
    confirmed_by = models.CharField(_("confirmed by"), max_length=200, blank=True, editable=False)

    objects = MeasureQuerySet.as_manager()

    class Meta:
        verbose_name = _("measure")
        verbose_name_plural = _("measures")
        ordering = ("concept", "number_key")
        indexes = (models.Index(fields=("modified_at",), name="measures_measure_modified"),)
        constraints = (
            models.UniqueConstraint(
                fields=("concept", "number"),
                name="measures_measure_number_once",
                violation_error_code=NUMBER_TAKEN,
                violation_error_message=_(
                    "The concept has a measure with this number. Choose another one, or correct "
                    "that."
                ),
            ),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True)
                | Q(ends_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
                name="measures_measure_dates",
                violation_error_message=_("The end lies before the beginning."),
            ),
            models.CheckConstraint(
                condition=Q(is_permanent=False) | Q(ends_on__isnull=True),
                name="measures_measure_permanent",
                violation_error_message=_("A permanent measure has no end."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("measures:detail", args=(self.concept.slug, self.number))

    def clean(self) -> None:
        self._derive()
        if not self.goal_id:
            return
        if errors := runtime_errors(self):
            raise ValidationError(errors)

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        # A form leaves ``concept`` out, yet the number's uniqueness hangs on it.
        try:
            super().validate_constraints(exclude=set(exclude or ()) - {"concept"})
        except ValidationError as error:
            raise ValidationError(_at_its_field(error)) from error

    def save(self, **options: Any) -> None:  # type: ignore[override]
        # Touched against the house's habit: both columns repeat what ``goal`` and ``number`` say,
        # so that the database can keep numbers unique in a concept and sort them.
        self._derive()
        if (fields := options.get("update_fields")) and {"goal", "number"} & set(fields):
            options["update_fields"] = {*fields, "concept", "number_key"}
        super().save(**options)

    def _derive(self) -> None:
        if self.goal_id:
            self.concept = self.goal.action_field.concept
        self.number_key = number_key(self.number)

    def confirm(self, *, by: str, on: date) -> None:
        """Note that ``by`` calls the data still correct. It is no change: nothing new to read."""
        self.confirmed_on, self.confirmed_by = on, by
        self.save(update_fields=["confirmed_on", "confirmed_by"])

    @property
    def is_public(self) -> bool:
        return self.is_published and self.concept.is_published

    @property
    def status_explained(self) -> str | Promise:
        return self.STATUS_EXPLAINED[self.status]

    @property
    def whereabouts(self) -> str:
        """The building and the quarter; empty means the whole municipality."""
        return ", ".join(filter(None, (self.place, self.quarter.name if self.quarter else "")))

    @property
    def runtime(self) -> str:
        """When it runs, in words; empty where nothing is known."""
        start, end = self.starts_on, self.ends_on
        if self.is_permanent:
            return (
                gettext("permanent, since %s") % date_format(start)
                if start
                else gettext("permanent")
            )
        if start and end:
            return gettext("%(start)s to %(end)s") % {
                "start": date_format(start),
                "end": date_format(end),
            }
        if start:
            return gettext("since %s") % date_format(start)
        return gettext("until %s") % date_format(end) if end else ""


def _at_its_field(error: ValidationError) -> dict[str, list[ValidationError]]:
    """Return the errors with a number that is taken at its field, where Django says “all”."""
    errors: dict[str, list[ValidationError]] = {}
    for field, found in error.error_dict.items():
        for one in found:
            place = "number" if one.code == NUMBER_TAKEN else field
            errors.setdefault(place, []).append(one)
    return errors


def number_key(number: str) -> str:
    """Return a text that sorts as people count: every run of digits padded to five places."""
    return re.sub(r"\d+", lambda run: run.group().zfill(5), number)
