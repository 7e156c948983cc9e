"""Columns of a table: how a cell becomes a value of a row, and the way back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import override

from kit_portal.common.folding import fold
from kit_portal.common.tables import Cell, CellValue
from kit_portal.common.translation_queries import column as localized
from measures.tables.reading import (
    CellError,
    amount_in,
    day_in,
    did_you_mean,
    flag_in,
    names_in,
    nearest,
    numbering_in,
    plain,
    text_in,
    whole_number_in,
)
from measures.tables.registers import Directory


@dataclass
class Draft:
    """A row as it is or is to be. ``linked`` holds what is no column of it, by table column."""

    row: Model
    linked: dict[str, Any] = field(default_factory=dict)

    @property
    def is_new(self) -> bool:
        return self.row.pk is None


@dataclass(frozen=True)
class Column:
    """One column: its stable heading, the German one, and the field of the model behind it."""

    name: str
    german: str
    model: type[Model]
    field: str = ""
    hint: str | Promise = ""
    example: str = ""
    is_key: bool = False  # tells rows apart; never changed by an import
    is_required: bool = False  # of a new row
    is_internal: bool = False  # for the office only

    @cached_property
    def attribute(self) -> str:
        return self.field or self.name

    @property
    def label(self) -> str:
        return str(self.model._meta.get_field(self.attribute).verbose_name)  # type: ignore[union-attr]

    def read(self, cell: Cell, directory: Directory) -> Any:
        """Return the value that stands in the cell. Raises CellError."""
        return text_in(cell)

    def value_of(self, draft: Draft) -> Any:
        return plain(getattr(draft.row, self.attribute) or "")

    def check(self, value: Any) -> None:
        """Apply the field's own rules. Raises CellError."""
        model_field: Any = self.model._meta.get_field(self.attribute)
        try:
            if value not in ("", None):
                model_field.clean(value, None)
        except ValidationError as error:
            raise CellError(" ".join(error.messages), _("Correct this cell.")) from None

    def put(self, draft: Draft, value: Any) -> None:
        setattr(draft.row, self.attribute, value)

    def shown(self, value: Any) -> str:
        return "" if value is None else str(value)

    def written(self, value: Any) -> CellValue | None:
        """Return what stands in the cell of an export."""
        return value  # type: ignore[no-any-return]


class NumberingColumn(Column):
    """Text such as 4.10 that a spreadsheet might take for a figure."""

    def read(self, cell: Cell, directory: Directory) -> str:
        return numbering_in(cell)


class _ValueColumn(Column):
    reader: Callable[[Cell], Any]

    def read(self, cell: Cell, directory: Directory) -> Any:
        return type(self).reader(cell)

    def value_of(self, draft: Draft) -> Any:
        if self.name in draft.linked:  # a part of the row's place, not of the row
            return draft.linked[self.name]
        return getattr(draft.row, self.attribute)


class WholeNumberColumn(_ValueColumn):
    reader = staticmethod(whole_number_in)


class AmountColumn(_ValueColumn):
    reader = staticmethod(amount_in)

    def value_of(self, draft: Draft) -> Decimal | None:
        value = getattr(draft.row, self.attribute)
        return None if value is None else Decimal(value).quantize(Decimal("0.01"))

    def shown(self, value: Decimal | None) -> str:
        if value is None:
            return ""
        places = 0 if value == value.to_integral_value() else 2
        return str(number_format(value, decimal_pos=places, force_grouping=True))

    def written(self, value: Decimal | None) -> CellValue | None:
        if value is None:
            return None
        return int(value) if value == value.to_integral_value() else float(value)


class DayColumn(_ValueColumn):
    reader = staticmethod(day_in)

    def shown(self, value: date | None) -> str:
        return date_format(value, "SHORT_DATE_FORMAT") if value else ""


class FlagColumn(_ValueColumn):
    reader = staticmethod(flag_in)

    def shown(self, value: bool) -> str:
        return _("yes") if value else _("no")

    def written(self, value: bool) -> str:
        return "yes" if value else "no"


