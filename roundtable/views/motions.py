"""Motions: the public list, the way of each, and the members' own desk."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kit_portal.accounts.models import User
from kit_portal.common.paging import page_of
from measures.models import Measure
from roundtable.filters import MotionFilter
from roundtable.forms import MotionForm
from roundtable.models import AgendaItem, Body, Meeting, Membership, Motion
from roundtable.timeline import timeline_of
from roundtable.workflow import StepError, submit_motion


@require_safe
def motions(request: HttpRequest) -> HttpResponse:
    visible = Motion.objects.visible_to(request.user).submitted()
    chosen = MotionFilter(request.GET, queryset=visible, request=request)
    context = {
        "filter": chosen,
        "page": page_of(chosen.qs.newest_first(), request),
        "statuses": [status for status in Motion.Status if status != Motion.Status.DRAFT],
    }
    return render(request, "roundtable/motions.html", context)


@require_safe
def motion(request: HttpRequest, pk: int) -> HttpResponse:
    """What hangs on a motion has its own doors: a public motion may have a non-public item."""
    found = _motion_or_404(request, pk)
    items = AgendaItem.objects.visible_to(request.user).select_related("meeting__body")
    context = {
        "motion": found,
        "timeline": timeline_of(found),
        "addressed_to": _pick(Body.objects.visible_to(request.user), found.addressed_to_id),
        "agenda_item": _pick(items, found.agenda_item_id),
        "measure": _pick(Measure.objects.visible_to(request.user), found.measure_id),
        "can_edit": found.can_be_edited_by(request.user),
    }
    return render(request, "roundtable/motion.html", context)


@login_required
@never_cache
def draft(request: HttpRequest) -> HttpResponse:
    if not Body.objects.filing_motions().with_member(request.user).exists():
        raise PermissionDenied
    return _write(request, Motion(author=_account(request)))


@login_required
@never_cache
@transaction.atomic
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Locked: saving must not turn a motion back into a draft that was submitted meanwhile."""
    return _write(request, _own_draft_or_404(request, pk, lock=True))


@login_required
@never_cache
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks, POST submits: from here on the motion is public and keeps its number."""
    found = _own_draft_or_404(request, pk)
    if not Body.objects.with_member(request.user).filter(pk=found.body_id).exists():
        raise PermissionDenied
    if request.method != "POST":
        return render(request, "roundtable/motion_submit.html", {"motion": found})
    try:
        submitted = submit_motion(found, on=timezone.localdate(), by=_account(request))
    except StepError as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request,
            _("The motion has been submitted. Its number is %(number)s.")
            % {"number": submitted.number},
        )
    return redirect(found)


@login_required
@never_cache
def my(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    bodies = Body.objects.with_member(request.user)
    closed = AgendaItem.objects.visible_to(request.user).non_public().in_order()
    memberships = Membership.objects.of_account(request.user).active(timezone.localdate(now))
    context = {
        "memberships": memberships.select_related("body", "represents").by_role(),
        "meetings": Meeting.objects.visible_to(request.user)
        .filter(body__in=bodies)
        .ahead(now)
        .select_related("body")
        .prefetch_related(Prefetch("agenda_items", closed, to_attr="closed_items")),
        "motions": Motion.objects.by(request.user).newest_first(),
        "can_file": bodies.filing_motions().exists(),
    }
    return render(request, "roundtable/my.html", context)


def _write(request: HttpRequest, motion: Motion) -> HttpResponse:
    form = MotionForm(request.POST or None, instance=motion, user=_account(request))
    if request.method == "POST" and form.is_valid():
        saved = form.save()
        messages.success(request, _("Your draft has been saved. Nobody but the office sees it."))
        return redirect(saved)
    return render(request, "roundtable/motion_form.html", {"form": form, "motion": motion})


def _motion_or_404(request: HttpRequest, pk: int) -> Motion:
    found: Motion = get_object_or_404(
        Motion.objects.visible_to(request.user).select_related("body"), pk=pk
    )
    return found


def _pick(visible: QuerySet[Any], pk: int | None) -> Any:
    return None if pk is None else visible.filter(pk=pk).first()


def _own_draft_or_404(request: HttpRequest, pk: int, *, lock: bool = False) -> Motion:
    drafts = Motion.objects.by(request.user).drafts()
    found: Motion = get_object_or_404(drafts.select_for_update() if lock else drafts, pk=pk)
    return found


def _account(request: HttpRequest) -> User:
    return cast("User", request.user)  # behind login_required
