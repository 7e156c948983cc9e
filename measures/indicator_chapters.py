"""All indicators that a reader may see, by concept and action field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from kit_portal.common.models import Viewer
from kit_portal.common.translation_queries import without_other_languages
from measures.models import ActionField, Concept, Indicator, Measure
from measures.overview import IndicatorOverview, cells_of, indicator_overviews, values_of

MEASURE = ("indicator__measure", "indicator__measure__goal__action_field")
CONCEPTS = ("indicator__concept", "indicator__measure__concept")


@dataclass(frozen=True)
class Section:
    """The indicators of one action field; of none, where they belong to the concept as a whole."""

    action_field: ActionField | None
    indicators: Sequence[IndicatorOverview]


@dataclass(frozen=True)
class Chapter:
    concept: Concept
    sections: Sequence[Section]


def indicator_chapters(*, viewer: Viewer) -> list[Chapter]:
    """Return indicators with values, the newest concept first, in as many queries as for one."""
    visible = Indicator.objects.visible_to(viewer)
    rows = values_of(visible).select_related(*MEASURE, *CONCEPTS)
    rows = without_other_languages(rows, "indicator", *MEASURE, *CONCEPTS)
    found = indicator_overviews(rows, cells_of(visible), viewer=viewer)
    found.sort(key=lambda overview: place_of(overview.indicator))
    return [
        Chapter(concept, _sections(list(of_concept)))
        for concept, of_concept in groupby(found, lambda one: concept_of(one.indicator))
    ]


def _sections(found: Sequence[IndicatorOverview]) -> list[Section]:
    return [
        Section(action_field, list(of_field))
        for action_field, of_field in groupby(found, lambda one: _field_of(one.indicator))
    ]


def concept_of(indicator: Indicator) -> Concept:
    concept = indicator.measure.concept if indicator.measure else indicator.concept
    assert concept is not None  # noqa: S101  a constraint: of a measure or of a concept
    return concept


def place_of(indicator: Indicator) -> tuple[int, str, int, str, int, str]:
    """Return what indicators are sorted by: the newest concept first, its own before all others."""
    concept, measure = concept_of(indicator), indicator.measure
    return (
        -concept.period_from,
        concept.slug,
        measure.goal.action_field.number if measure else 0,
        measure.number_key if measure else "",
        indicator.position,
        indicator.slug,
    )


def _field_of(indicator: Indicator) -> ActionField | None:
    measure: Measure | None = indicator.measure
    return measure.goal.action_field if measure else None
