"""The tables of the exchange format: their names, their columns and what tells rows apart.

Names and headings are a promise to whoever keeps such files: they may grow, but not change.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from measures.models import (
    ActionField,
    Attachment,
    Concept,
    FundingSource,
    Goal,
    Indicator,
    IndicatorCell,
    IndicatorValue,
    Measure,
    Milestone,
    Participant,
)
from measures.tables.columns import (
    AmountColumn,
    ChoiceColumn,
    Column,
    DayColumn,
    FlagColumn,
    NumberingColumn,
    PlaceColumn,
    QuarterColumn,
    RoleColumn,
    TargetGroupsColumn,
    TopicsColumn,
    WholeNumberColumn,
    translations,
)
from measures.tables.kind import Kind, Parent

WRITE_ANOTHER = _("Correct one of the two.")

_CONCEPT = PlaceColumn(
    "concept", "Konzept", Concept, "slug", _("Short address of the concept."), "2016", is_key=True
)
_MEASURE = PlaceColumn(
    "measure", "Maßnahme", Measure, "number", _("Number of the measure."), "4.1.2", is_key=True
)
_INDICATOR = PlaceColumn(
    "indicator",
    "Kennzahl",
    Indicator,
    "slug",
    _("Short address of the indicator."),
    "einsaetze",
    is_key=True,
)
_OF_CONCEPT = Parent("concepts", 1, "concept")
_OF_MEASURE = Parent("measures", 2, "measure")

_concepts = Kind(
    "concepts",
    "Konzepte",
    Concept,
    (
        Column("slug", "Kurzadresse", Concept, example="2016", is_key=True),
        *translations(Column("title", "Titel", Concept, example="Zusammenleben", is_required=True)),
        Column("subtitle", "Untertitel", Concept),
        *translations(Column("description", "Beschreibung", Concept)),
        WholeNumberColumn("period_from", "Erstes Jahr", Concept, example="2016", is_required=True),
        WholeNumberColumn("period_to", "Letztes Jahr", Concept, example="2022"),
        Column("adopted_by", "Beschlossen von", Concept, example="Ratsversammlung"),
        DayColumn("adopted_on", "Beschlossen am", Concept, example="2016-03-17"),
        NumberingColumn("resolution_number", "Beschlussnummer", Concept, example="RV-31/2016"),
    ),
    rules={"measures_concept_period": ("period_to", WRITE_ANOTHER)},
)

_action_fields = Kind(
    "action_fields",
    "Handlungsfelder",
    ActionField,
    (
        _CONCEPT,
        WholeNumberColumn("number", "Nummer", ActionField, example="4", is_key=True),
        *translations(Column("title", "Titel", ActionField, example="Sprache", is_required=True)),
        *translations(Column("guiding_principle", "Leitsatz", ActionField)),
    ),
    _OF_CONCEPT,
)

_goals = Kind(
    "goals",
    "Ziele",
    Goal,
    (
        _CONCEPT,
        WholeNumberColumn(
            "action_field", "Handlungsfeld", ActionField, "number", example="4", is_key=True
        ),
        WholeNumberColumn("number", "Nummer", Goal, example="1", is_key=True),
        *translations(Column("text", "Ziel", Goal, example="Alle finden …", is_required=True)),
    ),
    Parent("action_fields", 2, "action_field"),
)


def _role(name: str, german: str, role: str) -> RoleColumn:
    return RoleColumn(
        name,
        german,
        Participant,
        hint=_("Short addresses or names of organisations, divided by semicolons."),
        example="volkshochschule; stadtbibliothek",
        role=role,
    )


_measures = Kind(
    "measures",
    "Maßnahmen",
    Measure,
    (
        _CONCEPT,
        NumberingColumn("number", "Nummer", Measure, example="4.1.2", is_key=True),
        PlaceColumn(
            "goal",
            "Ziel",
            Measure,
            hint=_("Numbers of the action field and the goal, divided by a dot."),
            example="4.1",
            is_required=True,
        ),
        *translations(
            Column("title", "Titel", Measure, example="Dolmetscherpool", is_required=True)
        ),
        *translations(Column("description", "Beschreibung", Measure)),
        ChoiceColumn("status", "Status", Measure, example="running"),
        TargetGroupsColumn("target_groups", "Zielgruppen", Measure),
        QuarterColumn("quarter", "Stadtteil", Measure),
        Column("place", "Ort", Measure),
        DayColumn("starts_on", "Beginn", Measure, example="2016-04-01"),
        DayColumn("ends_on", "Ende", Measure, example="2018-12-31"),
        FlagColumn("is_permanent", "Dauerhaft", Measure, example="no"),
        TopicsColumn("topics", "Themen", Measure),
        _role("lead", "Federführung", Participant.Role.LEAD),
        _role("partners", "Partner", Participant.Role.PARTNER),
        _role("funding", "Förderung", Participant.Role.FUNDING),
        Column("internal_notes", "Interne Notizen", Measure, is_internal=True),
    ),
    _OF_CONCEPT,
    rules={
        "measures_measure_dates": ("ends_on", WRITE_ANOTHER),
        "measures_measure_permanent": ("is_permanent", _("Empty the end, or write no here.")),
    },
)

_milestones = Kind(
    "milestones",
    "Meilensteine",
    Milestone,
    (
        _CONCEPT,
        _MEASURE,
        *translations(
            Column("title", "Titel", Milestone, example="Start", is_key=True, is_required=True)
        ),
        DayColumn("due_on", "Fällig am", Milestone, example="2017-06-30"),
        DayColumn("reached_on", "Erreicht am", Milestone),
    ),
    _OF_MEASURE,
    may_repeat=True,
)

_funding_sources = Kind(
    "funding_sources",
    "Finanzierung",
    FundingSource,
    (
        _CONCEPT,
        _MEASURE,
        Column("name", "Mittelquelle", FundingSource, example="Land", is_key=True),
        AmountColumn("amount", "Betrag in Euro", FundingSource, example="12500,50"),
        DayColumn("starts_on", "Beginn", FundingSource),
        DayColumn("ends_on", "Ende", FundingSource, example="2018-12-31"),
    ),
    _OF_MEASURE,
    may_repeat=True,
    rules={
        "measures_funding_not_negative": ("amount", _("Write the amount without a minus.")),
        "measures_funding_dates": ("ends_on", WRITE_ANOTHER),
    },
)

_links = Kind(
    "links",
    "Links",
    Attachment,
    (
        _CONCEPT,
        _MEASURE,
        Column("url", "Adresse", Attachment, example="https://www.example.org/", is_key=True),
        *translations(
            Column("title", "Titel", Attachment, example="Projektseite", is_required=True)
        ),
        WholeNumberColumn("position", "Reihenfolge", Attachment, example="1"),
    ),
    _OF_MEASURE,
    may_repeat=True,
)

_indicators = Kind(
    "indicators",
    "Kennzahlen",
    Indicator,
    (
        Column("slug", "Kurzadresse", Indicator, example="einsaetze", is_key=True),
        PlaceColumn(
            "concept",
            "Konzept",
            Indicator,
            hint=_("Short address of the concept."),
            example="2016",
            is_required=True,
        ),
        PlaceColumn(
            "measure",
            "Maßnahme",
            Indicator,
            hint=_("Number of the measure; empty for an indicator of the concept as a whole."),
            example="4.1.2",
        ),
        *translations(Column("name", "Name", Indicator, example="Einsätze", is_required=True)),
        *translations(Column("definition", "Definition", Indicator)),
        *translations(Column("unit", "Einheit", Indicator, example="Einsätze")),
        ChoiceColumn("kind", "Art", Indicator, example="count"),
        Column("source", "Quelle", Indicator, example="Einsatzprotokoll"),
        AmountColumn("baseline_value", "Ausgangswert", Indicator),
        WholeNumberColumn("baseline_year", "Jahr des Ausgangswerts", Indicator),
        AmountColumn("target_value", "Zielwert", Indicator),
        WholeNumberColumn("target_year", "Jahr des Zielwerts", Indicator),
        ChoiceColumn("trend", "Gewünschte Richtung", Indicator, example="up"),
        FlagColumn("is_public", "Öffentlich", Indicator, example="yes"),
    ),
    rules={
        "measures_indicator_baseline_with_year": (
            "baseline_value",
            _("Fill in the other cell too, or empty both."),
        )
    },
)

_YEAR = WholeNumberColumn("year", "Jahr", IndicatorValue, example="2017", is_key=True)
_AS_OF = DayColumn(
    "as_of",
    "Stand",
    IndicatorValue,
    hint=_("The day of the value; empty means: the whole year."),
    is_key=True,
)

_indicator_values = Kind(
    "indicator_values",
    "Kennzahlwerte",
    IndicatorValue,
    (
        _INDICATOR,
        _YEAR,
        _AS_OF,
        AmountColumn("value", "Wert", IndicatorValue, example="436", is_required=True),
        AmountColumn("whole", "Gesamtzahl", IndicatorValue),
        FlagColumn("is_break", "Bruch", IndicatorValue, example="no"),
        Column("note", "Anmerkung", IndicatorValue),
        Column("override_reason", "Grund der Abweichung", IndicatorValue, is_internal=True),
    ),
    Parent("indicators", 1, "indicator"),
    rules={
        "measures_value_within_whole": (
            "value",
            _("Correct the value or the whole; a share has both."),
        ),
        "measures_value_override_has_reason": (
            "override_reason",
            _("Write the reason here, or take the value of the portal."),
        ),
    },
)

_indicator_cells = Kind(
    "indicator_cells",
    "Kennzahl-Aufgliederung",
    IndicatorCell,
    (
        _INDICATOR,
        _YEAR,
        _AS_OF,
        Column("dimension", "Merkmal", IndicatorCell, example="Geschlecht", is_key=True),
        Column("category", "Ausprägung", IndicatorCell, example="weiblich", is_key=True),
        AmountColumn("number", "Anzahl", IndicatorCell, example="20", is_required=True),
    ),
    Parent("indicator_values", 2, "value"),
    rules={"measures_cell_not_negative": ("number", _("Write the number without a minus."))},
)

# In the order in which rows depend on each other.
KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        _concepts,
        _action_fields,
        _goals,
        _measures,
        _milestones,
        _funding_sources,
        _links,
        _indicators,
        _indicator_values,
        _indicator_cells,
    )
}
