"""The Check Up and the steps between concepts, out of ``measures.yaml``."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from kit_portal.common.loading import Entry
from kit_portal.common.loading_rows import OfficeData
from kit_portal.common.translation_queries import column
from measures.models import (
    Concept,
    Finding,
    FocusGroup,
    ForumComment,
    Measure,
    MeasureLink,
    MeasureProfile,
)

TEXT = column("text", settings.LANGUAGE_CODE)
PROFILE = (
    *("slug", "title", "summary", "objective", "target_group", "steps", "responsible"),
    *("partners", "resources", "schedule", "success_criteria"),
)


def load_check_up(data: OfficeData, entry: Entry, concept: Concept) -> None:
    """Load the focus groups of a concept whose measures are there already."""
    groups = entry.children("focus_groups", "focus group", by="slug")
    measures = _by_number(concept) if groups else {}
    for position, group in enumerate(groups):
        _load_group(data, group, concept, position, measures)


def _load_group(
    data: OfficeData,
    entry: Entry,
    concept: Concept,
    position: int,
    measures: dict[str, Measure],
) -> None:
    columns = entry.columns(FocusGroup, "slug", "name")
    group = data.put(
        FocusGroup,
        entry,
        {"concept": concept, "position": position, **columns},
        by=("concept", "slug"),
    )
    published = {"published_at": concept.published_at}
    findings = _load_findings(data, entry, group, measures, published)
    for place, one in enumerate(entry.children("profiles", "profile", by="slug")):
        became = one.choose("became", measures, "measure") if "became" in one else None
        columns = one.columns(MeasureProfile, *PROFILE)
        profile = data.put(
            MeasureProfile,
            one,
            {"focus_group": group, "position": place, "measure": became, **columns},
            by=("slug",),
            at_first=published,
        )
        data.link(profile, "findings", one.choose_all("answers", findings, "finding"))
        _load_comments(data, one, profile)


def _load_findings(
    data: OfficeData,
    entry: Entry,
    group: FocusGroup,
    measures: dict[str, Measure],
    published: dict[str, Any],
) -> dict[str, Finding]:
    """Return the group's findings by the keys under which profiles of the file answer them."""
    findings = {}
    for position, one in enumerate(entry.children("findings", "finding", by="key")):
        columns = one.columns(Finding, "kind", "text")
        finding = data.put(
            Finding,
            one,
            {"focus_group": group, "position": position, **columns},
            by=("focus_group", TEXT),
            at_first=published,
        )
        data.link(finding, "measures", one.choose_all("measures", measures, "measure"))
        findings[one.text("key")] = finding
    return findings


def _load_comments(data: OfficeData, entry: Entry, profile: MeasureProfile) -> None:
    for one in entry.children("comments", "comment"):
        columns = {"is_public": True} | one.columns(ForumComment, "forum", "text", "is_public")
        data.put(ForumComment, one, {"profile": profile, **columns}, by=("profile", "forum", TEXT))


def load_steps(data: OfficeData, entry: Entry) -> None:
    """Load what became of a concept's measures, once all concepts are there."""
    if "followed_by" not in entry:
        return
    concepts = {concept.slug: concept for concept in Concept.objects.all()}
    later = entry.choose("followed_by", concepts, "concept")
    old, new = _by_number(concepts[entry.text("slug")]), _by_number(later)
    for field in entry.children("action_fields", "action field", by="number"):
        for goal in field.children("goals", "goal", by="number"):
            for measure in goal.children("measures", "measure", by="number"):
                for one in measure.children("became", "step", by="number"):
                    _load_step(data, one, old[measure.text("number")], later, new)


def _load_step(
    data: OfficeData, entry: Entry, old: Measure, later: Concept, new: dict[str, Measure]
) -> None:
    successor = entry.choose("number", new, "measure") if "number" in entry else None
    columns = entry.columns(MeasureLink, "kind", "reason", "resolution", "decided_on")
    data.put(
        MeasureLink,
        entry,
        {
            "predecessor": old,
            "successor": successor,
            "left_out_of": None if successor else later,
            **columns,
        },
        by=("predecessor", "successor"),
    )


def _by_number(concept: Concept) -> dict[str, Measure]:
    return {
        measure.number: measure
        for measure in Measure.objects.in_concept(concept).select_related("concept")
    }
