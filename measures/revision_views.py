"""The revision's wizard for staff, and what became of a concept for everybody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from measures.history import fates_of
from measures.models import Concept, Measure, Revision, RevisionDecision
from measures.revision import StaleError, begin_revision, begin_with_new_concept, decide
from measures.revision_board import RevisionBoard, RevisionRow, accept_proposals, board_of
from measures.revision_forms import BeginForm, DecisionForm, ResolutionForm
from measures.revision_run import carry_out, plan_of, undo

may_revise = permission_required("measures.change_revision", raise_exception=True)


@login_required
@may_revise
def revisions(request: HttpRequest) -> HttpResponse:
    form = BeginForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(_begun(request, form))
        except ValidationError as error:
            _add(form, error)
    begun = Revision.objects.select_related("old_concept", "new_concept")
    context = {"form": form, "revisions": begun, "concepts": Concept.objects.count()}
    return render(request, "measures/revision/begin.html", context)


def _begun(request: HttpRequest, form: BeginForm) -> Revision:
    chosen = form.cleaned_data
    options = {"copy_structure": chosen["copy_structure"], "by": request.user}
    if chosen["new"]:
        return begin_revision(chosen["old"], chosen["new"], **options)
    return begin_with_new_concept(chosen["old"], columns=form.columns, **options)


@login_required
@may_revise
def revision(request: HttpRequest, pk: int) -> HttpResponse:
    """The table. A button acts on its row; what stands in others is kept, whatever it does."""
    current = _revision_or_404(pk)
    unsaved: dict[int, DecisionForm] = {}
    if request.method == "POST":
        board = board_of(current)
        sent = {
            row.measure.pk: DecisionForm(request.POST, row=row, goals=board.goals)
            for row in board.rows
            if f"m{row.measure.pk}-seen" in request.POST
        }
        unsaved = {key: form for key, form in sent.items() if form.is_touched}
        anchor = _act(request, current, board, sent, unsaved)
        if not unsaved:
            return redirect(f"{current.get_absolute_url()}{anchor}")
        messages.warning(
            request, _("Some rows are not saved yet. What you typed is still there: look below.")
        )
    return _table(request, current, unsaved)


Forms = dict[int, DecisionForm]


def _act(
    request: HttpRequest, current: Revision, board: RevisionBoard, sent: Forms, unsaved: Forms
) -> str:
    """Do what the pressed button says, take out of ``unsaved`` what is settled, return where to
    go on reading.
    """
    asked = request.POST
    if asked.get("save") == "all":
        _save(request, current, list(unsaved), sent, unsaved)
        return ""
    rows = {str(row.measure.pk): row for row in board.rows}
    fields = {str(field.action_field.pk): field for field in board.fields}
    if row := rows.get(asked.get("save", "")):
        _save(request, current, [row.measure.pk], sent, unsaved)
    elif row := rows.get(asked.get("accept", "")):
        unsaved.pop(row.measure.pk, None)
        _accept(request, current, [row])
    elif field := fields.get(asked.get("accept_field", "")):
        _accept(request, current, [r for r in field.rows if r.measure.pk not in unsaved])
        return f"#field-{field.action_field.number}"
    elif (row := rows.get(asked.get("undo", ""))) and row.decision:
        _undo(request, row.decision)
    else:
        raise Http404
    return f"#m{row.measure.pk}"


def _save(
    request: HttpRequest, current: Revision, wanted: Sequence[int], sent: Forms, unsaved: Forms
) -> None:
    saved = 0
    for key in wanted:
        form = sent.get(key)
        if form is None:
            continue
        if form.is_valid() and _decided(request, current, key, form):
            unsaved.pop(key, None)
            saved += 1
        else:
            unsaved[key] = form
    if saved:
        messages.success(
            request, ngettext("%d decision saved.", "%d decisions saved.", saved) % saved
        )


def _decided(request: HttpRequest, current: Revision, measure: int, form: DecisionForm) -> bool:
    try:
        decide(
            current,
            Measure.objects.get(pk=measure),
            choice=form.choice,
            seen=form.cleaned_data["seen"],
            by=request.user,
        )
    except ValidationError as error:
        _add(form, error)
    except StaleError:
        form.add_error(
            None,
            _(
                "Somebody else has decided on this measure meanwhile. Copy your text, then open "
                "the page again."
            ),
        )
    return not form.errors


def _accept(request: HttpRequest, current: Revision, rows: Sequence[RevisionRow]) -> None:
    """Decide as proposed: one row, or all open ones of an action field."""
    accepted, left = accept_proposals(current, rows, by=request.user)
    messages.success(
        request, ngettext("%d proposal accepted.", "%d proposals accepted.", accepted) % accepted
    )
    if left:
        messages.info(
            request,
            ngettext(
                "%d measure of this field needs you: it has no verdict, no reason or no goal yet.",
                "%d measures of this field need you: they have no verdict, no reason or no goal "
                "yet.",
                left,
            )
            % left,
        )


def _undo(request: HttpRequest, decision: RevisionDecision) -> None:
    try:
        undone = undo(decision)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return
    numbers = ", ".join(one.measure.number for one in undone)
    messages.success(request, _("Undone: %s. The decisions are still there.") % numbers)


def _add(form: Any, error: ValidationError) -> None:
    """Show what a verb refuses at the field that it names, or above the form."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)


