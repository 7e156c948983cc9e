"""The yearly question to every measure: did it prove itself, must it change, should it end?"""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from kit_portal.common.models import Timestamped, Viewer
from measures.models.concept import YEARS
from measures.models.measure import Measure


class EvaluationQuerySet(models.QuerySet["Evaluation"]):
    def visible_to(self, user: Viewer) -> Self:
        """An evaluation is seen by whoever sees its measure."""
        return self.filter(measure__in=Measure.objects.visible_to(user))

    def of_year(self, year: int) -> Self:
        return self.filter(year=year)


class Evaluation(Timestamped):
    class Verdict(models.TextChoices):
        PROVED = "proved", _("proved itself")
        MODIFY = "modify", _("to be modified")
        ENDED = "ended", _("to be ended")

    NEEDS_REASONING = (Verdict.MODIFY, Verdict.ENDED)

    measure = models.ForeignKey(
        Measure, verbose_name=_("measure"), on_delete=models.CASCADE, related_name="evaluations"
    )
    year = models.PositiveSmallIntegerField(_("year"), validators=YEARS)
    verdict = models.CharField(_("verdict"), max_length=8, choices=Verdict.choices)
    reasoning = models.TextField(
        _("reasoning"), blank=True, help_text=_("It is printed in the implementation report.")
    )
    evaluated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("evaluated by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    evaluated_on = models.DateField(_("evaluated on"), null=True, blank=True)

    objects = EvaluationQuerySet.as_manager()

    class Meta:
        verbose_name = _("evaluation")
        verbose_name_plural = _("evaluations")
        ordering = ("measure", "-year")
        constraints = (
            models.UniqueConstraint(
                fields=("measure", "year"),
                name="measures_evaluation_once_a_year",
                violation_error_message=_("The measure has been evaluated for this year already."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.year}: {self.get_verdict_display()}"

    def clean(self) -> None:
        if self.verdict in self.NEEDS_REASONING and not self.reasoning:
            raise ValidationError(
                {"reasoning_de": _("Say why: the council will ask what is to change.")}
            )
