"""The office's pages of a round: the participants who are asked, and what they hand in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from directory.models import Office
from measures import round_mail, round_requests
from measures.evaluation_round import round_of
from measures.models import (
    EvaluationReply,
    EvaluationRequest,
    EvaluationRound,
    FrozenError,
    Measure,
)
from measures.models.evaluation_request import end_of
from measures.round_board import Standing, organisations_of
from measures.round_forms import AskForm, RemarkForm, RenewForm, RoundForm, SettleForm
from measures.round_replies import (
    Case,
    ChangedMeanwhileError,
    accept,
    cases_of,
    send_back,
    waiting_cases,
)
from measures.round_requests import LinkEndedError
from measures.round_years import neighbours, year_or_404
from measures.tasks import mail_participant

View = Callable[..., HttpResponse]


def for_evaluators(view: View) -> View:
    """Only for those who may evaluate, and never out of a cache."""
    allowed = permission_required("measures.change_evaluation", raise_exception=True)
    return never_cache(login_required(allowed(view)))


# --- who is asked ---------------------------------------------------------------------------------


@for_evaluators
def participants(request: HttpRequest, year: int) -> HttpResponse:
    """How far each organisation is, and the settings of the round."""
    year_or_404(year)
    settled = EvaluationRound.of(year, today=timezone.localdate())
    form = RoundForm(request.POST or None, instance=settled)
    if request.method == "POST" and form.is_valid():
        round_requests.settle_round(year, **form.cleaned_data)
        messages.success(request, _("The settings of the round are saved."))
        return redirect("measures:participants", year=year)
    current = round_of(year)
    rows = organisations_of(current, now=timezone.now())
    states = {row.standing for row in rows}
    chosen = request.GET.get("state", "")
    context = {
        "year": year,
        "current": current,
        "rows": [row for row in rows if chosen in {"", row.standing}],
        "states": [state for state in Standing if state in states],
        "chosen": chosen,
        "can_ask": Standing.NOT_ASKED in states,
        "open_count": sum(row.is_open for row in rows),
        "form": form,
        **neighbours(year),
    }
    return render(request, "measures/round_participants.html", context)


@for_evaluators
def ask(request: HttpRequest, year: int) -> HttpResponse:
    """Choose, look at the mail, send: the first button shows the mail, the second sends it."""
    year_or_404(year)
    today = timezone.localdate()
    rows = organisations_of(round_of(year), now=timezone.now())
    form = AskForm(
        request.POST or None,
        rows=rows,
        today=today,
        initial={
            "language": settings.LANGUAGE_CODE,
            "ends_on": EvaluationRound.of(year, today=today).ends_on,
            "organisations": [row.organisation.pk for row in rows if row.leads],
        },
    )
    preview = None
    if request.method == "POST" and form.is_valid():
        if "send" in request.POST:
            return _asked(request, year, form)
        preview = _preview(form, year)
    context = {
        "year": year,
        "form": form,
        "preview": preview,
        "without_address": [row for row in rows if row.standing == Standing.NO_ADDRESS],
    }
    return render(request, "measures/round_ask.html", context)


def _asked(request: HttpRequest, year: int, form: AskForm) -> HttpResponse:
    made = round_requests.ask(
        [row.organisation for row in form.chosen],
        year=year,
        language=form.cleaned_data["language"],
        ends_on=form.cleaned_data["ends_on"],
        includes_partners=form.cleaned_data["includes_partners"],
        by=request.user,
        now=timezone.now(),
    )
    for one in made:
        mail_participant.delay_on_commit(one.pk)
    count = len(made)
    messages.success(
        request, ngettext("%d organisation is asked.", "%d organisations are asked.", count) % count
    )
    return redirect("measures:participants", year=year)


def _preview(form: AskForm, year: int) -> dict[str, Any]:
    """Return the mail as the first of the chosen will get it, with a link that opens nothing."""
    row = form.chosen[0]
    sample = EvaluationRequest(
        organisation=row.organisation,
        year=year,
        email=row.organisation.email,
        language=form.cleaned_data["language"],
        includes_partners=form.cleaned_data["includes_partners"] or not row.leads,
        expires_at=end_of(form.cleaned_data["ends_on"]),
    )
    mail = round_mail.compose(
        sample,
        EvaluationRequest.Mail.REQUEST,
        measures=list(sample.measures()),
        token=round_mail.SAMPLE_TOKEN,
    )
    return {
        "to": mail.to[0],
        "subject": mail.subject,
        "body": mail.body,
        "language": sample.language,
        "count": len(form.chosen),
    }


@require_POST
@for_evaluators
def remind(request: HttpRequest, year: int) -> HttpResponse:
    """Remind one organisation (``request``), or all who still owe something."""
    open_ones = EvaluationRequest.objects.of_year(year).valid(now=timezone.now())
    if (pk := request.POST.get("request", "")).isdecimal():
        open_ones = open_ones.filter(pk=pk)
    wanted = [one for one in open_ones if round_requests.want_reminder(one, now=timezone.now())]
    for one in wanted:
        mail_participant.delay_on_commit(one.pk)
    if count := len(wanted):
        messages.success(
            request,
            ngettext("%d reminder is on its way.", "%d reminders are on their way.", count) % count,
        )
    else:
        messages.warning(
            request,
            _(
                "No reminder was sent: an organisation gets at most one mail a week, and none when "
                "it has handed in everything or its link has ended."
            ),
        )
    return redirect("measures:participants", year=year)


@for_evaluators
def asked(request: HttpRequest, year: int, pk: int) -> HttpResponse:
    """One organisation: what came back, and its link, to be withdrawn or renewed."""
    requests = EvaluationRequest.objects.of_year(year).select_related("organisation", "asked_by")
    one = get_object_or_404(requests, pk=pk)
    today = timezone.localdate()
    last_day = max(EvaluationRound.of(year, today=today).ends_on, today)
    form = RenewForm(
        request.POST if "renew" in request.POST else None,
        today=today,
        initial={"email": one.organisation.email or one.email, "ends_on": last_day},
    )
    if "withdraw" in request.POST:
        round_requests.withdraw(one, now=timezone.now())
        messages.success(request, _("The link is withdrawn. It opens nothing any more."))
        return redirect("measures:asked", year=year, pk=pk)
    if form.is_valid():
        return _renewed(request, one, form)
    context = {
        "year": year,
        "one": one,
        "is_valid": one.is_valid(now=timezone.now()),
        "replies": one.replies.select_related("measure__concept", "settled_by"),
        "open_measures": one.open_measures().select_related("concept"),
        "form": form,
    }
    return render(request, "measures/round_asked.html", context)


def _renewed(request: HttpRequest, one: EvaluationRequest, form: RenewForm) -> HttpResponse:
    if round_requests.renew(one, **form.cleaned_data, now=timezone.now()):
        mail_participant.delay_on_commit(one.pk)
        messages.success(request, _("A new link is on its way. The old one is dead."))
    else:
        messages.warning(request, _("Somebody else has renewed the link just now."))
    return redirect("measures:asked", year=one.year, pk=one.pk)


# --- what came back -------------------------------------------------------------------------------


@for_evaluators
def replies(request: HttpRequest, year: int) -> HttpResponse:
    """What waits to be settled; the chosen ones are accepted as they were handed in."""
    year_or_404(year)
    cases = waiting_cases(year)
    if request.method == "POST":
        return _accepted_many(request, year, cases)
    context = {"year": year, "cases": cases, **neighbours(year)}
    return render(request, "measures/round_replies.html", context)


def _accepted_many(request: HttpRequest, year: int, cases: list[Case]) -> HttpResponse:
    """Accept each one for itself: a single one that changed meanwhile holds up no other."""
    chosen = dict(entry.split(":", 1) for entry in request.POST.getlist("reply") if ":" in entry)
    accepted, left = 0, len(chosen)
    frozen: list[str] = []
    for case in cases:
        seen = chosen.get(str(case.reply.pk))
        if seen is None or not case.is_plain:
            continue
        try:
            accept(case.reply.pk, seen=seen, by=request.user, now=timezone.now())
        except ChangedMeanwhileError:
            continue
        except FrozenError as error:  # another concept's year may be open
            frozen.append(error.messages[0])
            continue
        accepted += 1
    left -= accepted + len(frozen)
    if frozen:
        messages.error(request, frozen[0])
    if accepted:
        messages.success(
            request,
            ngettext("%d reply is accepted.", "%d replies are accepted.", accepted) % accepted,
        )
    if left:
        messages.warning(
            request,
            ngettext(
                "%d reply has changed meanwhile, or somebody else has settled it.",
                "%d replies have changed meanwhile, or somebody else has settled them.",
                left,
            )
            % left,
        )
    return redirect("measures:replies", year=year)


@for_evaluators
def reply(request: HttpRequest, year: int, pk: int) -> HttpResponse:
    """Read one reply beside last year's evaluation; edit and accept it, or return it."""
    found = get_object_or_404(
        EvaluationReply.objects.filter(request__year=year)
        .exclude(state=EvaluationReply.State.DRAFT)
        .select_related("request__organisation", "measure__concept", "settled_by"),
        pk=pk,
    )
    [case] = cases_of([found], year=year)
    accepts, returns = "accept" in request.POST, "return" in request.POST
    form = SettleForm(request.POST if accepts else None, case=case)
    remark_form = RemarkForm(
        request.POST if returns else None, initial={"seen": case.seen}, auto_id="return_%s"
    )
    if form.is_valid() or remark_form.is_valid():
        try:
            if accepts:
                return _accepted(request, found, form)
            return _returned(request, found, remark_form)
        except ChangedMeanwhileError:
            # Bound forms keep what was typed; their ``seen`` is the old one until reopened.
            messages.error(
                request,
                _(
                    "Somebody else has changed or settled this meanwhile; nothing was overwritten. "
                    "Copy your text, then open the page again."
                ),
            )
        except FrozenError as frozen:
            form.add_error(None, frozen)
        except LinkEndedError:
            messages.error(
                request,
                _("The organisation’s link has ended, so it could not answer. Renew it first."),
            )
    context = {
        "year": year,
        "case": case,
        "previous": found.measure.evaluations.filter(year=year - 1).first(),
        # What was typed stays on the screen, though there is nothing to settle any more.
        "is_open": found.state == EvaluationReply.State.SUBMITTED or accepts or returns,
        "form": form,
        "remark_form": remark_form,
    }
    return render(request, "measures/round_reply.html", context)


