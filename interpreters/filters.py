"""Choosing among the missions of the log."""

from __future__ import annotations

from datetime import date
from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory.models import Language
from directory.models.language import LanguageQuerySet
from interpreters.models import Mission
from interpreters.models.mission import MissionQuerySet

WAITING, UNLOGGED = "waiting", "unlogged"


def used_languages(request: HttpRequest) -> LanguageQuerySet:
    missions = Mission.objects.visible_to(request.user).filter(language=OuterRef("pk"))
    return Language.objects.filter(Exists(missions)).by_name()


class MissionFilter(django_filters.FilterSet):
    month = django_filters.DateFilter(
        label=_("Month"),
        method="filter_month",
        input_formats=["%Y-%m"],
        widget=forms.DateInput(attrs={"type": "month", "placeholder": "2026-03"}, format="%Y-%m"),
    )
    language = django_filters.ModelChoiceFilter(
        label=_("Language"),
        queryset=used_languages,
        to_field_name="tag",
        empty_label=_("All languages"),
    )
    state = django_filters.ChoiceFilter(
        label=_("State"),
        method="filter_state",
        empty_label=_("All"),
        choices=[
            (WAITING, _("Waiting for an interpreter")),
            (UNLOGGED, _("Over but not logged")),
            *Mission.State.choices,
        ],
    )
    kind = django_filters.ChoiceFilter(
        label=_("Kind"), empty_label=_("All"), choices=Mission.Kind.choices
    )
    pool = django_filters.ChoiceFilter(
        label=_("Pool"),
        empty_label=_("All"),
        choices=[choice for choice in Mission._meta.get_field("pool").flatchoices if choice[0]],
    )

    class Meta:
        model = Mission
        fields = ("month", "language", "state", "kind", "pool")

    def filter_month(self, missions: MissionQuerySet, name: str, value: date) -> MissionQuerySet:
        return missions.in_month(value)

    def filter_state(self, missions: MissionQuerySet, name: str, value: Any) -> MissionQuerySet:
        if value == WAITING:
            return missions.waiting()
        if value == UNLOGGED:
            return missions.unlogged(now=timezone.now())
        return missions.filter(state=value)
