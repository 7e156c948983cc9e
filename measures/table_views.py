"""The office's page for tables: a file is taken, looked at, and then written or thrown away."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from kit_portal.common.paging import page_of
from measures.models import Concept, TableImport
from measures.table_forms import TableUploadForm
from measures.table_run import INLINE_ROWS, check_import, take_upload, write_import
from measures.tables.fates import CHANGED, FAULTY, NEW, UNCHANGED
from measures.tables.kinds import KINDS
from measures.tasks import bring_on_table_import

LAST_IMPORTS = 10
PAGE = 50
MARKS = {FAULTY: "danger", NEW: "success", CHANGED: "info", UNCHANGED: "muted"}
ATTENTION = {FAULTY: 0, UNCHANGED: 2}  # of the rest: 1, so that nobody looks for what to correct


@never_cache
@login_required
@permission_required("measures.add_measure", raise_exception=True)
def tables(request: HttpRequest) -> HttpResponse:
    form = TableUploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        run = take_upload(
            form.cleaned_data["file"],
            table=form.cleaned_data["table"],
            rows=form.rows,
            by=request.user,
            language=get_language() or "de",
            now=timezone.now(),
        )
        if run.rows <= INLINE_ROWS:
            check_import(run)
        else:
            bring_on_table_import.delay_on_commit(run.pk)
        return redirect("measures:table_import", pk=run.pk)
    visible = TableImport.objects.visible_to(request.user).without_result()
    context = {
        "form": form,
        "imports": visible.select_related("requested_by")[:LAST_IMPORTS],
        "concepts": Concept.objects.visible_to(request.user).newest_first(),
    }
    return render(request, "measures/tables.html", context)


@never_cache
@login_required
@permission_required("measures.add_measure", raise_exception=True)
def table_import(request: HttpRequest, pk: int) -> HttpResponse:
    run = _run_or_404(request, pk)
    shown = request.GET.get("show", "")
    rows = [row for row in run.result if shown not in MARKS or row["fate"] == shown]
    rows.sort(key=lambda row: ATTENTION.get(row["fate"], 1))
    context = {
        "run": run,
        "is_mine": run.requested_by == request.user,
        "filters": _filters(run, shown),
        "shown": shown,
        "page": page_of([_with_labels(row) for row in rows], request, size=PAGE),
    }
    return render(request, "measures/table_import.html", context)


@never_cache
@login_required
@permission_required("measures.add_measure", raise_exception=True)
def import_state(request: HttpRequest, pk: int) -> HttpResponse:
    """The progress, for the script that keeps it fresh."""
    context = {"run": _run_or_404(request, pk), "is_fresh": True}
    return render(request, "measures/_import_state.html", context)


@require_POST
@login_required
@permission_required("measures.add_measure", raise_exception=True)
def confirm_import(request: HttpRequest, pk: int) -> HttpResponse:
    run = _own_run_or_404(request, pk)
    if not run.confirm(request.POST.get("fingerprint", ""), now=timezone.now()):
        messages.error(request, _("Nothing was written: look at the result once more."))
    elif run.to_write > INLINE_ROWS:
        bring_on_table_import.delay_on_commit(run.pk)
    elif write_import(run):
        messages.success(
            request,
            ngettext("%d row is written.", "%d rows are written.", run.to_write) % run.to_write,
        )
    return redirect("measures:table_import", pk=run.pk)


@require_POST
@login_required
@permission_required("measures.add_measure", raise_exception=True)
def discard_import(request: HttpRequest, pk: int) -> HttpResponse:
    run = _own_run_or_404(request, pk)
    if run.state == TableImport.State.CONFIRMED:
        messages.error(request, _("It is being written. Wait until that has ended."))
        return redirect("measures:table_import", pk=run.pk)
    run.forget()
    messages.success(request, _("The file is erased. Nothing else was changed."))
    return redirect("measures:tables")


def _run_or_404(request: HttpRequest, pk: int) -> TableImport:
    visible = TableImport.objects.visible_to(request.user).select_related("requested_by")
    return get_object_or_404(visible, pk=pk)


def _own_run_or_404(request: HttpRequest, pk: int) -> TableImport:
    """What somebody has looked at nobody else writes."""
    run = _run_or_404(request, pk)
    if run.requested_by != request.user:
        raise PermissionDenied
    return run


def _fate_labels() -> dict[str, str]:
    return {FAULTY: _("faulty"), NEW: _("new"), CHANGED: _("changed"), UNCHANGED: _("unchanged")}


def _filters(run: TableImport, shown: str) -> list[dict[str, Any]]:
    """The counts, each a link to its rows."""
    total = sum(run.counts.values())
    counts = [("", _("all"), total)]
    counts += [(fate, label, run.counts.get(fate, 0)) for fate, label in _fate_labels().items()]
    return [
        {"fate": fate, "label": label, "count": count, "is_current": fate == shown}
        for fate, label, count in counts
    ]


def _with_labels(row: dict[str, Any]) -> dict[str, Any]:
    return row | {
        "mark": MARKS[row["fate"]],
        "label": _fate_labels()[row["fate"]],
        "table_label": KINDS[row["table"]].label,
    }
