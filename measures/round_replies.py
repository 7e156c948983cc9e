"""What participants answer, and how the office settles it.

draft → handed in → accepted, or returned and handed in again. Every change is made under the lock
of the request; whoever writes names the state that was on the screen, and loses nothing of anybody.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, override

from kit_portal.common.charts import number_text
from measures.evaluation_round import evaluate
from measures.models import (
    Evaluation,
    EvaluationReply,
    EvaluationRequest,
    Indicator,
    IndicatorValue,
    Measure,
)
from measures.round_requests import LinkEndedError, lock, lock_by_reply

State = EvaluationReply.State
Figures = dict[str, dict[str, str]]


class ChangedMeanwhileError(Exception):
    """Somebody else wrote or settled it since it was shown."""


@dataclass(frozen=True)
class Answer:
    """What a participant types about one measure. ``figures`` by the indicator's key."""

    verdict: str = ""
    reasoning: str = ""
    figures: Figures = field(default_factory=dict)
    still_correct: bool = False

    @classmethod
    def of(cls, reply: EvaluationReply | None) -> Answer:
        if reply is None:
            return cls()
        return cls(reply.verdict, reply.reasoning, reply.figures, reply.still_correct)


def fingerprint(state: str, answer: Answer) -> str:
    """Return what changes with every word and every step of a reply; forms carry it along."""
    content = [state, answer.verdict, answer.reasoning, answer.figures, answer.still_correct]
    return sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:32]


def fingerprint_of(reply: EvaluationReply | None) -> str:
    return fingerprint(reply.state if reply else State.DRAFT, Answer.of(reply))


@transaction.atomic
def save_reply(
    request_pk: int, measure: Measure, answer: Answer, *, seen: str, hands_in: bool, now: datetime
) -> EvaluationReply:
    """Store a participant's answer; once handed in it stays handed in, until the office settles it.

    Raises LinkEndedError where the link is not valid any more, ChangedMeanwhileError where the
    reply is not what ``seen`` was the fingerprint of, or is accepted.
    """
    request = lock(request_pk)
    if not request.is_valid(now=now):
        raise LinkEndedError
    reply = request.replies.filter(measure=measure).first()
    state = reply.state if reply else State.DRAFT
    hands_in = hands_in or state == State.SUBMITTED
    if reply and Answer.of(reply) == answer and (state == State.SUBMITTED or not hands_in):
        return reply  # the second of two clicks
    if state == State.ACCEPTED or fingerprint_of(reply) != seen:
        raise ChangedMeanwhileError
    reply = reply or EvaluationReply(request=request, measure=measure)
    reply.verdict, reply.reasoning = answer.verdict, answer.reasoning
    reply.figures, reply.still_correct = answer.figures, answer.still_correct
    if not hands_in:
        reply.move(state)
        return reply
    reply.move(State.SUBMITTED, submitted_at=now)
    if answer.still_correct:  # the organisation's own word, so it counts at once
        measure.confirm(by=request.organisation.name, on=timezone.localdate(now))
    return reply


# --- figures --------------------------------------------------------------------------------------


def asked_indicators() -> Any:
    """Public indicators that the portal does not count itself: what participants are asked for."""
    return Indicator.objects.visible_to(AnonymousUser()).filter(source_key="")


@dataclass(frozen=True)
class Figure:
    """A number that a participant names, beside the one that is stored for the year."""

    indicator: Indicator
    value: Decimal
    whole: Decimal | None
    stored: IndicatorValue | None

    @property
    def text(self) -> str:
        return _text(self.value, self.whole)

    @property
    def stored_text(self) -> str:
        return _text(self.stored.value, self.stored.whole) if self.stored else ""

    @property
    def differs(self) -> bool:
        stored = self.stored
        return stored is not None and (stored.value, stored.whole) != (self.value, self.whole)


# --- the office -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """A reply with all that accepting it would touch."""

    reply: EvaluationReply
    evaluation: Evaluation | None
    figures: Sequence[Figure]

    @property
    def is_plain(self) -> bool:
        """Whether accepting replaces nothing that somebody else has entered."""
        return self.evaluation is None and not any(figure.differs for figure in self.figures)

    @property
    def seen(self) -> str:
        evaluated = self.evaluation.modified_at.isoformat() if self.evaluation else ""
        stored = [
            f"{figure.stored.value} {figure.stored.whole}" if figure.stored else ""
            for figure in self.figures
        ]
        content = [fingerprint_of(self.reply), evaluated, stored]
        return sha256(json.dumps(content).encode()).hexdigest()[:32]


def _text(value: Decimal, whole: Decimal | None) -> str:
    if whole is None:
        return number_text(float(value))
    return gettext("%(part)s of %(whole)s") % {
        "part": number_text(float(value)),
        "whole": number_text(float(whole)),
    }


