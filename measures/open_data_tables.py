"""The tables of a report's open data, with every column explained in German and English."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from measures.models import Evaluation, Measure
from measures.report_entries import IndicatorEntry, Report

STATUSES = [status.value for status in Measure.Status]
VERDICTS = [verdict.value for verdict in Evaluation.Verdict]

Row = Sequence[Any]


@dataclass(frozen=True)
class OpenField:
    """A column, explained in German and English; ``limits`` are constraints of Table Schema."""

    name: str
    german: str
    english: str
    type: str = "string"
    limits: dict[str, Any] = field(default_factory=dict)

    def schema(self) -> dict[str, Any]:
        described = {
            "name": self.name,
            "type": self.type,
            "title": self.german,
            "description": f"{self.german} / {self.english}",
        }
        return described | ({"constraints": self.limits} if self.limits else {})


@dataclass(frozen=True)
class OpenTable:
    name: str
    german: str
    english: str
    fields: Sequence[OpenField]
    rows: Callable[[Report], Iterable[Row]]
    key: tuple[str, ...] = ()
    of_measures: bool = True

    def schema(self) -> dict[str, Any]:
        """Return its Table Schema."""
        schema: dict[str, Any] = {
            "fields": [field.schema() for field in self.fields],
            "missingValues": [""],
        }
        if self.key:
            schema["primaryKey"] = list(self.key)
        if self.of_measures:
            there = {"resource": "measures", "fields": "number"}
            schema["foreignKeys"] = [{"fields": "measure", "reference": there}]
        return schema


def _measures(report: Report) -> Iterator[Row]:
    for action_field in report.fields:
        for goal in action_field.goals:
            for measure in goal.measures:
                yield (
                    measure.number,
                    str(measure.title),
                    action_field.number,
                    str(action_field.title),
                    goal.number,
                    str(goal.text),
                    measure.status,
                    measure.verdict.verdict,
                    str(measure.verdict.reasoning),
                    measure.runtime,
                    measure.place,
                    "; ".join(map(str, measure.target_groups)),
                    str(measure.description),
                )


def _evaluations(report: Report) -> Iterator[Row]:
    for measure in report.measures:
        for verdict in (*reversed(measure.earlier), measure.verdict):
            if verdict.verdict:
                yield measure.number, verdict.year, verdict.verdict, str(verdict.reasoning)


def _participants(report: Report) -> Iterator[Row]:
    for measure in report.measures:
        for participant in measure.participants:
            yield measure.number, participant.organisation, participant.role


def _funding(report: Report) -> Iterator[Row]:
    for measure in report.measures:
        for source in measure.funding:
            yield measure.number, source.source, source.amount, source.starts_on, source.ends_on


def _indicators(report: Report) -> Iterator[tuple[str, IndicatorEntry]]:
    """Yield the indicators of the concept as a whole, then of each measure, with its number."""
    yield from (("", entry) for entry in report.indicators)
    for measure in report.measures:
        yield from ((measure.number, entry) for entry in measure.indicators)


def _values(report: Report) -> Iterator[Row]:
    for number, entry in _indicators(report):
        for point in entry.points:
            yield (
                entry.slug,
                number,
                str(entry.name),
                str(entry.definition),
                str(entry.unit),
                entry.source,
                point.year,
                point.as_of,
                point.value,
                point.whole,
                point.is_break,
                point.note,
            )


def _cells(report: Report) -> Iterator[Row]:
    """Only what the report itself prints: numbers that are too small are empty there."""
    for number, entry in _indicators(report):
        if entry.broken_down is None:
            continue
        year = entry.broken_down.year
        for part in entry.breakdowns:
            for cell in part.cells:
                name = str(entry.name)
                yield entry.slug, number, name, year, part.dimension, cell.category, cell.number


_MEASURE = OpenField("measure", "Nummer der Maßnahme", "Number of the measure")
_YEAR = OpenField("year", "Jahr", "Year", "year", {"required": True})
_INDICATOR = (
    OpenField("indicator", "Kennung der Kennzahl", "Identifier of the indicator"),
    OpenField(
        "measure",
        "Nummer der Maßnahme; leer: Kennzahl des ganzen Konzepts",
        "Number of the measure; empty: indicator of the concept as a whole",
    ),
    OpenField("name", "Name der Kennzahl", "Name of the indicator", limits={"required": True}),
)

TABLES = (
    OpenTable(
        "measures",
        "Maßnahmen mit ihrer Bewertung",
        "Measures with their verdict",
        (
            OpenField("number", "Nummer", "Number", limits={"required": True, "unique": True}),
            OpenField("title", "Titel", "Title", limits={"required": True}),
            OpenField(
                "action_field_number",
                "Nummer des Handlungsfelds",
                "Number of the action field",
                "integer",
                {"required": True, "minimum": 0},
            ),
            OpenField("action_field", "Handlungsfeld", "Action field"),
            OpenField("goal_number", "Nummer des Ziels", "Number of the goal"),
            OpenField("goal", "Ziel", "Goal"),
            OpenField("status", "Status", "Status", limits={"enum": STATUSES, "required": True}),
            OpenField(
                "verdict",
                "Bewertung: bewährt (proved), zu modifizieren (modify), zu beenden (ended); leer: "
                "nicht bewertet",
                "Verdict: proved, modify, ended; empty: not evaluated",
                limits={"enum": VERDICTS},
            ),
            OpenField("reasoning", "Begründung der Bewertung", "Reasons for the verdict"),
            OpenField("runtime", "Laufzeit in Worten", "Runtime in words"),
            OpenField("place", "Ort", "Place"),
            OpenField("target_groups", "Zielgruppen, durch Semikolon getrennt", "Target groups"),
            OpenField("description", "Beschreibung (Markdown)", "Description (Markdown)"),
        ),
        _measures,
        ("number",),
        of_measures=False,
    ),
    OpenTable(
        "evaluations",
        "Bewertungen bis zum Berichtsjahr",
        "Verdicts up to the year of the report",
        (
            _MEASURE,
            _YEAR,
            OpenField(
                "verdict", "Bewertung", "Verdict", limits={"enum": VERDICTS, "required": True}
            ),
            OpenField("reasoning", "Begründung", "Reasons"),
        ),
        _evaluations,
        ("measure", "year"),
    ),
    OpenTable(
        "participants",
        "Beteiligte Organisationen",
        "Organisations that take part",
        (
            _MEASURE,
            OpenField("organisation", "Organisation", "Organisation", limits={"required": True}),
            OpenField("role", "Rolle", "Role", limits={"required": True}),
        ),
        _participants,
        ("measure", "organisation", "role"),
    ),
    OpenTable(
        "funding",
        "Finanzierung",
        "Funding",
        (
            _MEASURE,
            OpenField("source", "Mittelquelle", "Source", limits={"required": True}),
            OpenField(
                "amount",
                "Betrag in Euro für die ganze Zeit",
                "Amount in euros for the whole time",
                "number",
                {"minimum": 0},
            ),
            OpenField("starts_on", "Beginn", "Begins on", "date"),
            OpenField("ends_on", "Ende", "Ends on", "date"),
        ),
        _funding,
    ),
    OpenTable(
        "indicator-values",
        "Werte der Kennzahlen",
        "Values of the indicators",
        (
            *_INDICATOR,
            OpenField("definition", "Definition", "Definition"),
            OpenField("unit", "Einheit", "Unit"),
            OpenField("source", "Quelle", "Source"),
            _YEAR,
            OpenField("as_of", "Stand", "As of", "date"),
            OpenField("value", "Wert", "Value", "number", {"required": True}),
            OpenField(
                "whole",
                "Gesamtzahl; der Wert ist ein Teil davon",
                "The whole that the value is a part of",
                "number",
            ),
            OpenField(
                "is_break",
                "Bruch in der Zeitreihe",
                "Break in the series",
                "boolean",
                {"required": True},
            ),
            OpenField("note", "Anmerkung", "Note"),
        ),
        _values,
    ),
    OpenTable(
        "indicator-cells",
        "Aufgliederung der Werte",
        "Values in parts",
        (
            *_INDICATOR,
            _YEAR,
            OpenField("dimension", "Merkmal", "Property", limits={"required": True}),
            OpenField("category", "Ausprägung", "Category", limits={"required": True}),
            OpenField(
                "number",
                "Anzahl; leer: zum Schutz Einzelner nicht veröffentlicht",
                "Number; empty: not published, to protect persons",
                "number",
                {"minimum": 0},
            ),
        ),
        _cells,
    ),
)
