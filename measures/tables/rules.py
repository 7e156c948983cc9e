"""The database's rules for one row, asked in memory: a dry run of 5,000 rows asks no queries.

A condition that is unknown because something is missing (SQL's NULL) holds, as in the database.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import CheckConstraint, F, Model, Q

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "exact": operator.eq,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}


def broken_rules(row: Model) -> list[tuple[str, str]]:
    """Return (name, message in the user's words) of every check that the row would break."""
    found = []
    for constraint in row._meta.constraints:
        if isinstance(constraint, CheckConstraint) and _holds(constraint, row) is False:
            found.append((constraint.name, str(constraint.get_violation_error_message())))
    return found


def _holds(constraint: CheckConstraint, row: Model) -> bool | None:
    try:
        return _truth(constraint.condition, row)
    except NotImplementedError:  # then the database is asked after all
        try:
            constraint.validate(type(row), row)
        except ValidationError:
            return False
        return True


def _truth(condition: Any, row: Model) -> bool | None:
    """Return True, False or, where a value is missing, None (three-valued logic, ISO 9075)."""
    if not isinstance(condition, Q):
        raise NotImplementedError
    parts = [
        _comparison(*child, row=row) if isinstance(child, tuple) else _truth(child, row)
        for child in condition.children
    ]
    if condition.connector == Q.AND:
        truth = False if False in parts else None if None in parts else True
    elif condition.connector == Q.OR:
        truth = True if True in parts else None if None in parts else False
    else:
        raise NotImplementedError
    return None if truth is None else truth != condition.negated


def _comparison(path: str, wanted: Any, *, row: Model) -> bool | None:
    name, _separator, lookup = path.partition("__")
    here = _value(row, name)
    if lookup == "isnull":
        return bool((here is None) == wanted)
    if lookup == "in":
        return None if here is None else here in wanted
    there = _value(row, wanted.name) if isinstance(wanted, F) else wanted  # type: ignore[attr-defined]
    compare = _COMPARE.get(lookup or "exact")
    if compare is None or hasattr(there, "resolve_expression"):
        raise NotImplementedError
    return None if here is None or there is None else compare(here, there)


def _value(row: Model, name: str) -> Any:
    field: Any = row._meta.get_field(name)
    if field.is_relation:  # a row that is not saved yet has no number, but it is there
        return getattr(row, field.attname) or (field.get_cached_value(row, None) and True)
    return field.to_python(getattr(row, field.attname))
