"""The yearly implementation report as plain data, written out in one language.

Names, labels and texts stand here as they are printed, so that whoever prints or keeps a report
asks the database nothing more.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.template.defaultfilters import linebreaksbr
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from kit_portal.common.charts import Chart
from kit_portal.common.locales import direction_of
from kit_portal.common.markup import render_markdown
from measures.aims import NO_AIMS, Aims
from measures.charts import Point, parts_of, years_chart
from measures.disaggregation import Breakdown


def alphabetical(name: str) -> str:
    """Return what a German index sorts by: ä as a, ß as ss, no capitals (DIN 5007, variant 1)."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


@dataclass(frozen=True)
class Text:
    """A text with the language it is really in: the report's own, or German as fallback."""

    value: str
    language: str

    def __str__(self) -> str:
        return self.value

    def __bool__(self) -> bool:
        return bool(self.value)

    @property
    def attributes(self) -> SafeString | str:
        """What an element around the text needs where its language is not the page's."""
        if self.language == get_language():
            return ""
        return format_html(' lang="{}" dir="{}"', self.language, direction_of(self.language))

    @property
    def html(self) -> SafeString | str:
        return self._marked(self.value, "span")

    @property
    def lines(self) -> SafeString | str:
        """With its line breaks kept."""
        return self._marked(linebreaksbr(self.value), "span")

    @property
    def markdown(self) -> SafeString | str:
        return self._marked(render_markdown(self.value, top_heading=4), "div")

    def _marked(self, content: str, element: str) -> SafeString | str:
        if not self.attributes:
            return content
        return format_html("<{0}{1}>{2}</{0}>", element, self.attributes, content)


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
    name: Text
    definition: Text
    unit: str
    source: str
    points: Sequence[Point]
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
class ParticipantEntry:
    organisation: str
    role: str


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
    office: OfficeEntry
    concept: ConceptEntry
    year: int
    language: str
    made_on: date
    fields: Sequence[FieldEntry]
    indicators: Sequence[IndicatorEntry]

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
