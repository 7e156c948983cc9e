"""Writing an office's data: what is there already is compared, and saved only if it differs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import override

from kit_portal.common.loading import Entry, LoadError, in_english, read_file

Row = TypeVar("Row", bound=models.Model)
Values = Mapping[str, Any]


@dataclass
class OfficeData:
    """One office's folder while it is being loaded, and the account of what that changed."""

    folder: Path
    now: datetime
    today: date
    created: Counter[type[models.Model]] = field(default_factory=Counter)
    changed: Counter[type[models.Model]] = field(default_factory=Counter)
    removed: Counter[type[models.Model]] = field(default_factory=Counter)
    _put: set[tuple[type[models.Model], Any]] = field(default_factory=set)
    _fresh: set[tuple[type[models.Model], Any]] = field(default_factory=set)

    @contextmanager
    def file(self, name: str) -> Iterator[Entry]:
        """Open one file of the folder; at the end, sections that nobody read are an error."""
        root = read_file(self.folder / name, today=self.today)
        yield root
        root.check_all_asked()

    def put(
        self,
        model: type[Row],
        entry: Entry,
        values: Values,
        *,
        by: Sequence[str],
        at_first: Values | None = None,
    ) -> Row:
        """Bring the row whose columns ``by`` have these values up to date, or make it.

        ``at_first`` holds for a new row only: what the office decides later, and moments, those
        included that the model would otherwise stamp with the present.
        """
        key = {name: values[name] for name in by}
        found = {_key(row, by): row for row in model._default_manager.filter(**key)}
        row = self._write(model, [(entry, values)], found, by=by, at_first=at_first)[0]
        if (model, row.pk) in self._put:
            raise entry.error("stands there twice")
        self._put.add((model, row.pk))
        return row

    def put_all(
        self,
        model: type[Row],
        rows: Iterable[tuple[Entry, Values]],
        *,
        by: Sequence[str],
        at_first: Values | None = None,
        within: Values | None = None,
    ) -> list[Row]:
        """As ``put`` for many rows with a few queries. ``within`` names the rows that the file
        owns wholly (the opening hours of one place): those it no longer lists are deleted.
        """
        listed = [(entry, {**(within or {}), **values}) for entry, values in rows]
        known = model._default_manager.filter(**(within or {}))
        found = {_key(row, by): row for row in known}
        written = self._write(model, listed, found, by=by, at_first=at_first)
        if within is not None:
            kept = {row.pk for row in written}
            for row in found.values():
                if row.pk not in kept:
                    row.delete()
                    self.removed[model] += 1
        return written

    def put_new(self, model: type[Row], rows: Iterable[Row]) -> list[Row]:
        """Store rows that the caller knows to be new."""
        stored = model._default_manager.bulk_create(rows)
        if stored:
            self.created[model] += len(stored)
        return list(stored)

    def link(self, row: models.Model, name: str, others: Iterable[models.Model]) -> None:
        """Make ``others`` the whole of the many-to-many relation ``name``."""
        relation = getattr(row, name)
        wanted, found = {other.pk for other in others}, set(relation.values_list("pk", flat=True))
        if wanted != found:
            relation.set(wanted)
            (self.changed if found else self.created)[relation.through] += 1

    def link_new(
        self, rows: Sequence[models.Model], name: str, others: Sequence[Iterable[models.Model]]
    ) -> None:
        """Fill the relation ``name`` of many new rows, each with its own others, at once."""
        if not rows:
            return
        relation = rows[0]._meta.get_field(name)
        through = relation.remote_field.through  # type: ignore[union-attr]
        here, there = relation.m2m_column_name(), relation.m2m_reverse_name()  # type: ignore[union-attr]
        pairs = [
            through(**{here: row.pk, there: other.pk})
            for row, linked in zip(rows, others, strict=True)
            for other in linked
        ]
        self.put_new(through, pairs)

    def note_change(self, row: models.Model) -> None:
        """Count a change, unless the row was made just now."""
        if (type(row), row.pk) not in self._fresh:
            self.changed[type(row)] += 1

    def publication(self, entry: Entry, *, then: datetime | None = None) -> dict[str, Any]:
        """Return when a new row became public: “published” is false, a moment, or true, which
        is also what is meant if it is missing, and means ``then`` (now if not given).
        """
        text = entry.text("published", "true")
        if text in {"true", "false"}:
            return {"published_at": (then or self.now) if text == "true" else None}
        return {"published_at": entry.moment("published")}

    def add(self, other: OfficeData) -> None:
        """Take another folder's account into this one."""
        self.created += other.created
        self.changed += other.changed
        self.removed += other.removed

    @property
    def is_unchanged(self) -> bool:
        return not (self.created or self.changed or self.removed)

    def _write(
        self,
        model: type[Row],
        rows: Sequence[tuple[Entry, Values]],
        found: dict[tuple[Any, ...], Row],
        *,
        by: Sequence[str],
        at_first: Values | None,
    ) -> list[Row]:
        written: dict[tuple[Any, ...], Row] = {}
        fresh: list[tuple[Entry, Row]] = []
        for entry, values in rows:
            row = model(**{**(at_first or {}), **values})
            key = _key(row, by)
            if key in written:
                raise entry.error("stands there twice")
            if key in found:
                row = found[key]
                self._update(entry, row, values)
            else:
                fresh.append((entry, row))
            written[key] = row
        self._create(model, fresh)
        self._stamp(model, fresh, at_first or {})
        return list(written.values())

    def _update(self, entry: Entry, row: models.Model, values: Values) -> None:
        different = [name for name, value in values.items() if _differs(row, name, value)]
        if not different:
            return
        for name in different:
            setattr(row, name, values[name])
        _check(entry, row)
        row.save()
        self.note_change(row)

    def _create(self, model: type[Row], fresh: Sequence[tuple[Entry, Row]]) -> None:
        for entry, row in fresh:
            _check(entry, row)
        try:
            with transaction.atomic():
                model._default_manager.bulk_create([row for _entry, row in fresh])
        except IntegrityError as error:
            raise _blamed(fresh, error) from error
        if fresh:
            self.created[model] += len(fresh)
            self._fresh.update((model, row.pk) for _entry, row in fresh)

    def _stamp(
        self, model: type[Row], fresh: Sequence[tuple[Entry, Row]], at_first: Values
    ) -> None:
        """Date new rows back where columns are filled with the present on every save."""
        automatic = {
            column.name
            for column in model._meta.fields
            if getattr(column, "auto_now", False) or getattr(column, "auto_now_add", False)
        }
        stamps = {name: value for name, value in at_first.items() if name in automatic}
        if fresh and stamps:
            new = [row.pk for _entry, row in fresh]
            model._default_manager.filter(pk__in=new).update(**stamps)


