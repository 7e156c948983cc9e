"""The public list's filters. Every choice has a lasting address: slugs and numbers, no keys."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from directory.models import Organisation
from measures.models import ActionField, Concept, Evaluation, Measure
from measures.models.measure import MeasureQuerySet

NOT_EVALUATED = "none"


def visible_concepts(request: Any) -> Any:
    return Concept.objects.visible_to(request.user).newest_first()


def participants(request: Any) -> Any:
    """Organisations that take part in a measure the reader may see."""
    visible = Measure.objects.visible_to(request.user)
    return Organisation.objects.filter(measures__in=visible).distinct().by_name()


class MeasureFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("Search in the measures"), method="search")
    concept = django_filters.ModelChoiceFilter(
        label=_("Concept"),
        queryset=visible_concepts,
        to_field_name="slug",
        empty_label=_("All concepts"),
    )
    field = django_filters.ChoiceFilter(
        label=_("Action field"), method="in_field", empty_label=_("All action fields")
    )
    status = django_filters.ChoiceFilter(
        label=_("Status"), choices=Measure.Status.choices, empty_label=_("Any status")
    )
    verdict = django_filters.ChoiceFilter(
        label=_("Latest verdict"),
        choices=[*Evaluation.Verdict.choices, (NOT_EVALUATED, _("not evaluated yet"))],
        method="with_verdict",
        empty_label=_("Any verdict"),
    )
    participant = django_filters.ModelChoiceFilter(
        label=_("Participant"),
        queryset=participants,
        to_field_name="slug",
        method="with_participant",
        empty_label=_("All participants"),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.filters["field"].extra["choices"] = self._field_choices()

    def _field_choices(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Action fields below their concept, by values such as “2016.4”."""
        visible = visible_concepts(self.request)
        groups: dict[Concept, list[tuple[str, str]]] = {concept: [] for concept in visible}
        fields = ActionField.objects.filter(concept__in=list(groups)).order_by("number")
        for row in fields.select_related("concept"):
            groups[row.concept].append((f"{row.concept.slug}.{row.number}", str(row)))
        return [(str(concept), choices) for concept, choices in groups.items()]

    def search(self, measures: MeasureQuerySet, name: str, text: str) -> MeasureQuerySet:
        return measures.search(text)

    def in_field(self, measures: MeasureQuerySet, name: str, value: str) -> MeasureQuerySet:
        slug, _dot, number = value.rpartition(".")
        return measures.filter(
            Q(concept__slug=slug) & Q(goal__action_field__number=int(number)),
        )

    def with_verdict(self, measures: MeasureQuerySet, name: str, value: str) -> MeasureQuerySet:
        wanted = None if value == NOT_EVALUATED else value
        return measures.with_latest_verdict().filter(latest_verdict=wanted)

    def with_participant(
        self, measures: MeasureQuerySet, name: str, organisation: Organisation
    ) -> MeasureQuerySet:
        return measures.with_participant(organisation)

    @property
    def chosen(self) -> int:
        """How many filters narrow the list."""
        return (
            sum(bool(value) for value in self.form.cleaned_data.values()) if self.is_valid() else 0
        )
