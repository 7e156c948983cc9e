"""Asking participants for their evaluations: whom, until when, and when to remind them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from directory.models import Organisation
from kit_portal.common.tokens import draw_link
from measures.models import (
    EvaluationReply,
    EvaluationRequest,
    EvaluationRound,
    Measure,
    Participant,
)
from measures.models.evaluation_request import PERSONAL_LINK, end_of

Mail = EvaluationRequest.Mail


class LinkEndedError(Exception):
    """The link was withdrawn, has expired or was renewed: it writes nothing any more."""


def ask(
    organisations: Iterable[Organisation],
    *,
    year: int,
    language: str,
    ends_on: date,
    includes_partners: bool,
    by: Any,
    now: datetime,
) -> list[EvaluationRequest]:
    """Ask each organisation once and return the new requests, whose mails are to be sent.

    Who has been asked already, also by a second click at the same moment, is left out. Who leads
    nothing is asked where it is a partner, or there would be nothing to ask.
    """
    # What the next ones are offered as the last day.
    EvaluationRound.objects.update_or_create(year=year, defaults={"ends_on": ends_on})
    measures = Measure.objects.published().in_force_in(year)
    leading = Participant.objects.filter(measure__in=measures, role=Participant.Role.LEAD)
    leaders = set(leading.values_list("organisation", flat=True))
    made = []
    for organisation in organisations:
        nonce, link_hash = draw_link(purpose=PERSONAL_LINK)
        request, is_new = EvaluationRequest.objects.get_or_create(
            organisation=organisation,
            year=year,
            defaults={
                "email": organisation.email,
                "language": language,
                "includes_partners": includes_partners or organisation.pk not in leaders,
                "link_nonce": nonce,
                "link_hash": link_hash,
                "expires_at": end_of(ends_on),
                "asked_by": by,
            },
        )
        if is_new:
            made.append(request)
    return made


def withdraw(request: EvaluationRequest, *, now: datetime) -> bool:
    """Close the link; say whether it was open. What was handed in stays to be settled."""
    open_ones = EvaluationRequest.objects.filter(pk=request.pk, withdrawn_at__isnull=True)
    return bool(open_ones.update(withdrawn_at=now, to_mail=Mail.NONE, modified_at=now))


def renew(request: EvaluationRequest, *, email: str, ends_on: date, now: datetime) -> bool:
    """Replace the link by a new one and have it mailed; False if somebody was faster."""
    earlier = EvaluationRequest.objects.filter(pk=request.pk, link_nonce=request.link_nonce)
    request.draw_link()
    return bool(
        earlier.update(
            link_nonce=request.link_nonce,
            link_hash=request.link_hash,
            email=email,
            expires_at=end_of(ends_on),
            withdrawn_at=None,
            to_mail=Mail.REQUEST,
            modified_at=now,
        )
    )


def want_reminder(request: EvaluationRequest, *, now: datetime) -> bool:
    """Have a reminder sent; False where one would come within a week, or nothing is open."""
    free = EvaluationRequest.objects.may_be_reminded(now=now).filter(pk=request.pk)
    return bool(free.unfinished().update(to_mail=Mail.REMINDER))


def want_due_reminders(*, now: datetime) -> int:
    """Have everybody reminded whose round reminds by itself; return how many."""
    silent = EvaluationRound.objects.filter(reminds=False).values("year")
    due = EvaluationRequest.objects.may_be_reminded(now=now).exclude(year__in=silent)
    return due.unfinished().update(to_mail=Mail.REMINDER)


def lock(pk: int) -> EvaluationRequest:
    """Take the one lock under which a request's replies change, until the transaction ends."""
    return EvaluationRequest.objects.select_for_update().get(pk=pk)


def lock_by_reply(reply_pk: int) -> EvaluationReply:
    """Lock the reply's request, then read the reply as it is now."""
    request_pk = EvaluationReply.objects.values_list("request", flat=True).get(pk=reply_pk)
    lock(request_pk)
    return EvaluationReply.objects.select_related("request__organisation", "measure").get(
        pk=reply_pk
    )


def settle_round(year: int, *, ends_on: date, reminds: bool) -> EvaluationRound:
    settled, _is_new = EvaluationRound.objects.update_or_create(
        year=year, defaults={"ends_on": ends_on, "reminds": reminds}
    )
    return settled
