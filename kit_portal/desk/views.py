"""The staff home: what needs attention, the daily jobs, and the demo's post."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from kit_portal.accounts.models import User
from kit_portal.common.mail import read_eml, read_outbox
from kit_portal.common.paging import page_of
from kit_portal.desk.attention import todos_of


@login_required
def home(request: HttpRequest) -> HttpResponse:
    user = cast("User", request.user)
    if not user.is_staff:
        return redirect("roundtable:my")
    context = {"todos": todos_of(user, now=timezone.now()), "has_outbox": _has_outbox()}
    return render(request, "desk/home.html", context)


@login_required
def outbox(request: HttpRequest) -> HttpResponse:
    """The demo's post: what a mail server would have sent. Staff only, and only in the demo."""
    _require_outbox(request)
    return render(
        request, "desk/outbox.html", {"page": page_of(read_outbox(limit=1000), request, size=50)}
    )


@login_required
def outbox_mail(request: HttpRequest, name: str) -> HttpResponse:
    _require_outbox(request)
    path = Path(settings.OUTBOX_FOLDER) / Path(name).name
    if path.suffix != ".eml" or not path.is_file():
        raise Http404
    message = read_eml(path)
    text = message.get_body(("plain",))
    context = {"name": name, "message": message, "text": text.get_content() if text else ""}
    return render(request, "desk/outbox_mail.html", context)


def _has_outbox() -> bool:
    return settings.EMAIL_BACKEND == "kit_portal.common.mail.OutboxFolderBackend"


def _require_outbox(request: HttpRequest) -> None:
    if not (_has_outbox() and cast("User", request.user).is_staff):
        raise Http404
