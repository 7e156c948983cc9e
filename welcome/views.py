"""The public site: home, pages, events, announcements, feedback, search."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from directory.models import ContactPoint, Office
from kit_portal.common.locales import site_languages
from kit_portal.common.paging import page_of
from welcome.calendars import event_calendar
from welcome.feedback import find_feedback, receive_feedback
from welcome.filters import EventFilter
from welcome.forms import CodeForm, FeedbackForm, first_values
from welcome.home import home_contents
from welcome.models import Announcement, Event, Page
from welcome.search import search
from welcome.sitemaps import site_entries

CALENDAR = "text/calendar; charset=utf-8"


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "welcome/home.html", home_contents(now=timezone.now()))


@require_safe
def pages(request: HttpRequest) -> HttpResponse:
    visible = Page.objects.visible_to(request.user).ordinary().in_tree_order()
    return render(request, "welcome/pages.html", {"branches": visible.branches()})


@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    visible = Page.objects.visible_to(request.user)
    found = visible.in_tree_order().filter(slug=slug).first()
    if found is None:
        return _unwritten(request, slug)
    above = visible.above(found)
    if len(above) != found.tree_depth:  # public, but below a draft
        raise Http404
    context = {
        "page": found,
        "above": above,
        "below": visible.below(found),
        "places": ContactPoint.objects.visible_to(request.user).filter(pages=found).by_name(),
    }
    return render(request, "welcome/page.html", context)


def _unwritten(request: HttpRequest, slug: str) -> HttpResponse:
    """A fixed page that nobody has written yet: the links in the footer lead somewhere still."""
    if slug not in Page.Key.values or Page.objects.filter(slug=slug).exists():
        raise Http404
    return render(request, "welcome/unwritten.html", {"title": Page.Key(slug).label, "key": slug})


@require_safe
def events(request: HttpRequest) -> HttpResponse:
    coming = Event.objects.visible_to(request.user).coming(timezone.now()).for_cards()
    found = EventFilter(request.GET, coming)
    context = {"filter": found, "page": page_of(found.qs, request)}
    return render(request, "welcome/events.html", context)


@require_safe
def past_events(request: HttpRequest) -> HttpResponse:
    past = Event.objects.visible_to(request.user).past(timezone.now()).for_cards()
    found = EventFilter(request.GET, past)
    context = {"filter": found, "page": page_of(found.qs, request), "is_past": True}
    return render(request, "welcome/events.html", context)


@require_safe
def event(request: HttpRequest, slug: str) -> HttpResponse:
    visible = Event.objects.visible_to(request.user).with_related().select_related("organiser")
    found = get_object_or_404(visible, slug=slug)
    is_over = (found.ends_at or found.starts_at) < timezone.now()
    return render(request, "welcome/event.html", {"event": found, "is_over": is_over})


@require_safe
def event_calendar_file(request: HttpRequest, slug: str) -> HttpResponse:
    visible = Event.objects.visible_to(request.user).select_related("contact_point")
    found = get_object_or_404(visible, slug=slug)
    body = event_calendar([found], name=found.title)
    headers = {"Content-Disposition": f'attachment; filename="{found.slug}.ics"'}
    return HttpResponse(body, content_type=CALENDAR, headers=headers)


@require_safe
def events_calendar(request: HttpRequest) -> HttpResponse:
    """The calendar to subscribe to: what everybody may see, whoever asks."""
    coming = Event.objects.visible_to(AnonymousUser()).coming(timezone.now())
    found = EventFilter(request.GET, coming.select_related("contact_point"))
    name = gettext("Events: %(office)s") % {"office": Office.objects.current().name}
    return HttpResponse(event_calendar(found.qs, name=name), content_type=CALENDAR)


@require_safe
def announcements(request: HttpRequest) -> HttpResponse:
    current = Announcement.objects.visible_to(request.user).current(timezone.now())
    return render(request, "welcome/announcements.html", {"page": page_of(current, request)})


def feedback(request: HttpRequest) -> HttpResponse:
    """The page with the code follows, under an address that only its writer knows."""
    form = FeedbackForm(request.POST or None, initial=first_values(request.GET))
    if request.method == "POST" and form.is_valid():
        if form.is_trapped:
            return redirect("welcome:home")
        entries = {name: form.cleaned_data[name] for name in form.Meta.fields}
        _feedback, code = receive_feedback(
            entries.pop("text"), language=get_language() or "de", now=timezone.now(), **entries
        )
        return redirect("welcome:feedback_status", code=code)
    return render(request, "welcome/feedback.html", {"form": form, "code_form": CodeForm()})


def feedback_code(request: HttpRequest) -> HttpResponse:
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return redirect("welcome:feedback_status", code=form.cleaned_data["code"])
    return render(request, "welcome/feedback_code.html", {"form": form})


@never_cache
@require_safe
def feedback_status(request: HttpRequest, code: str) -> HttpResponse:
    found = find_feedback(code)
    if found is None:
        raise Http404
    context = {"feedback": found, "code": code, "is_fresh": found.is_fresh(now=timezone.now())}
    return render(request, "welcome/feedback_status.html", context)


@require_safe
def search_results(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("q", "").strip()[:200]
    context = {"text": text, "groups": search(text, user=request.user, now=timezone.now())}
    return render(request, "welcome/search.html", context)


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    context = {"entries": site_entries()}
    return render(request, "welcome/sitemap.xml", context, content_type="application/xml")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    context = {"languages": site_languages(), "site_url": settings.SITE_URL}
    return render(request, "welcome/robots.txt", context, content_type="text/plain")
