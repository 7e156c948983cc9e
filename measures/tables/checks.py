"""What a row must fulfil before it is written: its place, the rules, the concept's years."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Protocol

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _

from measures.models import Concept, Indicator, IndicatorCell, IndicatorValue, Measure
from measures.tables.columns import Column, Draft
from measures.tables.kind import Kind
from measures.tables.reading import did_you_mean, nearest
from measures.tables.rules import broken_rules
from measures.tables.stock import Stock

# Days that have to lie within the concept's years. Money may last longer than a concept.
DAYS_WITHIN = {"measures": ("starts_on", "ends_on"), "milestones": ("due_on",)}
Blame = tuple[str, str, str]  # column, message, remedy


class Importer(Protocol):
    def has_perm(self, perm: str, /) -> bool: ...


def checked(kind: Kind, draft: Draft, changed: set[str], stock: Stock) -> Iterator[Blame]:
    """Yield what is wrong with a row that is new or has these columns changed."""
    yield from _missing(kind, draft, changed)
    misplaced = list(_put_in_place(kind, draft, changed, stock))
    yield from misplaced
    if misplaced:
        return
    rules = list(broken_rules(draft.row))
    for name, message in rules:
        column, remedy = kind.rules.get(name, (kind.key_columns[-1].name, _("Correct the row.")))
        yield column, message, str(remedy)
    if not rules:  # the model's own check would say the same again
        yield from _unclean(kind, draft)
    yield from _outside_concept(kind, draft, changed)


def may_write(kind: Kind, draft: Draft, *, by: Importer) -> tuple[str, str] | None:
    """Return why not, and what to do; None if ``by`` may write the row."""
    name = kind.model._meta.model_name
    action = "add" if draft.is_new else "change"
    if not by.has_perm(f"measures.{action}_{name}"):
        return (
            _("You may not write to the table “%s”.") % kind.label,
            _("Ask the office lead to import this file."),
        )
    concept = concept_of(draft.row)
    if concept and concept.is_published and not by.has_perm("measures.change_concept"):
        return (
            _("The concept “%s” is public, and you may not change it.") % concept.slug,
            _("Ask the office lead to import this file."),
        )
    return None


def concept_of(row: Model) -> Concept | None:
    """Go up from any row to its concept, along what is in memory."""
    thing: Any = row
    while thing is not None and not isinstance(thing, Concept):
        ways = ("concept", "measure", "action_field", "indicator", "value")
        thing = next((found for way in ways if (found := getattr(thing, way, None))), None)
    return thing


def _missing(kind: Kind, draft: Draft, changed: set[str]) -> Iterator[Blame]:
    for column in kind.columns:
        if column.is_key or column.value_of(draft) not in ("", None, ()):
            continue
        if column.is_required or (column.name in changed and not _may_be_empty(column)):
            yield (
                column.name,
                _("“%s” is missing.") % column.name,
                _("Fill in the cell, or add the column to the file."),
            )


def _may_be_empty(column: Column) -> bool:
    if column.attribute not in {field.name for field in column.model._meta.get_fields()}:
        return True
    field: Any = column.model._meta.get_field(column.attribute)
    return bool(field.blank or field.null)


def _put_in_place(kind: Kind, draft: Draft, changed: set[str], stock: Stock) -> Iterator[Blame]:
    """Hang the row on what its cells name."""
    row, linked = draft.row, draft.linked
    if isinstance(row, Measure) and "goal" in changed and linked["goal"]:
        numbers = str(linked["goal"]).split(".")
        identity = (linked["concept"], *(int(n) if n.isdecimal() else n for n in numbers))
        if goal := stock.find("goals", identity):
            row.goal = goal.row  # type: ignore[assignment]
        else:
            yield _unknown(linked["concept"], "goal", linked["goal"], stock, "goals")
    if isinstance(row, Indicator) and {"concept", "measure"} & changed:
        slug, number = linked.get("concept"), linked.get("measure")
        concept = stock.find("concepts", (slug,))
        measure = stock.find("measures", (slug, number)) if number else None
        if not concept:
            yield _unknown("", "concept", slug, stock, "concepts")
        elif number and not measure:
            yield _unknown(slug, "measure", number, stock, "measures")
        else:
            row.measure = measure.row if measure else None  # type: ignore[assignment]
            row.concept = None if measure else concept.row  # type: ignore[assignment]


def _unknown(concept: Any, column: str, name: Any, stock: Stock, kind: str) -> Blame:
    known = [
        ".".join(map(str, identity[1:] or identity))
        for identity in stock.identities(kind)
        if not concept or identity[0] == concept
    ]
    return (
        column,
        _("There is no %(thing)s “%(name)s” in this concept.") % {"thing": column, "name": name}
        if concept
        else _("There is no concept “%s”.") % name,
        did_you_mean(
            nearest(str(name), {text: text for text in known}), _("Otherwise add a row for it.")
        ),
    )


def _unclean(kind: Kind, draft: Draft) -> Iterator[Blame]:
    row = draft.row
    if isinstance(row, IndicatorValue) and row.indicator.pk is None:
        # The model asks this only of an indicator that is stored already.
        if row.indicator.kind == Indicator.Kind.SHARE and not row.whole:
            yield (
                "whole",
                _("A share needs both numbers: the part and the whole."),
                _("Fill in the cell, or add the column to the file."),
            )
        return
    if isinstance(row, IndicatorCell):  # of a value that is new in the file, too
        if row.number is not None and row.number > (row.value.value or 0):
            yield (
                "number",
                _("The part is larger than its whole."),
                _("Correct the number, or the value that it is a part of."),
            )
        return
    try:
        row.clean()
    except ValidationError as error:
        for field, messages in getattr(error, "error_dict", {"": [error]}).items():
            columns = (column for column in kind.columns if column.attribute == field)
            column = next(columns, kind.key_columns[-1])
            for message in messages:
                yield column.name, " ".join(message.messages), _("Correct this cell.")


def _outside_concept(kind: Kind, draft: Draft, changed: set[str]) -> Iterator[Blame]:
    concept = concept_of(draft.row)
    for name in DAYS_WITHIN.get(kind.name, ()):
        day: date | None = getattr(draft.row, name)
        if name not in changed or day is None or concept is None:
            continue
        first, last = concept.period_from, concept.period_to
        if first and (day.year < first or (last and day.year > last)):
            yield (
                name,
                _("This day lies outside the years of the concept, %s.") % concept.period,
                _("Correct the day, or the years of the concept."),
            )
