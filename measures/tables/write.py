"""Writing what the dry run has planned. The caller holds the transaction: all or nothing."""

from __future__ import annotations

from typing import Any

from directory.models import Organisation
from measures.models import Measure, Participant
from measures.tables.columns import Draft
from measures.tables.plan import Plan
from measures.tables.registers import Directory
from measures.tables.stock import ROLE_COLUMNS


def write_plan(plan: Plan) -> None:
    """Save row by row, not in bulk: the audit log hears of every change by its signals."""
    for kind, draft, changed in plan.to_write:
        row: Any = draft.row
        _settle_quarter(row, draft, changed, plan.directory)
        if kind.parent:  # saved meanwhile, if it was new
            setattr(row, kind.parent.attribute, getattr(row, kind.parent.attribute))
        row.save()
        if isinstance(row, Measure):
            _link(row, draft, changed, plan.directory)


def _settle_quarter(row: Any, draft: Draft, changed: set[str], directory: Directory) -> None:
    if isinstance(row, Measure) and "quarter" in changed:
        slug = next(iter(draft.linked["quarter"]), None)
        row.quarter = directory["quarters"].rows[slug] if slug else None  # type: ignore[assignment]


def _link(measure: Measure, draft: Draft, changed: set[str], directory: Directory) -> None:
    for name in ("topics", "target_groups"):
        if name in changed:
            getattr(measure, name).set([directory[name].rows[slug] for slug in draft.linked[name]])
    for role, column in ROLE_COLUMNS.items():
        if column in changed:
            _take_part(measure, role, draft.linked[column], directory)


def _take_part(measure: Measure, role: str, slugs: tuple[str, ...], directory: Directory) -> None:
    there = {row.organisation.slug: row for row in measure.participants.filter(role=role)}
    for slug, row in there.items():
        if slug not in slugs:
            row.delete()
    for slug in slugs:
        organisation: Any = directory["organisations"].rows[slug]
        if slug not in there and isinstance(organisation, Organisation):
            Participant.objects.create(measure=measure, role=role, organisation=organisation)
