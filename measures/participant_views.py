"""The page behind a participant's personal link. A GET changes nothing: scanners open links."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from measures.models import (
    Evaluation,
    EvaluationReply,
    EvaluationRequest,
    IndicatorValue,
    Measure,
)
from measures.participant_forms import ReplyForm
from measures.round_replies import ChangedMeanwhileError, State, asked_indicators, save_reply
from measures.round_requests import LinkEndedError

HAND_IN, SAVE = "hand_in", "save"


@dataclass(frozen=True)
class MeasureRow:
    """A measure on the page: what was said last year, and the form for this one."""

    measure: Measure
    reply: EvaluationReply | None
    previous: Evaluation | None
    form: ReplyForm

    @property
    def state(self) -> str:
        return self.reply.state if self.reply else ""

    @property
    def is_settled(self) -> bool:
        return self.state == State.ACCEPTED


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Show the organisation's measures of one year; save what was typed, hand in what was chosen.

    Whichever button is pressed, everything on the page that was typed is saved, so that nothing
    gets lost; ``hand_in`` names the one measure that is to go to the office.
    """
    valid = EvaluationRequest.objects.valid(now=timezone.now()).by_link(token)
    asked = valid.select_related("organisation").first()
    if asked is None:
        return _gone(request)
    if request.method != "POST":
        return _page(request, asked, _rows(asked))
    rows = _rows(asked, request)
    try:
        saved = [row for row in rows if _save(row, asked)]
    except LinkEndedError:  # while the page was being sent
        return _gone(request)
    _tell(request, rows, saved)
    if any(row.form.errors for row in rows):
        wrong = {row.form.prefix: row.form for row in rows if row.form.errors}
        return _page(request, asked, _rows(asked, wrong=wrong))
    anchor = request.POST.get(HAND_IN) or request.POST.get(SAVE, "")
    here = reverse("measures:by_link", args=(token,))
    return redirect(f"{here}#m{anchor}" if anchor.isdecimal() else here)


def _rows(
    asked: EvaluationRequest,
    request: HttpRequest | None = None,
    *,
    wrong: dict[str | None, ReplyForm] | None = None,
) -> list[MeasureRow]:
    """Return the link's measures; with ``request`` their forms hold what was posted."""
    replies = {reply.measure_id: reply for reply in asked.replies.all()}
    values = IndicatorValue.objects.filter(year__in=(asked.year, asked.year - 1))
    measures = (
        asked.measures()
        .select_related("concept", "goal__action_field")
        .prefetch_related(
            Prefetch("evaluations", Evaluation.objects.of_year(asked.year - 1), "last_year"),
            Prefetch(
                "indicators",
                asked_indicators().prefetch_related(Prefetch("values", values)),
                "asked_indicators",
            ),
        )
    )
    hands_in = request.POST.get(HAND_IN) if request else None
    return [
        MeasureRow(
            measure,
            reply := replies.get(measure.pk),
            next(iter(measure.last_year), None),
            (wrong or {}).get(f"m{measure.pk}")
            or ReplyForm(
                request.POST if request and f"m{measure.pk}-seen" in request.POST else None,
                measure=measure,
                indicators=measure.asked_indicators,
                reply=reply,
                hands_in=hands_in == str(measure.pk),
            ),
        )
        for measure in measures
    ]


def _save(row: MeasureRow, asked: EvaluationRequest) -> bool:
    """Save what was typed into one form; a mistake or a conflict stands in the form's errors."""
    form = row.form
    if not form.is_bound or not (form.is_chosen or form.was_edited):
        return False
    if not form.is_valid():
        return False
    try:
        save_reply(
            asked.pk,
            row.measure,
            form.answer,
            seen=form.cleaned_data["seen"],
            hands_in=form.hands_in,
            now=timezone.now(),
        )
    except ChangedMeanwhileError:
        form.add_error(
            None,
            _(
                "Somebody else has changed or settled this meanwhile; nothing was overwritten. "
                "Copy your text, then open the page again."
            ),
        )
        return False
    return True


def _tell(request: HttpRequest, rows: Sequence[MeasureRow], saved: Sequence[MeasureRow]) -> None:
    chosen = request.POST.get(HAND_IN)
    if any(str(row.measure.pk) == chosen for row in saved):
        number = next(row.measure.number for row in saved if str(row.measure.pk) == chosen)
        messages.success(request, _("Measure %s is handed in. Thank you!") % number)
    elif saved:
        count = len(saved)
        messages.success(
            request, ngettext("%d measure is saved.", "%d measures are saved.", count) % count
        )
    elif not any(row.form.errors for row in rows):
        messages.info(request, _("There was nothing new to save."))


def _page(
    request: HttpRequest, asked: EvaluationRequest, rows: Sequence[MeasureRow]
) -> HttpResponse:
    context = {
        "asked": asked,
        "rows": rows,
        "handed_in": sum(row.state in EvaluationReply.HANDED_IN for row in rows),
        "is_wrong": any(row.form.errors for row in rows if row.form.is_bound),
    }
    return _private(render(request, "measures/by_link.html", context))


def _gone(request: HttpRequest) -> HttpResponse:
    """The same answer for a link that never was, has expired, was withdrawn or renewed.

    What somebody typed while it ended is shown for copying; it comes from their own request.
    """
    typed = [
        text
        for name, text in request.POST.items()
        if name.endswith("-reasoning") and isinstance(text, str) and text.strip()
    ]
    return _private(render(request, "measures/link_gone.html", {"typed": typed}, status=404))


def _private(response: HttpResponse) -> HttpResponse:
    """Keep the address out of search engines. The site's Referrer-Policy keeps it from others.

    It may not be stricter than “same-origin”: without a referrer browsers send ``Origin: null``
    with a form, and the protection against forged requests refuses that.
    """
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
