"""The yearly round: which measures have been evaluated, which are missing, and a new verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Prefetch
from modeltranslation.utils import build_localized_fieldname

from directory.models import Organisation
from measures.models import (
    Evaluation,
    EvaluationReply,
    EvaluationRequest,
    Measure,
    Participant,
)

REASONING = build_localized_fieldname("reasoning", settings.LANGUAGE_CODE)


@dataclass(frozen=True)
class RoundRow:
    """A measure with this year's evaluation and that of the year before, where there are any."""

    measure: Measure
    evaluation: Evaluation | None
    previous: Evaluation | None
    replies: Sequence[EvaluationReply] = ()

    @property
    def leads(self) -> list[Organisation]:
        """Who leads the measure."""
        return [
            participant.organisation
            for participant in self.measure.participants.all()
            if participant.role == Participant.Role.LEAD
        ]

    @property
    def requests(self) -> list[EvaluationRequest]:
        """What its leads were asked for the year."""
        return [request for lead in self.leads for request in lead.evaluation_requests.all()]


@dataclass(frozen=True)
class Round:
    year: int
    rows: Sequence[RoundRow]

    def row_of(self, measure_pk: str) -> RoundRow | None:
        return next((row for row in self.rows if str(row.measure.pk) == measure_pk), None)

    @property
    def missing(self) -> list[RoundRow]:
        return [row for row in self.rows if row.evaluation is None]

    @property
    def done(self) -> list[RoundRow]:
        return [row for row in self.rows if row.evaluation is not None]


def round_of(year: int) -> Round:
    """Return the round of ``year``: all published measures of the concepts in force then."""
    measures = (
        Measure.objects.published()
        .in_force_in(year)
        .select_related("concept", "goal__action_field")
        .prefetch_related(
            Prefetch(
                "evaluations",
                Evaluation.objects.filter(year__in=(year, year - 1)).select_related("evaluated_by"),
            ),
            Prefetch("participants", Participant.objects.select_related("organisation")),
            Prefetch(
                "participants__organisation__evaluation_requests",
                EvaluationRequest.objects.of_year(year),
            ),
            Prefetch(
                "evaluation_replies",
                EvaluationReply.objects.filter(request__year=year).select_related(
                    "request__organisation"
                ),
            ),
        )
        .in_order()
    )
    return Round(year, [_row(measure, year) for measure in measures])


def _row(measure: Measure, year: int) -> RoundRow:
    by_year = {evaluation.year: evaluation for evaluation in measure.evaluations.all()}
    replies = list(measure.evaluation_replies.all())
    return RoundRow(measure, by_year.get(year), by_year.get(year - 1), replies)


def evaluate(
    measure: Measure, *, year: int, verdict: str, reasoning: str, by: Any, on: date
) -> Evaluation:
    """Record the verdict of ``year``, instead of an earlier one if there is; German reasoning."""
    evaluation, _created = Evaluation.objects.update_or_create(
        measure=measure,
        year=year,
        defaults={
            "verdict": verdict,
            REASONING: reasoning,
            "evaluated_by": by,
            "evaluated_on": on,
        },
    )
    return evaluation
