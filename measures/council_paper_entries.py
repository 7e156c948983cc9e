"""The council paper as plain data, and what it is made from beside the report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from measures.report_entries import Report
from measures.report_parts import NamedMeasure


@dataclass(frozen=True)
class FundingEntry:
    """Money for a measure: in euros for the whole time, None where it is not known."""

    measure_number: str
    name: str
    amount: Decimal | None
    ends_on: date | None


@dataclass(frozen=True)
class VerdictChange:
    """``before`` and ``now`` are labels, as the report prints them."""

    measure: str
    before: str
    now: str


@dataclass(frozen=True)
class Comparison:
    """What is different from the report of ``year``; measures by number and title."""

    year: int
    new: Sequence[str] = ()
    verdict_changed: Sequence[VerdictChange] = ()
    participants_changed: Sequence[str] = ()
    ended: Sequence[str] = ()


@dataclass(frozen=True)
class Table:
    caption: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Section:
    """A heading with paragraphs, then points one below the other, then a table."""

    heading: str
    paragraphs: Sequence[str] = ()
    points: Sequence[str] = ()
    table: Table | None = None


@dataclass(frozen=True)
class CouncilPaper:
    """``facts`` are what stands above the text: label and content; an empty one is left to fill."""

    kind: str
    subject: str
    office: str
    municipality: str
    accent: str
    facts: Sequence[tuple[str, str]]
    sections: Sequence[Section]
    language: str

    @property
    def title(self) -> str:
        return f"{self.kind}: {self.subject}"


def funding_of(report: Report) -> list[FundingEntry]:
    """Return the money of all measures that the report names, what ends first before the rest."""
    entries = [
        FundingEntry(measure.number, money.source, money.amount, money.ends_on)
        for measure in report.measures
        for money in measure.funding
    ]
    return sorted(entries, key=lambda entry: entry.ends_on or date.max)


def comparison_of(report: Report) -> Comparison | None:
    """Return what the report says of the year before; None where it leaves that chapter out."""
    found = report.comparison
    if found is None or found.is_empty:
        return None
    return Comparison(
        year=found.year,
        new=[_name(measure) for measure in found.new],
        verdict_changed=[
            VerdictChange(_name(change.measure), change.before, change.after)
            for change in found.verdicts
        ],
        participants_changed=[_name(change.measure) for change in found.participants],
        ended=[_name(measure) for measure in found.ended],
    )


def _name(measure: NamedMeasure) -> str:
    return f"{measure.number} {measure.title}"
