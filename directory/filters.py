"""What visitors narrow the contact points down by."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from directory.models import ContactPoint, Language, Topic
from directory.models.contact_point import ContactPointQuerySet


class ContactPointFilter(django_filters.FilterSet):
    """``now`` decides what “open now” means."""

    q = django_filters.CharFilter(label=_("Search"), method="containing")
    topic = django_filters.ModelChoiceFilter(
        label=_("Topic"),
        field_name="topics",
        to_field_name="slug",
        queryset=lambda request: Topic.objects.with_public_contact_points().by_name(),
        empty_label=_("All topics"),
    )
    language = django_filters.ModelChoiceFilter(
        label=_("Language spoken"),
        field_name="languages",
        to_field_name="tag",
        queryset=lambda request: Language.objects.spoken_at_public_contact_points().by_name(),
        empty_label=_("All languages"),
    )
    open_now = django_filters.BooleanFilter(
        label=_("Open now"), method="open_at_this_moment", widget=forms.CheckboxInput
    )
    step_free = django_filters.BooleanFilter(
        label=_("Entrance without steps"), method="without_steps", widget=forms.CheckboxInput
    )

    class Meta:
        model = ContactPoint
        fields: list[str] = []

    def __init__(
        self, data: QueryDict, queryset: QuerySet[ContactPoint], *, now: datetime, **kwargs: Any
    ) -> None:
        self.now = now
        super().__init__(data, queryset, **kwargs)

    def containing(
        self, queryset: ContactPointQuerySet, name: str, value: str
    ) -> ContactPointQuerySet:
        return queryset.containing(value)

    def open_at_this_moment(
        self, queryset: ContactPointQuerySet, name: str, value: bool
    ) -> ContactPointQuerySet:
        return queryset.open_at(self.now) if value else queryset

    def without_steps(
        self, queryset: ContactPointQuerySet, name: str, value: bool
    ) -> ContactPointQuerySet:
        return queryset.step_free() if value else queryset