def cases_of(replies: Sequence[EvaluationReply], *, year: int) -> list[Case]:
    """Return each reply of ``year`` with what stands in its place already, in three queries."""
    measures = [reply.measure_id for reply in replies]
    evaluations = Evaluation.objects.of_year(year).filter(measure__in=measures)
    by_measure = {evaluation.measure_id: evaluation for evaluation in evaluations}
    asked = asked_indicators().filter(measure__in=measures)
    indicators = {str(indicator.pk): indicator for indicator in asked}
    values = IndicatorValue.objects.filter(indicator__in=asked, year=year, as_of__isnull=True)
    stored = {value.indicator_id: value for value in values}
    return [
        Case(
            reply,
            by_measure.get(reply.measure_id),
            [
                _figure(indicator, entry, stored.get(indicator.pk))
                for key, entry in reply.figures.items()
                # It may be gone, or be counted by the portal since.
                if (indicator := indicators.get(key)) and indicator.measure_id == reply.measure_id
            ],
        )
        for reply in replies
    ]


def waiting_cases(year: int) -> list[Case]:
    """Return what the office has to settle for ``year``, what came first on top."""
    replies = (
        EvaluationReply.objects.submitted()
        .filter(request__year=year)
        .select_related("request__organisation", "measure__concept")
        .order_by("submitted_at", "pk")
    )
    return cases_of(list(replies), year=year)


def _figure(indicator: Indicator, entry: dict[str, str], stored: IndicatorValue | None) -> Figure:
    whole = Decimal(entry["whole"]) if entry["whole"] else None
    return Figure(indicator, Decimal(entry["value"]), whole, stored)


@transaction.atomic
def accept(
    reply_pk: int,
    *,
    seen: str,
    by: Any,
    now: datetime,
    verdict: str | None = None,
    reasoning: str | None = None,
    keeps_stored: Mapping[int, bool] | None = None,
) -> Evaluation:
    """Make a reply the year's evaluation and its figures the year's values.

    ``verdict`` and ``reasoning`` where the office edits them: the reply itself keeps the words of
    the participant. ``keeps_stored`` says by indicator where the stored number stays.

    Raises ChangedMeanwhileError where anything differs from what was on the screen.
    """
    case = _open_case(reply_pk, seen=seen)
    reply, year = case.reply, case.reply.request.year
    evaluation = evaluate(
        reply.measure,
        year=year,
        verdict=reply.verdict if verdict is None else verdict,
        reasoning=reply.reasoning if reasoning is None else reasoning,
        by=by,
        on=timezone.localdate(now),
    )
    keeps = keeps_stored or {}
    for figure in case.figures:
        if not keeps.get(figure.indicator.pk):
            _store(figure, reply.request)
    reply.move(State.ACCEPTED, settled_at=now, settled_by=by)
    return evaluation


@transaction.atomic
def send_back(reply_pk: int, *, seen: str, remark: str, by: Any, now: datetime) -> EvaluationReply:
    """Return a reply with the office's remark, which is mailed to the participant.

    Raises ChangedMeanwhileError as ``accept``, LinkEndedError where the participant could not
    answer any more.
    """
    reply = _open_case(reply_pk, seen=seen).reply
    if not reply.request.is_valid(now=now):
        raise LinkEndedError
    reply.move(State.RETURNED, remark=remark, settled_at=now, settled_by=by)
    EvaluationRequest.objects.filter(pk=reply.request_id).update(
        to_mail=EvaluationRequest.Mail.RETURNED
    )
    return reply


def _open_case(reply_pk: int, *, seen: str) -> Case:
    reply = lock_by_reply(reply_pk)
    # Two organisations may answer for one measure, each under its own request's lock.
    Measure.objects.select_for_update().get(pk=reply.measure_id)
    # The office may be entering the same values: who changes them holds the indicators' rows.
    mine = Indicator.objects.filter(measure=reply.measure_id, source_key="")
    list(mine.select_for_update().order_by("pk"))
    [case] = cases_of([reply], year=reply.request.year)
    if reply.state != State.SUBMITTED or case.seen != seen:
        raise ChangedMeanwhileError
    return case


def _store(figure: Figure, request: EvaluationRequest) -> None:
    if figure.stored and not figure.differs:
        return
    with override(settings.LANGUAGE_CODE):  # the report prints it
        note = gettext("reported by %s") % request.organisation.name
    IndicatorValue.objects.update_or_create(
        indicator=figure.indicator,
        year=request.year,
        as_of=None,
        defaults={"value": figure.value, "whole": figure.whole, "note": note[:240]},
    )
