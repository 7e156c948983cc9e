"""The public pages: concepts, the list of measures, one measure."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from kit_portal.common.paging import page_of
from measures.filters import MeasureFilter
from measures.models import Concept, Measure
from measures.one_measure import measure_contents
from measures.overview import fields_of, indicators_of, progress_of


def concepts(request: HttpRequest) -> HttpResponse:
    visible = Concept.objects.visible_to(request.user).newest_first()
    return render(request, "measures/concepts.html", {"concepts": visible})


def concept(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Concept.objects.visible_to(request.user), slug=slug)
    fields = fields_of(found, viewer=request.user)
    context = {
        "concept": found,
        "fields": fields,
        "measure_count": sum(len(overview.measures) for overview in fields),
        "chart": progress_of(fields),
        "indicators": indicators_of(found, viewer=request.user),
    }
    return render(request, "measures/concept.html", context)


def measure_list(request: HttpRequest) -> HttpResponse:
    visible = (
        Measure.objects.visible_to(request.user)
        .select_related("concept", "goal__action_field")
        .with_latest_verdict()
        .in_order()
    )
    found = MeasureFilter(request.GET, queryset=visible, request=request)
    context = {"filter": found, "page": page_of(found.qs, request)}
    return render(request, "measures/list.html", context)


def measure_detail(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    context = measure_contents(slug, number, viewer=request.user)
    if context is None:
        raise Http404
    return render(request, "measures/detail.html", context)
