"""What a table of the exchange format is: its columns, and what tells its rows apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model
from django.utils.functional import Promise

from measures.tables.columns import Column

Identity = tuple[Any, ...]
Values = Mapping[str, Any]


@dataclass(frozen=True)
class Parent:
    """What a row hangs on: the row of table ``kind`` whose identity its own one begins with."""

    kind: str
    length: int
    attribute: str  # the foreign key


@dataclass(frozen=True)
class Kind:
    name: str
    german: str
    model: type[Model]
    columns: Sequence[Column]
    parent: Parent | None = None
    may_repeat: bool = False  # alike rows are told apart by their order
    # Which cell a rule of the database speaks of, and what to do.
    rules: Mapping[str, tuple[str, str | Promise]] = field(default_factory=dict)

    @property
    def label(self) -> str:
        return str(self.model._meta.verbose_name_plural)

    @property
    def key_columns(self) -> list[Column]:
        return [column for column in self.columns if column.is_key]

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    def identity_of(self, values: Values) -> Identity:
        """Return what tells the row apart from all others of its table.

        A figure of a whole year is known by the year, one of a day by the day alone.
        """
        when = values.get("as_of") or values.get("year")
        return tuple(
            when if column.name == "year" else values.get(column.name)
            for column in self.key_columns
            if column.name != "as_of"
        )

    def parent_identity(self, identity: Identity) -> Identity:
        return identity[: self.parent.length if self.parent else 0]
