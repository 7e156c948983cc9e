"""Choosing among meetings and motions on the public lists."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from roundtable.models import Body, Meeting, Motion
from roundtable.models.bodies import BodyQuerySet
from roundtable.models.meetings import MeetingQuerySet
from roundtable.models.motions import MotionQuerySet


def meeting_bodies(request: HttpRequest) -> BodyQuerySet:
    """Bodies of which the visitor can see a meeting; an empty choice helps nobody."""
    meetings = Meeting.objects.visible_to(request.user).filter(body=OuterRef("pk"))
    return Body.objects.visible_to(request.user).filter(Exists(meetings)).by_name()


class MeetingFilter(django_filters.FilterSet):
    body = django_filters.ModelChoiceFilter(
        label=_("Body"), queryset=meeting_bodies, to_field_name="slug", empty_label=_("All bodies")
    )
    year = django_filters.ChoiceFilter(
        label=_("Year"), empty_label=_("All years"), method="filter_year"
    )

    class Meta:
        model = Meeting
        fields = ("body", "year")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        years = self.queryset.years()
        self.filters["year"].extra["choices"] = [(year, str(year)) for year in years]

    def filter_year(self, meetings: MeetingQuerySet, name: str, value: str) -> MeetingQuerySet:
        return meetings.in_year(int(value))


class MotionFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(
        label=_("Search"),
        method="filter_text",
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    status = django_filters.ChoiceFilter(
        label=_("Status"),
        empty_label=_("All"),
        # Drafts are on the author's own page.
        choices=[choice for choice in Motion.Status.choices if choice[0] != Motion.Status.DRAFT],
    )
    year = django_filters.ChoiceFilter(
        label=_("Year"), empty_label=_("All years"), method="filter_year"
    )

    class Meta:
        model = Motion
        fields = ("q", "status", "year")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        years = self.queryset.years()
        self.filters["year"].extra["choices"] = [(year, str(year)) for year in years]

    def filter_text(self, motions: MotionQuerySet, name: str, value: str) -> MotionQuerySet:
        return motions.search(value)

    def filter_year(self, motions: MotionQuerySet, name: str, value: str) -> MotionQuerySet:
        return motions.in_year(int(value))
