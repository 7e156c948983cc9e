"""Indicators: the public overview, and the office's pages to enter, count and compare them."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from measures.indicator_chapters import indicator_chapters
from measures.indicator_counting import CountingResult, count_indicator, count_indicators
from measures.indicator_desk import indicator_desk
from measures.indicator_forms import YearTable, year_table
from measures.models import Indicator

FIRST_YEAR = 1990


def indicators(request: HttpRequest) -> HttpResponse:
    context = {"chapters": indicator_chapters(viewer=request.user)}
    return render(request, "measures/indicators.html", context)


@never_cache
@login_required
@permission_required("measures.view_indicatorvalue", raise_exception=True)
def desk(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    context = {"groups": indicator_desk(today=today), "last_year": today.year - 1}
    return render(request, "measures/indicator_desk.html", context)


@require_POST
@login_required
@permission_required("measures.change_indicatorvalue", raise_exception=True)
def count_again(request: HttpRequest) -> HttpResponse:
    """Count all indicators, or the one that is named, for this year and the last."""
    now = timezone.now()
    if name := request.POST.get("indicator"):
        indicator = get_object_or_404(Indicator.objects.counted_by_portal(), slug=name)
        is_counted = count_indicator(indicator, now=now)
        result = CountingResult(counted=int(is_counted), failed=int(not is_counted))
    else:
        result = count_indicators(now=now)
    _tell(request, result)
    return redirect("measures:indicator_desk")


def _tell(request: HttpRequest, result: CountingResult) -> None:
    if result.failed:
        text = ngettext(
            "%d indicator could not be counted and keeps its value. An administrator finds the "
            "reason in the log.",
            "%d indicators could not be counted and keep their values. An administrator finds the "
            "reason in the log.",
            result.failed,
        )
        messages.error(request, text % result.failed)
    if result.counted:
        text = ngettext(
            "%d indicator was counted again.", "%d indicators were counted again.", result.counted
        )
        messages.success(request, text % result.counted)


@never_cache
@login_required
@permission_required("measures.change_indicatorvalue", raise_exception=True)
def year_values(request: HttpRequest, year: int) -> HttpResponse:
    this_year = timezone.localdate().year
    if not FIRST_YEAR <= year <= this_year:
        raise Http404
    table = year_table(year, request.POST if request.method == "POST" else None)
    if request.method == "POST" and (saved := _saved(request, table)):
        return saved
    context = {
        "table": table,
        "previous_year": year - 1 if year > FIRST_YEAR else None,
        "next_year": year + 1 if year < this_year else None,
    }
    return render(request, "measures/indicator_year.html", context)


def _saved(request: HttpRequest, table: YearTable) -> HttpResponse | None:
    """Save all rows that were changed, or none; None where the page is to be shown again."""
    if not table.is_valid():
        return None
    number = table.save(now=timezone.now())
    if number is None:
        return None
    text = ngettext("%d value is saved.", "%d values are saved.", number)
    messages.success(request, text % number)
    return redirect("measures:indicator_year", year=table.year)
