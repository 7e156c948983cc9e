"""The Check Up's matrix: what the focus groups found, and what answers it.

Plain data with every name written out, for a page as for a printed report.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Prefetch
from django.utils.translation import get_language

from kit_portal.common.models import Viewer
from kit_portal.common.translation_queries import column, without_other_languages
from measures.models import Concept, Finding, FocusGroup, Measure, MeasureProfile
from measures.report_text import Text


@dataclass(frozen=True)
class Answer:
    """A profile or a measure (which has a ``number``) that answers a finding."""

    title: Text
    url: str
    is_draft: bool
    number: str = ""


@dataclass(frozen=True)
class CoverageRow:
    group: Text
    kind: str
    kind_label: str
    text: Text
    is_draft: bool
    profiles: Sequence[Answer]
    measures: Sequence[Answer]

    @property
    def is_answered(self) -> bool:
        return bool(self.profiles or self.measures)


@dataclass(frozen=True)
class CoverageGroup:
    name: Text
    rows: Sequence[CoverageRow]


@dataclass(frozen=True)
class Coverage:
    """All findings of a concept that the viewer may see; groups without findings are left out."""

    groups: Sequence[CoverageGroup]

    @property
    def rows(self) -> list[CoverageRow]:
        return [row for group in self.groups for row in group.rows]

    @property
    def unanswered(self) -> list[CoverageRow]:
        """What nobody answers, gaps before needs."""
        open_rows = [row for row in self.rows if not row.is_answered]
        return sorted(open_rows, key=lambda row: row.kind != Finding.Kind.GAP)

    @property
    def answered(self) -> int:
        return sum(row.is_answered for row in self.rows)

    def __bool__(self) -> bool:
        return any(group.rows for group in self.groups)


def coverage_of(concept: Concept, *, viewer: Viewer) -> Coverage:
    """Return the matrix of ``concept`` in the current language, as ``viewer`` may see it.

    A profile that became a measure answers with both. Five queries, however many findings.
    """
    measures = without_other_languages(
        Measure.objects.visible_to(viewer).select_related("concept").in_order()
    )
    profiles = MeasureProfile.objects.visible_to(viewer).order_by("focus_group", "position", "slug")
    findings = (
        Finding.objects.visible_to(viewer)
        .in_concept(concept)
        .order_by("position", "pk")
        .prefetch_related(
            Prefetch("measures", measures),
            Prefetch("profiles", without_other_languages(profiles)),
            Prefetch("profiles__measure", measures),
        )
    )
    by_group: dict[int, list[Finding]] = {}
    for finding in without_other_languages(findings):
        by_group.setdefault(finding.focus_group_id, []).append(finding)
    groups = FocusGroup.objects.filter(pk__in=by_group).order_by("position", "slug")
    return Coverage([_group(group, by_group[group.pk]) for group in groups])


def _group(group: FocusGroup, findings: Iterable[Finding]) -> CoverageGroup:
    name = text_of(group, "name")
    return CoverageGroup(name, [_row(name, finding) for finding in findings])


def _row(group: Text, finding: Finding) -> CoverageRow:
    profiles = list(finding.profiles.all())
    became = [profile.measure for profile in profiles if profile.measure]
    measures = {measure.pk: measure for measure in (*finding.measures.all(), *became)}
    return CoverageRow(
        group=group,
        kind=finding.kind,
        kind_label=finding.get_kind_display(),
        text=text_of(finding, "text"),
        is_draft=not finding.is_published,
        profiles=[
            Answer(text_of(p, "title"), p.get_absolute_url(), not p.is_published) for p in profiles
        ],
        measures=[
            Answer(text_of(m, "title"), m.get_absolute_url(), not m.is_public, m.number)
            for m in measures.values()
        ],
    )


def text_of(thing: Any, field: str) -> Text:
    """Return the text in the current language, else the German one with its language."""
    here = get_language() or settings.LANGUAGE_CODE
    if text := getattr(thing, column(field, here)):
        return Text(text, here)
    return Text(getattr(thing, column(field, settings.LANGUAGE_CODE)) or "", settings.LANGUAGE_CODE)
