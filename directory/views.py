"""Public pages: where to go, and whom to ask."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from directory.filters import ContactPointFilter
from directory.hours import opening_state, week_of
from directory.models import ContactPoint, StaffRole, Topic
from kit_portal.common.folding import fold
from kit_portal.common.paging import page_of


def contact_points(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    visible = ContactPoint.objects.visible_to(request.user)
    found = ContactPointFilter(request.GET, visible.for_cards().by_name(), now=now)
    page = page_of(found.qs, request)
    places = [(place, opening_state(place.opening_hours.all(), now=now)) for place in page]
    context = {"filter": found, "page": page, "places": places}
    return render(request, "directory/contact_points.html", context)


def contact_point(request: HttpRequest, slug: str) -> HttpResponse:
    now = timezone.now()
    visible = ContactPoint.objects.visible_to(request.user)
    place = get_object_or_404(visible.with_related().select_related("organisation"), slug=slug)
    hours = place.opening_hours.all()
    context = {
        "place": place,
        "state": opening_state(hours, now=now),
        "week": week_of(hours, now=now),
    }
    return render(request, "directory/contact_point.html", context)


def responsibilities(request: HttpRequest) -> HttpResponse:
    topics = Topic.objects.answered().with_roles()
    context = {
        # Folded, so that “Übergang” stands before “Wohnen” on every database.
        "topics": sorted(topics, key=lambda topic: fold(topic.name)),
        "roles": StaffRole.objects.reachable(),
    }
    return render(request, "directory/responsibilities.html", context)