class ChoiceColumn(Column):
    @property
    def choices(self) -> dict[str, str]:
        field: Any = self.model._meta.get_field(self.attribute)
        return {str(key): str(label) for key, label in field.flatchoices}

    @cached_property
    def _by_name(self) -> dict[str, str]:
        """The stored values themselves, and their German labels."""
        with override(settings.LANGUAGE_CODE):
            german = {fold(label): key for key, label in self.choices.items()}
        return german | {fold(key): key for key in self.choices}

    def read(self, cell: Cell, directory: Directory) -> str:
        text = text_in(cell)
        if text and fold(text) not in self._by_name:
            raise CellError(
                _("“%s” cannot be chosen here.") % text,
                _("Write one of: %s.") % ", ".join(filter(None, self.choices)),
            )
        return self._by_name.get(fold(text), "") if text else ""

    def shown(self, value: str) -> str:
        return self.choices.get(value, value)


class LinkedColumn(Column):
    """What hangs on the row by relations: one or several entries of the office's directory.

    The value is a tuple of short addresses in the order of the alphabet.
    """

    register: str

    @property
    def label(self) -> str:
        return str(self.model._meta.get_field(self.name).verbose_name)  # type: ignore[union-attr]

    def read(self, cell: Cell, directory: Directory) -> tuple[str, ...]:
        found = {self._slug(name, directory) for name in names_in(cell)}
        return tuple(sorted(found))

    def _slug(self, name: str, directory: Directory) -> str:
        register = directory[self.register]
        if slugs := register.slugs_of(name):
            if len(slugs) == 1:
                return slugs[0]
            raise CellError(
                _("“%s” is the name of several entries.") % name,
                _("Write the short address: %s.") % ", ".join(slugs),
            )
        raise CellError(
            _("“%(name)s” is not in the list “%(list)s”.") % {"name": name, "list": register.label},
            did_you_mean(
                nearest(name, register.names),
                _("Otherwise enter it in the administration first."),
            ),
        )

    def value_of(self, draft: Draft) -> tuple[str, ...]:
        return tuple(draft.linked.get(self.name, ()))

    def check(self, value: Any) -> None:
        pass

    def put(self, draft: Draft, value: Any) -> None:
        draft.linked[self.name] = value

    def shown(self, value: tuple[str, ...]) -> str:
        return ", ".join(value)

    def written(self, value: tuple[str, ...]) -> str:
        return "; ".join(value)


class QuarterColumn(LinkedColumn):
    register = "quarters"

    def read(self, cell: Cell, directory: Directory) -> tuple[str, ...]:
        found = super().read(cell, directory)
        if len(found) > 1:
            raise CellError(_("A measure has one quarter."), _("Leave one of them."))
        return found


class TopicsColumn(LinkedColumn):
    register = "topics"


class TargetGroupsColumn(LinkedColumn):
    register = "target_groups"


@dataclass(frozen=True)
class RoleColumn(LinkedColumn):
    """Organisations that take part in one role."""

    role: str = ""
    register = "organisations"

    @property
    def label(self) -> str:
        roles: Any = self.model._meta.get_field("role")
        return str(dict(roles.flatchoices)[self.role])


class PlaceColumn(Column):
    """What the row hangs on, by its number or short address in another table."""

    def read(self, cell: Cell, directory: Directory) -> str:
        return numbering_in(cell)

    def value_of(self, draft: Draft) -> str:
        return str(draft.linked.get(self.name, ""))

    def check(self, value: Any) -> None:
        pass

    def put(self, draft: Draft, value: Any) -> None:
        draft.linked[self.name] = value


def translations(column: Column) -> Iterator[Column]:
    """Yield the column for German, then one for each other language of the site."""
    for code, _name in settings.LANGUAGES:
        is_german = code == settings.LANGUAGE_CODE
        suffix = localized("", code)
        yield type(column)(
            name=column.name if is_german else f"{column.name}{suffix}",
            german=column.german if is_german else f"{column.german}{suffix}",
            model=column.model,
            field=localized(column.attribute, code),
            hint=column.hint if is_german else "",
            example=column.example if is_german else "",
            is_key=column.is_key and is_german,
            is_required=column.is_required and is_german,
        )
