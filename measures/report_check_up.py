"""The Check Up's part of the report: which needs and gaps are answered, and by what?"""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Prefetch

from measures.models import Concept, Finding, Measure, MeasureProfile
from measures.report_parts import CheckUpEntry, FindingEntry, FocusGroupEntry, NamedMeasure
from measures.report_text import text_of


def findings_of(concept: Concept) -> Sequence[Finding]:
    """Return what the public may see of the findings, each with its answers."""
    return list(
        Finding.objects.published()
        .in_concept(concept)
        .order_by("focus_group__position", "focus_group__slug", "position", "pk")
        .select_related("focus_group")
        .prefetch_related(
            Prefetch("measures", Measure.objects.published().order_by("number_key")),
            Prefetch("profiles", MeasureProfile.objects.published()),
        )
    )


def check_up_entry(findings: Sequence[Finding]) -> CheckUpEntry | None:
    """Write the findings out in the current language, by focus group; None without any."""
    groups: dict[int, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(finding.focus_group_id, []).append(finding)
    if not groups:
        return None
    return CheckUpEntry(
        [
            FocusGroupEntry(text_of(rows[0].focus_group, "name"), [_finding(row) for row in rows])
            for rows in groups.values()
        ]
    )


def _finding(row: Finding) -> FindingEntry:
    measures = row.measures.all()
    known = {measure.pk for measure in measures}
    # A profile that became one of these measures is the same answer.
    profiles = [profile for profile in row.profiles.all() if profile.measure_id not in known]
    return FindingEntry(
        kind=row.kind,
        kind_label=row.get_kind_display(),
        text=text_of(row, "text"),
        measures=[NamedMeasure(measure.number, text_of(measure, "title")) for measure in measures],
        profiles=[text_of(profile, "title") for profile in profiles],
    )
