"""What visitors narrow the events down by."""

from __future__ import annotations

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from directory.models import Language, Topic
from welcome.models import Event
from welcome.models.event import EventQuerySet


class EventFilter(django_filters.FilterSet):
    topic = django_filters.ModelChoiceFilter(
        label=_("Topic"),
        field_name="topics",
        to_field_name="slug",
        queryset=lambda request: (
            Topic.objects.filter(events__published_at__isnull=False).distinct().by_name()
        ),
        empty_label=_("All topics"),
    )
    language = django_filters.ModelChoiceFilter(
        label=_("Language spoken"),
        field_name="languages",
        to_field_name="tag",
        queryset=lambda request: (
            Language.objects.filter(events__published_at__isnull=False).distinct().by_name()
        ),
        empty_label=_("All languages"),
    )
    free = django_filters.BooleanFilter(
        label=_("Free of charge"), method="free_of_charge", widget=forms.CheckboxInput
    )

    class Meta:
        model = Event
        fields: list[str] = []

    def free_of_charge(self, queryset: EventQuerySet, name: str, value: bool) -> EventQuerySet:
        return queryset.free() if value else queryset
