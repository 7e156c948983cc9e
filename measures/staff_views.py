"""The office's own pages: the yearly round of evaluations and the implementation reports."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from kit_portal.common.pdf import REMEDY, is_pdf_available
from measures.evaluation_round import RoundRow, evaluate, round_of
from measures.forms import EvaluationForm
from measures.models import Concept, ImplementationReport
from measures.report_run import file_name, request_report
from measures.report_shelf import ShelfRow, shelf
from measures.round_board import evaluated_chart, organisations_of
from measures.round_forms import RoundFilter
from measures.round_years import neighbours, year_or_404
from measures.tasks import render_report


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
            return _saved(request, row, year, form)
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


@never_cache
@login_required
@permission_required("measures.view_implementationreport", raise_exception=True)
def reports(request: HttpRequest) -> HttpResponse:
    context = {
        "rows": shelf(now=timezone.now()),
        "is_pdf_available": is_pdf_available(),
        "remedy": REMEDY,
    }
    return render(request, "measures/reports.html", context)


@never_cache
@login_required
@permission_required("measures.view_implementationreport", raise_exception=True)
def report_status(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """One row of the page, for the script that keeps it fresh."""
    context = {"row": _row_or_404(slug, year), "is_pdf_available": is_pdf_available()}
    return render(request, "measures/_report_row.html", context)


@require_POST
@login_required
@permission_required("measures.add_implementationreport", raise_exception=True)
def report_request(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    row = _row_or_404(slug, year)
    report = request_report(row.concept, year=year, by=request.user, now=timezone.now())
    # Also for a report asked for before: should its first message be lost, this one brings it on.
    render_report.delay_on_commit(report.pk)
    return redirect(f"{reverse('measures:reports')}#{row.anchor}")


@login_required
@permission_required("measures.view_implementationreport", raise_exception=True)
def report_file(request: HttpRequest, pk: int) -> HttpResponse | FileResponse:
    report = get_object_or_404(
        ImplementationReport.objects.ready().select_related("concept"), pk=pk
    )
    try:
        file = report.file.open("rb")
    except FileNotFoundError:
        messages.error(request, _("The file is no longer there. Make the report again."))
        return redirect("measures:reports")
    return FileResponse(file, as_attachment=True, filename=file_name(report))


def _row_or_404(slug: str, year: int) -> ShelfRow:
    concept = get_object_or_404(Concept.objects.published(), slug=slug)
    rows = shelf(now=timezone.now(), only=concept, year=year)
    if not rows:
        raise Http404
    return rows[0]