def _accepted(request: HttpRequest, found: EvaluationReply, form: SettleForm) -> HttpResponse:
    accept(
        found.pk,
        seen=form.cleaned_data["seen"],
        verdict=form.cleaned_data["verdict"],
        reasoning=form.cleaned_data["reasoning"],
        keeps_stored=form.keeps_stored,
        by=request.user,
        now=timezone.now(),
    )
    messages.success(request, _("The verdict on measure %s is saved.") % found.measure.number)
    return redirect("measures:replies", year=found.request.year)


def _returned(request: HttpRequest, found: EvaluationReply, form: RemarkForm) -> HttpResponse:
    send_back(found.pk, **form.cleaned_data, by=request.user, now=timezone.now())
    mail_participant.delay_on_commit(found.request_id)
    messages.success(
        request,
        _("Returned. %s gets a mail with your remark.") % found.request.organisation.name,
    )
    return redirect("measures:replies", year=found.request.year)


@require_POST
@for_evaluators
def still_correct(request: HttpRequest, year: int) -> HttpResponse:
    """Note that the office has looked at a measure's data; it edits nothing.

    The public reads that the office did, never who of its staff.
    """
    measures = Measure.objects.published()
    pk = request.POST.get("measure", "")
    measure = get_object_or_404(measures, pk=pk if pk.isdecimal() else None)
    office = Office.objects.current()
    measure.confirm(by=office.short_name or office.name, on=timezone.localdate())
    messages.success(
        request, _("Measure %s is confirmed: its data are still correct.") % measure.number
    )
    return redirect(f"{reverse('measures:evaluation_round', args=(year,))}#m{measure.pk}")
