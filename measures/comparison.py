"""What is different from the year before: new, judged otherwise, other participants, ended."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from measures.models import Measure
from measures.report_entries import MeasureEntry, Report
from measures.report_parts import (
    ComparisonEntry,
    NamedMeasure,
    ParticipantChange,
    ParticipantEntry,
    VerdictChange,
)

OVER = {Measure.Status.DONE, Measure.Status.ENDED}


def compare(
    measures: Sequence[MeasureEntry], *, year: int, before: Report | None
) -> ComparisonEntry:
    """Lay ``measures`` beside last year's adopted report, ``before``.

    Without one, beginnings, ends and verdicts that the measures carry themselves have to do.
    """
    if before is None:
        return _by_own_dates(measures, year=year)
    old = {measure.number: measure for measure in before.measures}
    pairs = [(old[measure.number], measure) for measure in measures if measure.number in old]
    remaining = {measure.number for measure in measures}
    return ComparisonEntry(
        year=year - 1,
        is_from_report=True,
        new=[_named(measure) for measure in measures if measure.number not in old],
        verdicts=[
            VerdictChange(_named(now), then.verdict.label, now.verdict.label)
            for then, now in pairs
            if _is_changed(then.verdict.verdict, now.verdict.verdict)
        ],
        participants=[
            ParticipantChange(
                _named(now),
                joined=_without(now.participants, then.participants),
                left=_without(then.participants, now.participants),
            )
            for then, now in pairs
            if _keys(now.participants) != _keys(then.participants)
        ],
        ended=[
            *(_named(now) for then, now in pairs if now.status in OVER and then.status not in OVER),
            *(_named(measure) for number, measure in old.items() if number not in remaining),
        ],
    )


def _by_own_dates(measures: Sequence[MeasureEntry], *, year: int) -> ComparisonEntry:
    earlier = {
        measure.number: verdict
        for measure in measures
        for verdict in measure.earlier
        if verdict.year == year - 1
    }
    return ComparisonEntry(
        year=year - 1,
        is_from_report=False,
        new=[_named(m) for m in measures if m.starts_on and m.starts_on.year == year],
        verdicts=[
            VerdictChange(_named(m), earlier[m.number].label, m.verdict.label)
            for m in measures
            if m.number in earlier and _is_changed(earlier[m.number].verdict, m.verdict.verdict)
        ],
        participants=[],
        ended=[_named(m) for m in measures if m.ends_on and m.ends_on.year == year],
    )


def _is_changed(then: str, now: str) -> bool:
    """A missing evaluation is no other verdict."""
    return bool(then and now and then != now)


def _named(measure: MeasureEntry) -> NamedMeasure:
    return NamedMeasure(measure.number, measure.title)


def _key(entry: ParticipantEntry) -> tuple[str, str]:
    return entry.organisation, entry.role_key


def _keys(participants: Iterable[ParticipantEntry]) -> set[tuple[str, str]]:
    return {_key(entry) for entry in participants}


def _without(
    these: Iterable[ParticipantEntry], those: Iterable[ParticipantEntry]
) -> list[ParticipantEntry]:
    known = _keys(those)
    return [entry for entry in these if _key(entry) not in known]
