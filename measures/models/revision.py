"""Carrying a concept over into the next one: a decision for each of its measures."""

from __future__ import annotations

import re
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kit_portal.common.models import Timestamped
from measures.models.concept import Concept, Goal
from measures.models.lineage import MeasureLink
from measures.models.measure import Measure


class Revision(Timestamped):
    """One concept's way into the next. It can be left at any time and taken up again."""

    old_concept = models.ForeignKey(
        Concept,
        verbose_name=_("old concept"),
        on_delete=models.PROTECT,
        related_name="revisions_away",
    )
    new_concept = models.ForeignKey(
        Concept,
        verbose_name=_("new concept"),
        on_delete=models.PROTECT,
        related_name="revisions_into",
    )
    resolution = models.CharField(
        _("resolution"),
        max_length=120,
        blank=True,
        help_text=_("For all decisions without one of their own. It can follow later."),
    )
    begun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("begun by"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ("-new_concept__period_from", "-old_concept__period_from", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("old_concept", "new_concept"),
                name="measures_revision_once",
                violation_error_message=_("The revision of these two concepts has begun already."),
            ),
            models.CheckConstraint(
                condition=~Q(old_concept=F("new_concept")),
                name="measures_revision_of_two",
                violation_error_message=_("A concept cannot follow itself."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.old_concept.period} → {self.new_concept.period}"

    def get_absolute_url(self) -> str:
        return reverse("measures:revision", args=(self.pk,))

    def clean(self) -> None:
        # A new concept begins later, so steps between concepts can never run in a circle.
        if self.old_concept.period_from >= self.new_concept.period_from:
            raise ValidationError(
                {"new_concept": _("The new concept has to begin later than the old one.")}
            )


class RevisionDecisionQuerySet(models.QuerySet["RevisionDecision"]):
    def open(self) -> Self:
        return self.filter(carried_out_at__isnull=True)

    def carried_out(self) -> Self:
        return self.filter(carried_out_at__isnull=False)


class RevisionDecision(Timestamped):
    """What is to become of one measure.

    ``numbers`` say where it goes in the new concept: a number that is there already is linked, any
    other one becomes a new draft below ``goal``. Several decisions with the same number merge their
    measures, several numbers in one decision split its measure.
    """

    Kind = MeasureLink.Kind

    revision = models.ForeignKey(
        Revision,
        verbose_name=_("revision"),
        on_delete=models.CASCADE,
        related_name="decisions",
    )
    measure = models.ForeignKey(
        Measure,
        verbose_name=_("measure"),
        on_delete=models.CASCADE,
        related_name="revision_decisions",
    )
    kind = models.CharField(_("decision"), max_length=9, choices=Kind.choices)
    reason = models.TextField(_("reason"), blank=True)
    resolution = models.CharField(_("resolution"), max_length=120, blank=True)
    goal = models.ForeignKey(
        Goal,
        verbose_name=_("goal"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    numbers = models.CharField(_("numbers in the new concept"), max_length=200, blank=True)

    version = models.PositiveIntegerField(default=1, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    carried_out_at = models.DateTimeField(_("carried out"), null=True, blank=True, editable=False)

    objects = RevisionDecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision on a measure")
        verbose_name_plural = _("decisions on measures")
        ordering = ("revision", "measure")
        constraints = (
            models.UniqueConstraint(
                fields=("revision", "measure"),
                name="measures_decision_once",
                violation_error_message=_("The measure has a decision in this revision."),
            ),
            models.CheckConstraint(
                condition=Q(kind="ended", numbers="") | ~Q(kind="ended"),
                name="measures_decision_end_goes_nowhere",
                violation_error_message=_("A measure that ends goes to no number."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.measure}: {self.get_kind_display()}"

    @property
    def number_list(self) -> list[str]:
        return split_numbers(self.numbers)

    @property
    def is_carried_out(self) -> bool:
        return self.carried_out_at is not None


class MadeDraft(models.Model):
    """A draft that the portal wrote, out of earlier measures or a profile, and how it looked then.

    While it still looks so and is a draft, writing it can be undone without loss.
    """

    measure = models.OneToOneField(
        Measure,
        verbose_name=_("measure"),
        primary_key=True,
        on_delete=models.CASCADE,
        related_name="made",
    )
    revision = models.ForeignKey(
        Revision,
        verbose_name=_("revision"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="made_drafts",
        help_text=_("Empty where it was made out of a profile."),
    )
    fingerprint = models.CharField(_("fingerprint"), max_length=64, editable=False)

    class Meta:
        verbose_name = _("draft made by the portal")
        verbose_name_plural = _("drafts made by the portal")

    def __str__(self) -> str:
        return str(self.measure)


def split_numbers(text: str) -> list[str]:
    """Return the numbers that ``text`` lists with commas, semicolons or spaces, each once."""
    return list(dict.fromkeys(part for part in re.split(r"[,;\s]+", text) if part))
