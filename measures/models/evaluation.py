"""The yearly question to every measure: did it prove itself, must it change, should it end?"""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from kit_portal.common.models import Timestamped, Viewer
from kit_portal.common.translation_queries import column
from measures.models.concept import YEARS
from measures.models.measure import Measure
from measures.models.report import refuse_frozen_year, year_is_frozen


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
        if self.measure_id and self.year and self.is_frozen and self._differs_from_stored():
            raise year_is_frozen(self.year)

    def save(self, **options: Any) -> None:  # type: ignore[override]
        # Touched against the house's habit: an adoption at the same moment must have all of an
        # evaluation or nothing of it, whichever form, page or command writes it.
        with transaction.atomic():
            self._refuse_frozen_years()
            super().save(**options)

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        with transaction.atomic():
            self._refuse_frozen_years()
            return super().delete(*args, **options)

    def _differs_from_stored(self) -> bool:
        """A page may carry a frozen evaluation along, if it leaves it as it is."""
        stored = type(self).objects.filter(pk=self.pk).first()
        if stored is None:
            return True
        said = ["measure_id", "year", "verdict"]
        said += [column("reasoning", code) for code in settings.MODELTRANSLATION_LANGUAGES]
        return any((getattr(self, n) or "") != (getattr(stored, n) or "") for n in said)

    def _refuse_frozen_years(self) -> None:
        """Neither the year it is stored under nor the one it is moved to may be frozen."""
        stored = type(self).objects.filter(pk=self.pk).values_list("measure__concept", "year")
        for concept, year in sorted({*stored, (self.measure.concept_id, self.year)}):
            refuse_frozen_year(concept, year)

    @property
    def is_frozen(self) -> bool:
        """For forms and imports; ``save`` asks anew, under the lock."""
        return self.year in self.measure.concept.frozen_years
