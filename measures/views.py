"""The public pages: concepts, the list of measures, one measure."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from kit_portal.common.paging import page_of
from kit_portal.common.private_files import download
from kit_portal.common.translation_queries import without_other_languages
from measures.feed import feed_of_changes
from measures.filters import MeasureFilter
from measures.models import Attachment, Concept, ConceptDocument, Measure
from measures.one_measure import measure_contents
from measures.overview import fields_of, indicators_of
from measures.progress import goals_without_measure, progress_of


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
        "progress": progress_of(fields),
        "documents": found.documents.all(),
        "unanswered": goals_without_measure(fields, viewer=request.user),
        "indicators": indicators_of(found, viewer=request.user),
    }
    return render(request, "measures/concept.html", context)


def measure_list(request: HttpRequest) -> HttpResponse:
    if "" in request.GET.values():
        return redirect(_without_empty(request))
    visible = Measure.objects.visible_to(request.user).in_order()
    found = MeasureFilter(request.GET, queryset=visible, request=request)
    joined = ("concept", "goal__action_field")
    shown = found.qs.select_related(*joined).with_latest_verdict()
    page = page_of(without_other_languages(shown, *joined), request)
    found.count_choices()
    return render(request, "measures/list.html", {"filter": found, "page": page})


def _without_empty(request: HttpRequest) -> str:
    """The address that people share: a form sends its empty fields too."""
    query = request.GET.copy()
    for name in request.GET:
        if "" in query.getlist(name):
            del query[name]
    return f"{request.path}?{query.urlencode()}" if query else request.path


def measure_detail(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    context = measure_contents(slug, number, viewer=request.user)
    if context is None:
        raise Http404
    return render(request, "measures/detail.html", context)


def attachment_file(request: HttpRequest, pk: int) -> FileResponse:
    found = get_object_or_404(Attachment.objects.visible_to(request.user), pk=pk)
    return download(found.file, title=found.title)


def concept_document(request: HttpRequest, pk: int) -> FileResponse:
    found = get_object_or_404(ConceptDocument.objects.visible_to(request.user), pk=pk)
    return download(found.file, title=found.title)


def feed(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(content_type="application/atom+xml; charset=utf-8")
    feed_of_changes().write(response, "utf-8")
    return response
