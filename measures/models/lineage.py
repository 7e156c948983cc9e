"""Revision: what became of a measure in the next concept."""

from __future__ import annotations

from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kit_portal.common.models import Timestamped, Viewer
from measures.models.concept import Concept
from measures.models.measure import Measure


class MeasureLinkQuerySet(models.QuerySet["MeasureLink"]):
    def visible_to(self, user: Viewer) -> Self:
        """A step is seen by whoever sees both its ends; an end with the concept that left it out,
        so that nobody reads from it what is being planned.
        """
        visible = Measure.objects.visible_to(user)
        concepts = Concept.objects.visible_to(user)
        return self.filter(
            Q(successor__in=visible)
            | Q(successor__isnull=True, left_out_of__isnull=True)
            | Q(left_out_of__in=concepts),
            predecessor__in=visible,
        )


class MeasureLink(Timestamped):
    """One step from a measure of an old concept to one of a new concept, or to its end.

    Many to many: several predecessors of one successor are a merger, several successors of one
    predecessor a split.
    """

    class Kind(models.TextChoices):
        CONTINUED = "continued", _("continued")
        MODIFIED = "modified", _("modified")
        MERGED = "merged", _("merged")
        SPLIT = "split", _("split")
        REPLACED = "replaced", _("replaced")
        ENDED = "ended", _("ended")

    predecessor = models.ForeignKey(
        Measure,
        verbose_name=_("earlier measure"),
        on_delete=models.PROTECT,
        related_name="successor_links",
    )
    successor = models.ForeignKey(
        Measure,
        verbose_name=_("later measure"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="predecessor_links",
        help_text=_("Empty where the measure was ended."),
    )
    left_out_of = models.ForeignKey(
        Concept,
        verbose_name=_("left out of"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="left_out_links",
        help_text=_("The concept without it. Only where the measure was ended."),
    )
    kind = models.CharField(_("what became of it"), max_length=9, choices=Kind.choices)
    reason = models.TextField(_("reason"), blank=True)
    resolution = models.CharField(
        _("resolution"), max_length=120, blank=True, help_text=_("Its number or body and date.")
    )
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    decision = models.ForeignKey(
        "RevisionDecision",
        verbose_name=_("decision"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="links",
    )

    objects = MeasureLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("step of a measure")
        verbose_name_plural = _("steps of measures")
        ordering = ("predecessor", "successor")
        constraints = (
            models.UniqueConstraint(
                fields=("predecessor", "successor"),
                name="measures_link_once",
                violation_error_message=_("These two measures are linked already."),
            ),
            models.UniqueConstraint(
                fields=("predecessor",),
                condition=Q(successor__isnull=True),
                name="measures_link_ended_once",
                violation_error_message=_("The measure is marked as ended already."),
            ),
            models.CheckConstraint(
                condition=Q(kind="ended", successor__isnull=True)
                | (~Q(kind="ended") & Q(successor__isnull=False, left_out_of__isnull=True)),
                name="measures_link_end_has_no_successor",
                violation_error_message=_(
                    "A measure that was ended has no later measure; every other step has one."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(predecessor=F("successor")),
                name="measures_link_of_two",
                violation_error_message=_("A measure cannot follow itself."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor or self.get_kind_display()}"

    def clean(self) -> None:
        if (
            self.successor_id
            and self.successor
            and self.predecessor.concept.period_from >= self.successor.concept.period_from
        ):
            raise ValidationError(
                {"successor": _("Choose a measure of a later concept than the earlier one.")}
            )
