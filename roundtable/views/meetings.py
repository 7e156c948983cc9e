"""The round table in public: who it is, when it meets, what is on the agenda."""

from __future__ import annotations

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kit_portal.common.paging import page_of
from kit_portal.common.private_files import download
from roundtable.agenda import read_agenda
from roundtable.calendar_file import meeting_calendar
from roundtable.filters import MeetingFilter
from roundtable.membership import rolls_of
from roundtable.models import AgendaDocument, Body, Meeting, Motion


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    bodies = Body.objects.visible_to(request.user)
    table = bodies.round_tables().first()
    if table is None:
        return render(request, "roundtable/home.html", {"table": None})
    now = timezone.now()
    meetings = Meeting.objects.visible_to(request.user).of_body(table).select_related("body")
    coming = meetings.coming(now).first()
    context = {
        "table": table,
        "parts": bodies.active().filter(parent=table).by_kind(),
        "roll": rolls_of([table], user=request.user, today=timezone.localdate(now))[0],
        "meetings_held": meetings.held().count(),
        "average_size": meetings.held().average_size(),
        "meeting": coming,
        "agenda": read_agenda(coming, user=request.user) if coming else None,
        "motions": Motion.objects.visible_to(request.user).submitted().newest_first()[:3],
    }
    return render(request, "roundtable/home.html", context)


@require_safe
def meetings(request: HttpRequest) -> HttpResponse:
    """Those ahead on top, the past below, a page at a time."""
    now = timezone.now()
    chosen = MeetingFilter(
        request.GET,
        queryset=Meeting.objects.visible_to(request.user).select_related("body"),
        request=request,
    )
    context = {
        "filter": chosen,
        "ahead": chosen.qs.ahead(now),
        "page": page_of(chosen.qs.past(now), request),
    }
    return render(request, "roundtable/meetings.html", context)


@require_safe
def meeting(request: HttpRequest, pk: int) -> HttpResponse:
    found = _meeting_or_404(request, pk)
    context = {
        "meeting": found,
        "agenda": read_agenda(found, user=request.user),
        "is_over": Meeting.objects.past(timezone.now()).filter(pk=pk).exists(),
    }
    return render(request, "roundtable/meeting.html", context)


@require_safe
def calendar(request: HttpRequest, pk: int) -> HttpResponse:
    found = _meeting_or_404(request, pk)
    title = _("%(body)s: %(meeting)s") % {"body": found.body.name, "meeting": found.heading}
    if found.heading == found.body.name:
        title = found.heading
    url = request.build_absolute_uri(found.get_absolute_url())
    response = HttpResponse(
        meeting_calendar(found, title=title, url=url), content_type="text/calendar; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="meeting-{found.pk}.ics"'
    return response


@require_safe
def members(request: HttpRequest) -> HttpResponse:
    bodies = Body.objects.visible_to(request.user).filing_motions().by_kind()
    rolls = rolls_of(bodies, user=request.user, today=timezone.localdate())
    filled = [roll for roll in rolls if roll.people_count or roll.organisations_count]
    return render(request, "roundtable/members.html", {"rolls": filled})


@require_safe
@never_cache
def document(request: HttpRequest, pk: int) -> FileResponse:
    found = get_object_or_404(AgendaDocument.objects.visible_to(request.user), pk=pk)
    return download(found.file, title=found.title)


@require_safe
@never_cache
def rules(request: HttpRequest, slug: str) -> FileResponse:
    body = get_object_or_404(Body.objects.visible_to(request.user), slug=slug)
    return download(body.rules, title=_("Rules of procedure"))


def _meeting_or_404(request: HttpRequest, pk: int) -> Meeting:
    found: Meeting = get_object_or_404(
        Meeting.objects.visible_to(request.user).select_related("body"), pk=pk
    )
    return found