def rows_by(model: type[Row], name: str) -> dict[str, Row]:
    """Return all rows by a column that tells them apart: what entries may name."""
    return {getattr(row, name): row for row in model._default_manager.all()}


def _key(row: models.Model, by: Sequence[str]) -> tuple[Any, ...]:
    return tuple(getattr(row, row._meta.get_field(name).attname) for name in by)  # type: ignore[union-attr]


def _differs(row: models.Model, name: str, value: Any) -> bool:
    """Compare without fetching what the row points at."""
    column: models.Field[Any, Any] = row._meta.get_field(name)  # type: ignore[assignment]
    wanted = value.pk if isinstance(value, models.Model) else value
    return bool(getattr(row, column.attname) != wanted)


def _check(entry: Entry, row: models.Model) -> None:
    """Apply the model's rules across fields; single fields were checked when they were read."""
    try:
        row.clean()
    except ValidationError as error:
        raise entry.error(in_english(error)) from None


def _blamed(fresh: Sequence[tuple[Entry, models.Model]], error: IntegrityError) -> LoadError:
    """Find the entry that broke a rule of the database, with the rule in the user's words."""
    for entry, row in fresh:
        try:
            with override("en"):  # a constraint's message is put into words when it is raised
                row.full_clean()
        except ValidationError as broken:
            return entry.error(in_english(broken))
    return fresh[0][0].error(f"this entry, or one listed with it, is refused: {error}")
