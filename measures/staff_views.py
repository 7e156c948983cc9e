"""The office's own pages of the yearly round of evaluations."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from measures.evaluation_round import RoundRow, evaluate, round_of
from measures.forms import EvaluationForm
from measures.models import FrozenError
from measures.round_board import evaluated_chart, organisations_of
from measures.round_forms import RoundFilter
from measures.round_years import neighbours, year_or_404


@never_cache
@login_required
@permission_required("measures.change_evaluation", raise_exception=True)
def evaluation_round(request: HttpRequest, year: int) -> HttpResponse:
    """All measures of a year: how far the round is, what is missing, and a form for each."""
    year_or_404(year)
    current = round_of(year)
    wrong: EvaluationForm | None = None
    if request.method == "POST":
        row = current.row_of(request.POST.get("measure", ""))
        if row is None:
            raise Http404
        form = EvaluationForm(request.POST, row=row)
        if form.is_valid():
            try:
                return _saved(request, row, year, form)
            except FrozenError as frozen:
                form.add_error(None, frozen)
        wrong = form
    organisations = organisations_of(current, now=timezone.now())
    narrowing = RoundFilter(request.GET, rows=current.rows)
    context = {
        "round": current,
        "chart": evaluated_chart(current.rows) if current.rows else None,
        "leads": [row for row in organisations if row.leads],
        "filter": narrowing,
        "missing": _with_forms(filter(narrowing.keeps, current.missing), wrong),
        "done": _with_forms(filter(narrowing.keeps, current.done), wrong),
        **neighbours(year),
    }
    return render(request, "measures/evaluation_round.html", context)


def _saved(request: HttpRequest, row: RoundRow, year: int, form: EvaluationForm) -> HttpResponse:
    evaluate(
        row.measure,
        year=year,
        verdict=form.cleaned_data["verdict"],
        reasoning=form.cleaned_data["reasoning"],
        by=request.user,
        on=timezone.localdate(),
    )
    messages.success(request, _("The verdict on measure %s is saved.") % row.measure.number)
    here = reverse("measures:evaluation_round", args=(year,))
    query = request.GET.urlencode()
    return redirect(f"{here}?{query}" if query else here)


def _with_forms(
    rows: Iterable[RoundRow], wrong: EvaluationForm | None
) -> list[tuple[RoundRow, EvaluationForm]]:
    """Pair each row with its form; the one that was sent with mistakes keeps what was typed."""
    return [
        (row, wrong if wrong and wrong.is_for(row) else EvaluationForm(row=row)) for row in rows
    ]
