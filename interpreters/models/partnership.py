"""Language partnerships: a learner and a volunteer practise German together."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from directory.models import Language
from interpreters.models.interpreter import Interpreter
from interpreters.models.tally import Tally, TallyQuerySet, days_in_order
from kit_portal.common.models import Timestamped


class PartnershipQuerySet(models.QuerySet["Partnership"]):
    def active(self) -> Self:
        return self.filter(state=Partnership.State.ACTIVE)

    def mediated(self) -> Self:
        """Those that really began."""
        return self.filter(started_on__isnull=False)


class Partnership(Timestamped):
    class State(models.TextChoices):
        PROPOSED = "proposed", _("Proposed")
        ACTIVE = "active", _("Active")
        ENDED = "ended", _("Ended")

    class EndReason(models.TextChoices):
        GOAL_REACHED = "goal_reached", _("Goal reached")
        MOVED = "moved", _("Moved away")
        NO_TIME = "no_time", _("No more time")
        LOST_CONTACT = "lost_contact", _("Lost contact")
        NOT_A_MATCH = "not_a_match", _("Did not suit each other")
        OTHER = "other", _("Other")

    learner_code = models.CharField(
        _("learner code"), max_length=20, help_text=_("The office's own short code, no name.")
    )
    learner_language = models.ForeignKey(
        Language,
        verbose_name=_("learner's language"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="partnerships",
    )
    volunteer = models.ForeignKey(
        Interpreter,
        verbose_name=_("volunteer"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="partnerships",
    )
    state = models.CharField(
        _("state"), max_length=12, choices=State.choices, default=State.PROPOSED
    )
    started_on = models.DateField(_("began"), null=True, blank=True)
    ended_on = models.DateField(_("ended"), null=True, blank=True)
    end_reason = models.CharField(
        _("reason for the end"), max_length=16, choices=EndReason.choices, blank=True
    )

    objects = PartnershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("language partnership")
        verbose_name_plural = _("language partnerships")
        ordering = ("-started_on", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=days_in_order("started_on", "ended_on"),
                name="interpreters_partnership_days_in_order",
                violation_error_message=_("The last day lies before the first."),
            ),
            models.CheckConstraint(
                condition=~Q(state="active") | Q(started_on__isnull=False, ended_on__isnull=True),
                name="interpreters_partnership_active_began",
                violation_error_message=_("An active partnership has begun and not ended."),
            ),
            models.CheckConstraint(
                condition=~Q(state="ended") | Q(ended_on__isnull=False),
                name="interpreters_partnership_ended_on_a_day",
                violation_error_message=_("Enter the day on which the partnership ended."),
            ),
            models.CheckConstraint(
                condition=Q(end_reason="") | Q(state="ended"),
                name="interpreters_partnership_reason_at_end",
                violation_error_message=_("Only an ended partnership has a reason for its end."),
            ),
        )

    def __str__(self) -> str:
        return self.learner_code


class PartnershipTally(Tally):
    """So many partnerships mediated in a period, from before the records."""

    objects = TallyQuerySet.as_manager()

    class Meta(Tally.Meta):
        verbose_name = _("tally of partnerships")
        verbose_name_plural = _("tallies of partnerships")

    def __str__(self) -> str:
        return f"{self.period}: {self.count}"
