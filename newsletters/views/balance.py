"""The balance sheet of an issue, as a page and as a table for spreadsheets."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from newsletters.balance import Sheet, balance_csv, balance_sheet
from newsletters.views.desk import issue_or_404, may_view

SHOWN = 200  # rows of a page; the export has all


@login_required
@may_view
@never_cache
@require_safe
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    found = _sheet_or_404(request, pk)
    context = {
        "issue": found.issue,
        "sheet": found,
        "troubled": found.named[:SHOWN],
        "more": len(found.named) - SHOWN,
    }
    return render(request, "newsletters/balance.html", context)


@login_required
@may_view
@never_cache
@require_safe
def export(request: HttpRequest, pk: int) -> HttpResponse:
    found = _sheet_or_404(request, pk)
    name = f"{found.issue.newsletter.slug}-{found.issue.slot}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(balance_csv(found), "text/csv; charset=utf-8", headers=headers)


def _sheet_or_404(request: HttpRequest, pk: int) -> Sheet:
    issue = issue_or_404(request, pk)
    if issue.audience_count is None:
        raise Http404("It has no recipients yet.")
    return balance_sheet(issue)
