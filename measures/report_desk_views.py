"""The office's pages of the reports: write, submit, adopt, correct, and make the PDFs."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from kit_portal.common.pdf import REMEDY, is_pdf_available
from measures.models import ImplementationReport, ReportRendering
from measures.report_adoption import (
    NotPossibleError,
    adopt_report,
    begin_correction,
    begin_report,
    discard_draft,
    submit_report,
    take_back,
)
from measures.report_forms import (
    AdoptionForm,
    CorrectionForm,
    ReportForm,
    ShortVersionForm,
)
from measures.report_preview import contents_of
from measures.report_run import content_of, file_name, request_rendering
from measures.report_shelf import ShelfRow, shelf
from measures.short_versions import GERMAN, outdated_languages, write_short_version
from measures.tasks import render_report

VIEW = "measures.view_implementationreport"
CHANGE = "measures.change_implementationreport"
ADOPT = "measures.adopt_implementationreport"


@never_cache
@login_required
@permission_required(VIEW, raise_exception=True)
def report_desk(request: HttpRequest) -> HttpResponse:
    context = {"rows": shelf(now=timezone.now())} | _machine()
    return render(request, "measures/report_desk.html", context)


@never_cache
@login_required
@permission_required(VIEW, raise_exception=True)
def report_status(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """One row of the page, for the script that keeps it fresh."""
    context = {"row": _row_or_404(slug, year)} | _machine()
    return render(request, "measures/_report_row.html", context)


@require_POST
@login_required
@permission_required("measures.add_implementationreport", raise_exception=True)
def report_request(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """Make the German PDF of what is being written. Adopted reports have theirs for good."""
    row = _row_or_404(slug, year)
    report = row.report or begin_report(row.concept, year=year)
    if not report.is_adopted:
        rendering = request_rendering(report, by=request.user, now=timezone.now())
        # Also for one asked for before: should its first message be lost, this one brings it on.
        render_report.delay_on_commit(rendering.pk)
    return redirect(f"{reverse('measures:report_desk')}#{row.anchor}")


@login_required
@permission_required(VIEW, raise_exception=True)
def report_file(request: HttpRequest, pk: int) -> HttpResponse | FileResponse:
    rendering = get_object_or_404(
        ReportRendering.objects.ready().select_related("report").defer("report__snapshot"), pk=pk
    )
    try:
        file = rendering.file.open("rb")
    except FileNotFoundError:
        messages.error(request, _("The file is no longer there. Make the report again."))
        return redirect("measures:report_desk")
    return FileResponse(file, as_attachment=True, filename=file_name(rendering))


@never_cache
@login_required
@permission_required(VIEW, raise_exception=True)
def report_edit(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """Everything about one report: its contents while it is written, its files once adopted."""
    row = _row_or_404(slug, year)
    form = None
    if row.report and row.report.is_draft and request.user.has_perm(CHANGE):
        report = ImplementationReport.objects.get(pk=row.report.pk)
        form = ReportForm(request.POST or None, report=report)
        if request.method == "POST" and form.is_valid() and form.write():
            messages.success(request, _("The report is saved."))
            return redirect("measures:report_edit", slug=slug, year=year)
    return render(request, "measures/report_edit.html", _edit_context(row, form))


def _edit_context(row: ShelfRow, form: ReportForm | None) -> dict[str, Any]:
    report = form.instance if form else row.report
    context: dict[str, Any] = {"row": row, "report": report, "form": form} | _machine()
    if report is None or report.is_adopted:
        runs = ReportRendering.objects.latest_runs().filter(report=report).order_by("pk")
        return context | {"runs": runs}
    return context | {
        "contents": contents_of(report, now=timezone.now()),
        "short_versions": report.short_versions.count(),
        "outdated": _language_names(outdated_languages(report)),
    }


@require_POST
@login_required
@permission_required(CHANGE, raise_exception=True)
def report_begin(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    begin_report(_row_or_404(slug, year).concept, year=year)
    return redirect("measures:report_edit", slug=slug, year=year)


@require_POST
@login_required
@permission_required(CHANGE, raise_exception=True)
def report_submit(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    try:
        submit_report(_written_or_404(slug, year), on=timezone.localdate())
        messages.success(request, _("The report is submitted. Nobody can change it meanwhile."))
    except NotPossibleError:
        _say_overtaken(request)
    return redirect("measures:report_edit", slug=slug, year=year)


@require_POST
@login_required
@permission_required(CHANGE, raise_exception=True)
def report_take_back(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    try:
        take_back(_written_or_404(slug, year))
        messages.success(request, _("The report is a draft again."))
    except NotPossibleError:
        _say_overtaken(request)
    return redirect("measures:report_edit", slug=slug, year=year)


@never_cache
@login_required
@permission_required(ADOPT, raise_exception=True)
def report_adopt(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """Say what freezing means and what is missing, then freeze."""
    report = _written_or_404(slug, year)
    if report.state != report.State.SUBMITTED:
        _say_overtaken(request)
        return redirect("measures:report_edit", slug=slug, year=year)
    # Concepts often say how they were adopted too, as in "council, unanimously": of no report yet.
    body = report.concept.adopted_by.partition(",")[0]
    form = AdoptionForm(request.POST or None, initial={"body": body})
    if request.method == "POST" and form.is_valid():
        return _adopted(request, report, form)
    content = content_of(report, language=GERMAN, now=timezone.now())
    context = {
        "report": report,
        "form": form,
        "not_evaluated": content.not_evaluated,
        "total": len(content.measures),
        "outdated": _language_names(outdated_languages(report)),
    }
    return render(request, "measures/report_adopt.html", context)


def _adopted(
    request: HttpRequest, report: ImplementationReport, form: AdoptionForm
) -> HttpResponse:
    try:
        adopted = adopt_report(report, by=request.user, now=timezone.now(), **form.cleaned_data)  # type: ignore[arg-type]  # signed in
    except NotPossibleError:
        _say_overtaken(request)
    else:
        for pk in adopted.renderings.open().order_by("pk").values_list("pk", flat=True):
            render_report.delay_on_commit(pk)
        messages.success(request, _("The report is adopted and frozen. Its PDFs are being made."))
    return redirect("measures:report_edit", slug=report.concept_slug, year=report.year)


@never_cache
@login_required
@permission_required(ADOPT, raise_exception=True)
def report_correct(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    row = _row_or_404(slug, year)
    if row.report is None or not row.report.is_adopted:
        _say_overtaken(request)
        return redirect("measures:report_edit", slug=slug, year=year)
    form = CorrectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            begin_correction(row.report, reason=form.cleaned_data["reason"])
            messages.success(request, _("The correction is begun. Evaluations are open again."))
        except NotPossibleError:
            _say_overtaken(request)
        return redirect("measures:report_edit", slug=slug, year=year)
    return render(request, "measures/report_correct.html", {"report": row.report, "form": form})


@never_cache
@login_required
@permission_required(CHANGE, raise_exception=True)
def report_discard(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """Ask first: texts are lost with a draft."""
    report = _written_or_404(slug, year)
    if request.method != "POST":
        return render(request, "measures/report_discard.html", {"report": report})
    try:
        discard_draft(report)
        messages.success(request, _("The draft is deleted."))
    except NotPossibleError:
        _say_overtaken(request)
    return redirect("measures:report_desk")


@never_cache
@login_required
@permission_required(CHANGE, raise_exception=True)
def report_short_versions(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """Write the short versions side by side with the German text."""
    report = _written_or_404(slug, year)
    texts = {version.language: version.text for version in report.short_versions.all()}
    german = texts.get(GERMAN, "")
    chosen = request.POST.get("language", "")
    forms = [
        ShortVersionForm(
            request.POST if chosen == code else None,
            language=code,
            name=str(name),
            text=texts.get(code, ""),
            german=german,
        )
        for code, name in settings.LANGUAGES
    ]
    sent = [form for form in forms if form.is_bound]
    if sent and sent[0].is_valid():
        text = sent[0].cleaned_data["text"]
        made_from = text if chosen == GERMAN else german
        try:
            write_short_version(report, language=chosen, text=text, made_from=made_from)
            messages.success(request, _("The short version is saved."))
        except ValidationError as frozen:
            messages.error(request, frozen.messages[0])
        address = reverse("measures:report_short_versions", args=(slug, year))
        return redirect(f"{address}#{chosen}")
    context = {
        "report": report,
        "german": german,
        "forms": forms,
        "outdated": outdated_languages(report),
    }
    return render(request, "measures/report_short_versions.html", context)


def _row_or_404(slug: str, year: int) -> ShelfRow:
    rows = shelf(now=timezone.now(), slug=slug, year=year)
    if not rows:
        raise Http404
    return rows[0]


def _written_or_404(slug: str, year: int) -> ImplementationReport:
    """The version being written; an adopted one has other pages."""
    return get_object_or_404(
        ImplementationReport.objects.being_written().at(slug, year).select_related("concept")
    )


def _machine() -> dict[str, Any]:
    return {"is_pdf_available": is_pdf_available(), "remedy": REMEDY}


def _language_names(codes: list[str]) -> list[str]:
    names = dict(settings.LANGUAGES)
    return [str(names[code]) for code in codes]


def _say_overtaken(request: HttpRequest) -> None:
    messages.warning(
        request, _("The report is in another state by now. Look at it, then decide anew.")
    )
