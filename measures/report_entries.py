"""The yearly implementation report as plain data, written out in one language.

Names, labels and texts stand here as they are printed, so that whoever prints or keeps a report
asks the database nothing more. A field added here needs a default: snapshots of adopted reports
(``measures.snapshot``) were written without it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kit_portal.common.charts import Chart
from measures.aims import NO_AIMS, Aims
from measures.charts import Point, parts_of, years_chart
from measures.disaggregation import Breakdown
from measures.models.report import all_sections
from measures.report_parts import AdoptionEntry, CheckUpEntry, ComparisonEntry, ParticipantEntry
from measures.report_text import NO_TEXT, Text, alphabetical


@dataclass(frozen=True)
class VerdictEntry:
    """``verdict`` is empty where the measure was not evaluated."""

    year: int
    verdict: str
    label: str
    reasoning: Text


@dataclass(frozen=True)
class MilestoneEntry:
    title: Text
    due_on: date | None
    reached_on: date | None


@dataclass(frozen=True)
class IndicatorEntry:
    """``source_key`` names what the portal counts it from, empty where staff enter it."""

    name: Text
    definition: Text
    unit: str
    source: str
    points: Sequence[Point]
    slug: str = ""
    source_key: str = ""
    aims: Aims = NO_AIMS
    breakdowns: Sequence[Breakdown] = ()
    broken_down: Point | None = None

    @property
    def chart(self) -> Chart | None:
        """Columns over the years; None for a single value, which the table tells as well."""
        if len(self.points) < 2 and not self.aims.has_marks:
            return None
        return years_chart(str(self.name), self.unit, self.points, self.aims)

    @property
    def parts(self) -> list[tuple[Breakdown, Chart | None]]:
        return parts_of(self.breakdowns, self.broken_down)


@dataclass(frozen=True)
class FundingEntry:
    """``amount`` in euros for the whole time; empty where it is not known."""

    source: str
    amount: Decimal | None = None
    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True)
class MeasureEntry:
    number: str
    anchor: str
    title: Text
    description: Text
    status: str
    status_label: str
    runtime: str
    place: str
    target_groups: Sequence[Text]
    participants: Sequence[ParticipantEntry]
    verdict: VerdictEntry
    earlier: Sequence[VerdictEntry]
    milestones: Sequence[MilestoneEntry]
    indicators: Sequence[IndicatorEntry]
    starts_on: date | None = None
    ends_on: date | None = None
    funding: Sequence[FundingEntry] = ()


@dataclass(frozen=True)
class GoalEntry:
    number: str
    text: Text
    measures: Sequence[MeasureEntry]


@dataclass(frozen=True)
class FieldEntry:
    number: int
    anchor: str
    title: Text
    guiding_principle: Text
    goals: Sequence[GoalEntry]

    @property
    def measures(self) -> list[MeasureEntry]:
        return [measure for goal in self.goals for measure in goal.measures]


@dataclass(frozen=True)
class OrganisationEntry:
    """A participant of the index and the measures it takes part in, in their order."""

    name: str
    measures: Sequence[MeasureEntry]


@dataclass(frozen=True)
class OfficeEntry:
    """``logo`` is a ``data:`` address, empty where there is none."""

    name: Text
    municipality: str
    accent: str
    logo: str
    address: str
    email: str
    website: str


@dataclass(frozen=True)
class ConceptEntry:
    title: Text
    subtitle: str
    period: str
    adopted_by: str
    adopted_on: date | None
    resolution_number: str


@dataclass(frozen=True)
class Report:
    """``sections`` are the keys of ``measures.models.report.SECTIONS`` that are shown."""

    office: OfficeEntry
    concept: ConceptEntry
    year: int
    language: str
    made_on: date
    fields: Sequence[FieldEntry]
    indicators: Sequence[IndicatorEntry]
    sections: Sequence[str] = tuple(all_sections())
    version: int = 1
    correction_reason: str = ""
    adoption: AdoptionEntry | None = None
    foreword: Text = NO_TEXT
    short_version: Text = NO_TEXT
    is_short_version_outdated: bool = False
    comparison: ComparisonEntry | None = None
    check_up: CheckUpEntry | None = None

    @property
    def measures(self) -> list[MeasureEntry]:
        return [measure for field in self.fields for measure in field.measures]

    @property
    def by_verdict(self) -> Counter[str]:
        """Measures by verdict; the key ``""`` counts those without an evaluation."""
        return Counter(measure.verdict.verdict for measure in self.measures)

    @property
    def by_status(self) -> Counter[str]:
        return Counter(measure.status for measure in self.measures)

    @property
    def evaluated(self) -> int:
        return sum(bool(measure.verdict.verdict) for measure in self.measures)

    @property
    def not_evaluated(self) -> list[MeasureEntry]:
        return self.with_verdict("")

    def with_verdict(self, verdict: str) -> list[MeasureEntry]:
        return [measure for measure in self.measures if measure.verdict.verdict == verdict]

    @property
    def organisations(self) -> list[OrganisationEntry]:
        taking_part: dict[str, list[MeasureEntry]] = {}
        for measure in self.measures:
            for name in dict.fromkeys(entry.organisation for entry in measure.participants):
                taking_part.setdefault(name, []).append(measure)
        return [
            OrganisationEntry(name, taking_part[name])
            for name in sorted(taking_part, key=alphabetical)
        ]
