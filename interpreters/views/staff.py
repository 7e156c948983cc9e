"""The office's lists and numbers."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from interpreters.charts import label_chart, language_chart, month_chart, period_chart
from interpreters.export import missions_csv
from interpreters.filters import MissionFilter
from interpreters.models import Mission
from interpreters.models.mission import MissionQuerySet
from interpreters.statistics import (
    by_choice,
    by_institution_kind,
    by_language,
    by_month,
    missions_by_period,
    partnerships_by_period,
    pool_figures,
)
from kit_portal.common.charts import NARROW, Chart
from kit_portal.common.paging import page_of

may_see = permission_required("interpreters.view_mission", raise_exception=True)


@login_required
@may_see
@never_cache
@require_safe
def missions(request: HttpRequest) -> HttpResponse:
    chosen = _chosen(request)
    context = {"filter": chosen, "page": page_of(chosen.qs, request, size=50)}
    return render(request, "interpreters/missions.html", context)


@login_required
@may_see
@never_cache
@require_safe
def missions_export(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(
        missions_csv(_chosen(request).qs), content_type="text/csv; charset=utf-8"
    )
    name = f"missions-{timezone.localdate():%Y-%m-%d}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@login_required
@may_see
@never_cache
@require_safe
def statistics(request: HttpRequest) -> HttpResponse:
    """One year in detail, all years in total. Exact numbers: nothing here is for the public."""
    visible = Mission.objects.visible_to(request.user)
    years = visible.done().years()
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdecimal() and int(asked) in years else next(iter(years), None)
    context = {
        "years": years,
        "year": year,
        "figures": pool_figures(today=timezone.localdate()),
        **_over_the_years(),
    }
    if year:
        of_year = visible.in_year(year)
        done = of_year.done()
        context |= {
            "missions_done": done.count(),
            "hours": round(done.total_minutes() / 60),
            "unfilled": of_year.unfilled().count(),
            "chart_of_months": month_chart(
                _("Missions in the months of %(year)s") % {"year": year},
                by_month(done),
                value_heading=_("Missions"),
            ),
            "charts_of_year": _charts_of_year(year, of_year),
        }
    return render(request, "interpreters/statistics.html", context)


def _chosen(request: HttpRequest) -> MissionFilter:
    visible = Mission.objects.visible_to(request.user).for_list()
    return MissionFilter(request.GET, queryset=visible, request=request)


def _over_the_years() -> dict[str, Any]:
    """Charts of single years; what was counted for several years at once beside them."""
    kinds = [
        (_("Interpreting missions"), missions_by_period(Mission.Kind.INTERPRETER)),
        (_("Guide missions"), missions_by_period(Mission.Kind.GUIDE)),
        (_("Language partnerships"), partnerships_by_period()),
    ]
    charts = [
        period_chart(
            _("%(what)s over the years") % {"what": what},
            periods,
            value_heading=_("Number"),
            is_public=False,
            width=NARROW,
        )
        for what, periods in kinds
    ]
    return {
        "charts_of_all_years": [chart for chart in charts if chart],
        "earlier": [
            (what, period)
            for what, periods in kinds
            for period in periods
            if not period.is_one_year
        ],
    }


def _charts_of_year(year: int, missions: MissionQuerySet) -> list[Chart]:
    done, heading = missions.done(), _("Missions")
    charts = [
        language_chart(
            _("Missions in %(year)s by language") % {"year": year},
            by_language(done),
            value_heading=heading,
        ),
        label_chart(
            _("Missions in %(year)s by kind of institution") % {"year": year},
            by_institution_kind(done),
            label_heading=_("Institution"),
            value_heading=heading,
        ),
        label_chart(
            _("Missions in %(year)s by mode") % {"year": year},
            by_choice(done, "mode", Mission.Mode),
            label_heading=_("Mode"),
            value_heading=heading,
        ),
        language_chart(
            _("Languages for which nobody was found in %(year)s") % {"year": year},
            by_language(missions.unfilled()),
            value_heading=heading,
        ),
    ]
    return [chart for chart in charts if chart.bars]
