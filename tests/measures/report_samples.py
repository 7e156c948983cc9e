"""Reports as plain data, without a database."""

from datetime import date
from decimal import Decimal

from measures.charts import Point
from measures.report_entries import (
    ConceptEntry,
    FieldEntry,
    FundingEntry,
    GoalEntry,
    IndicatorEntry,
    MeasureEntry,
    OfficeEntry,
    Report,
    VerdictEntry,
)
from measures.report_parts import ParticipantEntry
from measures.report_text import Text


def german(value):
    return Text(value, "de")


def make_entry(number="1.1.1", verdict="", *, status="running", participants=(), **fields):
    """``participants``: pairs of organisation and role key."""
    return MeasureEntry(
        **{
            "number": number,
            "anchor": f"m{number}",
            "title": german(f"Maßnahme {number}"),
            "description": german(""),
            "status": status,
            "status_label": status,
            "runtime": "",
            "place": "",
            "target_groups": [],
            "participants": [ParticipantEntry(name, role, role) for name, role in participants],
            "verdict": VerdictEntry(2017, verdict, verdict, german("")),
            "earlier": [],
            "milestones": [],
            "indicators": [],
            **fields,
        }
    )


def make_report(*measures, value=Decimal(35), made_on=date(2018, 5, 2), year=2017):
    indicator = IndicatorEntry(
        german("Teilnehmende"), german(""), "Personen", "", [Point(2017, value)]
    )
    entries = list(measures) or [make_entry(funding=[FundingEntry("Land")], indicators=[indicator])]
    field = FieldEntry(
        1, "f1", german("Sprache"), german(""), [GoalEntry("1.1", german("Ziel"), entries)]
    )
    return Report(
        office=OfficeEntry(german("KIT"), "Flensburg", "#0b5d7a", "", "", "", ""),
        concept=ConceptEntry(german("Konzept"), "", "2016–2022", "", None, ""),
        year=year,
        language="de",
        made_on=made_on,
        fields=[field],
        indicators=[],
    )
