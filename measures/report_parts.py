"""Parts of the report beside the measures themselves, as plain data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from measures.report_text import Text


@dataclass(frozen=True)
class AdoptionEntry:
    """Who adopted the report, when, by which resolution."""

    body: str
    on: date
    resolution_number: str


@dataclass(frozen=True)
class ParticipantEntry:
    """``role`` in words; ``role_key`` stays the same when the words are put differently."""

    organisation: str
    role: str
    role_key: str = ""


@dataclass(frozen=True)
class NamedMeasure:
    number: str
    title: Text

    @property
    def anchor(self) -> str:
        return f"m{self.number}"


@dataclass(frozen=True)
class VerdictChange:
    measure: NamedMeasure
    before: str
    after: str


@dataclass(frozen=True)
class ParticipantChange:
    measure: NamedMeasure
    joined: Sequence[ParticipantEntry]
    left: Sequence[ParticipantEntry]


@dataclass(frozen=True)
class ComparisonEntry:
    """What differs from ``year``.

    ``is_from_report`` where that year's adopted report could be laid beside; without one the dates
    and verdicts of the measures have to do, which say nothing about participants.
    """

    year: int
    is_from_report: bool
    new: Sequence[NamedMeasure]
    verdicts: Sequence[VerdictChange]
    participants: Sequence[ParticipantChange]
    ended: Sequence[NamedMeasure]

    @property
    def is_empty(self) -> bool:
        return not (self.new or self.verdicts or self.participants or self.ended)


@dataclass(frozen=True)
class FindingEntry:
    """A need or gap with what answers it: measures, and profiles that are none yet."""

    kind: str
    kind_label: str
    text: Text
    measures: Sequence[NamedMeasure]
    profiles: Sequence[Text]

    @property
    def is_answered(self) -> bool:
        return bool(self.measures or self.profiles)


@dataclass(frozen=True)
class FocusGroupEntry:
    name: Text
    findings: Sequence[FindingEntry]

    @property
    def answered(self) -> int:
        return sum(finding.is_answered for finding in self.findings)


@dataclass(frozen=True)
class CheckUpEntry:
    groups: Sequence[FocusGroupEntry]

    @property
    def findings(self) -> list[FindingEntry]:
        return [finding for group in self.groups for finding in group.findings]

    @property
    def answered(self) -> int:
        return sum(group.answered for group in self.groups)
