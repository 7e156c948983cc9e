"""The mails of a round: the request with the personal link, reminders, what was returned."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.translation import override

from directory.models import Office
from kit_portal.common.mail import compose_mail
from measures.models import EvaluationReply, EvaluationRequest, Measure

Mail = EvaluationRequest.Mail
FOLDERS = {
    Mail.REQUEST: "evaluation_request",
    Mail.REMINDER: "evaluation_reminder",
    Mail.RETURNED: "evaluation_returned",
}
# Stands in a preview where the secret comes.
SAMPLE_TOKEN = "personal-link"  # noqa: S105  a placeholder


def link_url(token: str, *, language: str) -> str:
    with override(language):
        return f"{settings.SITE_URL}{reverse('measures:by_link', args=(token,))}"


def deliver(pk: int, *, now: datetime) -> bool:
    """Send what waits for one organisation; say whether a mail went out.

    It may be called twice, at once or too late: only who claims the row sends. The claim stands in
    the same transaction as the sending, so a mail server that refuses leaves it for the next call.
    """
    with transaction.atomic():
        waiting = EvaluationRequest.objects.waiting_for_mail(now=now).filter(pk=pk)
        request = waiting.first()
        if request is None:
            return False
        kind, measures = request.to_mail, _subjects(request, request.to_mail)
        claim: dict[str, Any] = {"mailed_at": now} if measures else {}
        if measures and kind == Mail.REMINDER:
            claim["reminders"] = F("reminders") + 1
        claimed = waiting.filter(to_mail=kind).update(to_mail=Mail.NONE, **claim)
        if not (claimed and measures):  # somebody was faster, or all was handed in meanwhile
            return False
        request = EvaluationRequest.objects.select_related("organisation").get(pk=pk)
        compose(request, kind, measures=measures, token=_token(request)).send()
    return True


def compose(
    request: EvaluationRequest, kind: str, *, measures: Sequence[Measure], token: str
) -> EmailMultiAlternatives:
    """Render a mail of the round in the request's language; ``token`` makes it personal."""
    office = Office.objects.current()
    replies = (
        request.replies.filter(state=EvaluationReply.State.RETURNED)
        .select_related("measure")
        .order_by("measure__number_key")
        if kind == Mail.RETURNED
        else ()
    )
    message = compose_mail(
        FOLDERS[Mail(kind)],
        to=request.email,
        language=request.language,
        context={
            "request": request,
            "organisation": request.organisation,
            "measures": measures,
            "returned": replies,
            "url": link_url(token, language=request.language),
            "office": office,
        },
    )
    message.reply_to = [office.email] if office.email else []
    return message


def _subjects(request: EvaluationRequest, kind: str) -> list[Measure]:
    if kind == Mail.REQUEST:
        return list(request.measures())
    if kind == Mail.REMINDER:
        return list(request.open_measures())
    returned = request.replies.filter(state=EvaluationReply.State.RETURNED)
    return [reply.measure for reply in returned.select_related("measure")]


def _token(request: EvaluationRequest) -> str:
    """Return the link's token; a link whose key is gone opens nothing, so it is replaced."""
    try:
        return request.link_token
    except LookupError:
        request.draw_link()
        request.save(update_fields=["link_nonce", "link_hash", "modified_at"])
        return request.link_token