def _table(request: HttpRequest, current: Revision, forms: Forms) -> HttpResponse:
    board = board_of(current)
    fields = [
        (field, [(row, _form_of(row, board, forms)) for row in field.rows])
        for field in board.fields
    ]
    context = {"revision": current, "board": board, "fields": fields}
    return render(request, "measures/revision/table.html", context)


def _form_of(
    row: RevisionRow, board: RevisionBoard, forms: dict[int, DecisionForm]
) -> DecisionForm | None:
    """None for what is carried out: there is nothing to type."""
    if row.decision and row.decision.is_carried_out:
        return None
    return forms.get(row.measure.pk) or DecisionForm(row=row, goals=board.goals)


@login_required
@may_revise
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    current = _revision_or_404(pk)
    context = {
        "revision": current,
        "plan": plan_of(current),
        "board": board_of(current),
        "form": ResolutionForm(instance=current),
        "carried_out": current.decisions.carried_out().count(),
    }
    return render(request, "measures/revision/preview.html", context)


@require_POST
@login_required
@permission_required("measures.add_measure", raise_exception=True)
@may_revise
def run(request: HttpRequest, pk: int) -> HttpResponse:
    current = _revision_or_404(pk)
    form = ResolutionForm(request.POST, instance=current)
    if form.is_valid():
        form.save()
    try:
        done = carry_out(
            current,
            now=timezone.now(),
            only=request.POST.getlist("group"),
            state=request.POST.get("state", ""),
        )
    except StaleError:
        messages.error(
            request, _("Decisions have changed since you opened this page. Look at it once more.")
        )
    except (IntegrityError, ValidationError):
        messages.error(
            request, _("A number was taken at the same moment. Nothing was changed: try again.")
        )
    else:
        count = len(done)
        messages.success(
            request,
            ngettext("%d decision carried out.", "%d decisions carried out.", count) % count,
        )
    return redirect("measures:revision_preview", pk=pk)


def _revision_or_404(pk: int) -> Revision:
    return get_object_or_404(Revision.objects.select_related("old_concept", "new_concept"), pk=pk)


def what_became(request: HttpRequest, slug: str) -> HttpResponse:
    concept = get_object_or_404(Concept.objects.visible_to(request.user), slug=slug)
    kind, number = request.GET.get("kind", ""), request.GET.get("field", "")
    field = int(number) if number.isdecimal() else 0
    fates = fates_of(concept, viewer=request.user, kind=kind, field=field)
    action_fields = concept.action_fields.order_by("number")
    context = {
        "concept": concept,
        "fates": fates,
        "kind": kind,
        "field": field,
        "action_fields": action_fields,
    }
    return render(request, "measures/what_became.html", context)
