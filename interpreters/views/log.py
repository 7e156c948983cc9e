"""The quick form for missions that are done."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from interpreters.log_form import LogForm, as_entered
from interpreters.mission_log import UNDO_WITHIN, undo_last_entry
from interpreters.models import Mission
from kit_portal.accounts.models import User

DRAFT = "interpreters_log"
SHOWN = 5
may_log = permission_required("interpreters.add_mission", raise_exception=True)


@login_required
@may_log
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def log(request: HttpRequest) -> HttpResponse:
    user, today = cast("User", request.user), timezone.localdate()
    if request.method == "POST":
        form = LogForm(request.POST, user=user, today=today)
        if form.is_valid():
            mission = form.save()
            request.session[DRAFT] = {"on": today.isoformat(), **form.remembered()}
            messages.success(request, _("%(reference)s is logged.") % {"reference": mission})
            return redirect("interpreters:log")
    else:
        form = LogForm(user=user, today=today, initial=_draft(request))
    own = Mission.objects.logged_by(user)
    context = {
        "form": form,
        "entries": own.for_list()[:SHOWN],
        "can_undo": own.filter(created_at__gte=timezone.now() - UNDO_WITHIN).exists(),
    }
    return render(request, "interpreters/log.html", context)


@login_required
@may_log
@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    mission = undo_last_entry(cast("User", request.user), now=timezone.now())
    if mission is None:
        messages.warning(request, _("There is nothing to take back from the last hour."))
    else:
        today = timezone.localdate().isoformat()
        request.session[DRAFT] = {"on": today, **as_entered(mission)}
        messages.success(
            request,
            _("%(reference)s is taken back. You can correct it and save it again.")
            % {"reference": mission},
        )
    return redirect("interpreters:log")


def _draft(request: HttpRequest) -> dict[str, Any]:
    """What the last entry leaves to the next; its day only for the rest of today."""
    draft = dict(request.session.get(DRAFT, {}))
    if draft.pop("on", "") != timezone.localdate().isoformat():
        draft.pop("day", None)
    return draft
