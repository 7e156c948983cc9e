"""The public list's filters, each with how many measures every choice would leave.

Every choice has a lasting address: slugs and numbers, no keys. Counting a facet applies all filters
but its own, so that its other choices stay in reach; it is one query per facet, whatever is chosen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import django_filters
from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory.models import Organisation, Quarter, Topic
from kit_portal.common.translation_queries import translated_order
from measures.models import ActionField, Concept, Evaluation, Measure, TargetGroup
from measures.models.measure import MeasureQuerySet

NOT_EVALUATED = "none"
EVERYWHERE = "all"  # the whole municipality; no quarter may be called so
# Letters of a choice keep their own direction, and the number its place behind them.
FIRST_STRONG, POP = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"

Choices = list[tuple[str, Any]]


@dataclass(frozen=True)
class Chosen:
    """One active filter; ``query`` is the list's address without it."""

    label: str
    text: str
    query: str


class MeasureFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("Search in the measures"), method="search")
    concept = django_filters.ChoiceFilter(
        label=_("Concept"), field_name="concept__slug", empty_label=_("All concepts")
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
    year = django_filters.ChoiceFilter(
        label=_("In force in"), method="in_year", empty_label=_("Any year")
    )
    participant = django_filters.ChoiceFilter(
        label=_("Participant"), method="with_participant", empty_label=_("All participants")
    )
    target_group = django_filters.ChoiceFilter(
        label=_("Target group"), method="for_group", empty_label=_("All target groups")
    )
    place = django_filters.ChoiceFilter(
        label=_("Place"), method="in_place", empty_label=_("All places")
    )
    topic = django_filters.ChoiceFilter(
        label=_("Topic"), method="on_topic", empty_label=_("All topics")
    )
    sort = django_filters.ChoiceFilter(
        label=_("Order"),
        method="in_chosen_order",
        empty_label=_("by number"),
        choices=[
            ("title", _("by title")),
            ("changed", _("last changed first")),
            ("begins", _("by beginning")),
        ],
    )

    FACETS = (
        *("concept", "field", "status", "verdict", "year"),
        *("participant", "target_group", "place", "topic"),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        visible = Measure.objects.visible_to(self.request.user)
        concepts = list(Concept.objects.visible_to(self.request.user).newest_first())
        for name, choices in {
            "concept": [(concept.slug, str(concept)) for concept in concepts],
            "field": _field_choices(concepts),
            "year": _year_choices(concepts),
            "participant": _named(Organisation.objects.filter(measures__in=visible).by_name()),
            "target_group": _named(TargetGroup.objects.filter(measures__in=visible)),
            "place": [
                (EVERYWHERE, _("the whole municipality")),
                *_named(Quarter.objects.filter(measures__in=visible)),
            ],
            "topic": _named(Topic.objects.filter(measures__in=visible).by_name()),
        }.items():
            self.filters[name].extra["choices"] = choices

    # --- filters ---

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

    def in_year(self, measures: MeasureQuerySet, name: str, value: str) -> MeasureQuerySet:
        return measures.running_in(int(value))

    def with_participant(self, measures: MeasureQuerySet, name: str, value: str) -> MeasureQuerySet:
        return measures.having(organisations__slug=value)

    def for_group(self, measures: MeasureQuerySet, name: str, value: str) -> MeasureQuerySet:
        return measures.having(target_groups__slug=value)

    def on_topic(self, measures: MeasureQuerySet, name: str, value: str) -> MeasureQuerySet:
        return measures.having(topics__slug=value)

    def in_place(self, measures: MeasureQuerySet, name: str, value: str) -> MeasureQuerySet:
        if value == EVERYWHERE:
            return measures.filter(quarter__isnull=True)
        return measures.filter(quarter__slug=value)

    def in_chosen_order(self, measures: MeasureQuerySet, name: str, value: str) -> MeasureQuerySet:
        by = {
            "title": translated_order("title"),
            "changed": F("modified_at").desc(),
            "begins": F("starts_on").asc(nulls_last=True),
        }[value]
        return measures.order_by(by, "number_key", "pk")

    # --- what stands beside them ---

    def count_choices(self) -> None:
        """Write the numbers behind the form's choices; leave out what would show nothing."""
        for name in self.FACETS:
            counts = self.counts_of(name)
            field = self.form.fields[name]
            kept = str(self.form.cleaned_data.get(name) or "")
            field.choices = list(_counted(self.filters[name].extra["choices"], counts, kept))

    def counts_of(self, name: str) -> Counter[str]:
        """Return how many measures each choice of ``name`` leaves, all other filters applied."""
        measures = self.queryset.order_by()
        for other, value in self.form.cleaned_data.items():
            if value and other not in (name, "sort"):
                measures = self.filters[other].filter(measures, value)
        return COUNTED[name](measures)

    @property
    def chosen(self) -> list[Chosen]:
        """The active filters in the order of the form."""
        if not self.form.is_valid():
            return []
        return [
            Chosen(str(field.label), self._text_of(name, str(value)), self._query_without(name))
            for name, field in self.form.fields.items()
            if name != "sort" and (value := self.form.cleaned_data.get(name))
        ]

    def _text_of(self, name: str, value: str) -> str:
        choices = dict(_flat(self.filters[name].extra.get("choices", ())))
        return str(choices.get(value, value))

    def _query_without(self, name: str) -> str:
        query = self.data.copy()
        for gone in (name, "page"):
            query.pop(gone, None)
        return str(query.urlencode())


# --- choices -----------------------------------------------------------------------------------


def _named(rows: Any) -> Choices:
    return [(row.slug, str(row)) for row in rows.distinct()]


def _field_choices(concepts: Iterable[Concept]) -> Choices:
    """Action fields below their concept, by values such as “2016.4”."""
    groups: dict[Concept, Choices] = {concept: [] for concept in concepts}
    fields = ActionField.objects.filter(concept__in=list(groups)).order_by("number")
    for row in fields.select_related("concept"):
        groups[row.concept].append((f"{row.concept.slug}.{row.number}", str(row)))
    return [(str(concept), choices) for concept, choices in groups.items()]


def _year_choices(concepts: Iterable[Concept]) -> Choices:
    this_year = timezone.localdate().year
    years = {year for concept in concepts for year in concept.years_until(this_year)}
    return [(str(year), str(year)) for year in sorted(years, reverse=True)]


def _flat(choices: Iterable[tuple[Any, Any]]) -> Iterator[tuple[str, Any]]:
    for value, label in choices:
        if isinstance(label, list):
            yield from label
        else:
            yield value, label


def _counted(choices: Choices, counts: Counter[str], kept: str) -> Iterator[tuple[str, Any]]:
    for value, label in choices:
        if isinstance(label, list):
            if below := list(_counted(label, counts, kept)):
                yield value, below
        elif counts[value] or value == kept:
            yield value, f"{FIRST_STRONG}{label}{POP} ({counts[value]})"


# --- counting ----------------------------------------------------------------------------------


def _by(path: str, instead: str = "") -> Callable[[MeasureQuerySet], Counter[str]]:
    """Count by one column; ``instead`` is the choice for measures that have nothing there."""

    def count(measures: MeasureQuerySet) -> Counter[str]:
        # Distinct: one organisation may take part in two roles.
        rows = measures.values_list(path).annotate(count=Count("pk", distinct=True))
        return Counter({instead if value is None else value: number for value, number in rows})

    return count


def _by_field(measures: MeasureQuerySet) -> Counter[str]:
    path = ("concept__slug", "goal__action_field__number")
    rows = measures.values_list(*path).annotate(count=Count("pk"))
    return Counter({f"{slug}.{number}": count for slug, number, count in rows})


def _by_verdict(measures: MeasureQuerySet) -> Counter[str]:
    return _by("latest_verdict", NOT_EVALUATED)(measures.with_latest_verdict())


def _by_year(measures: MeasureQuerySet) -> Counter[str]:
    path = ("concept__period_from", "concept__period_to", "starts_on__year", "ends_on__year")
    this_year = timezone.localdate().year
    found: Counter[str] = Counter()
    for first, last, start, end, count in measures.values_list(*path).annotate(count=Count("pk")):
        begin, finish = max(first, start or first), min(last or this_year, end or this_year)
        for year in range(begin, min(finish, this_year) + 1):
            found[str(year)] += count
    return found


COUNTED = {
    "concept": _by("concept__slug"),
    "field": _by_field,
    "status": _by("status"),
    "verdict": _by_verdict,
    "year": _by_year,
    "participant": _by("organisations__slug"),
    "target_group": _by("target_groups__slug"),
    "place": _by("quarter__slug", EVERYWHERE),
    "topic": _by("topics__slug"),
}
