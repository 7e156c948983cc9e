"""The dry run: what each row of a file would do, and what is wrong with it. Nothing is written."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from kit_portal.common.tables import Row
from measures.tables.checks import Importer, checked, may_write
from measures.tables.columns import Column, Draft
from measures.tables.fates import CHANGED, FAULTY, NEW, Change, Fate, excerpt
from measures.tables.headings import Section
from measures.tables.kind import Identity, Kind
from measures.tables.kinds import KINDS
from measures.tables.reading import CellError, did_you_mean, nearest
from measures.tables.registers import Directory, load_directory
from measures.tables.stock import Stock


@dataclass
class Plan:
    stock: Stock
    directory: Directory
    fates: list[Fate] = field(default_factory=list)
    to_write: list[tuple[Kind, Draft, set[str]]] = field(default_factory=list)

    @property
    def counts(self) -> Counter[str]:
        return Counter(fate.fate for fate in self.fates)

    def result(self) -> list[dict[str, Any]]:
        """Return the fates as plain data; long texts only around the place where they differ."""
        return [
            asdict(fate) | {"changes": [asdict(excerpt(change)) for change in fate.changes]}
            for fate in self.fates
        ]

    def fingerprint(self) -> str:
        """Return what differs as soon as the file would do something else than before."""
        content = json.dumps([asdict(fate) for fate in self.fates], ensure_ascii=False)
        return hashlib.sha256(content.encode()).hexdigest()


def plan_import(
    sections: Sequence[Section],
    *,
    by: Importer,
    lock: bool = False,
    tell: Callable[[int], None] = lambda percent: None,
) -> Plan:
    """Compare the file with the database. With ``lock`` (in a transaction) that stays as it is.

    ``tell`` is called with the progress in percent.
    """
    stock = Stock(lock=lock).load(
        _named(sections, "concept", "slug", of="concepts"),
        _named(sections, "indicator", "slug", of="indicators"),
    )
    plan = Plan(stock, load_directory())
    total = sum(len(section.table.rows) for section in sections) or 1
    done = 0
    for section in sorted(sections, key=lambda section: list(KINDS).index(section.kind.name)):
        planner = _Planner(plan, section, by)
        for row in section.table:
            plan.fates.append(planner.fate_of(row))
            done += 1
            if done % 200 == 0:
                tell(done * 100 // total)
    return plan


def _named(sections: Sequence[Section], column: str, own: str, *, of: str) -> set[str]:
    """Return the short addresses that the file names: of a table's own rows, or as their place."""
    names: set[str] = set()
    for section in sections:
        header = section.headers.get(own if section.kind.name == of else column)
        if header:
            names.update(row[header].text for row in section.table)
    return names


class _Planner:
    """One table of the file. It counts alike rows and remembers where each one stood."""

    def __init__(self, plan: Plan, section: Section, by: Importer) -> None:
        self.plan, self.section, self.by = plan, section, by
        self.kind = section.kind
        self._seen: dict[Identity, list[int]] = defaultdict(list)

    def fate_of(self, row: Row) -> Fate:
        fate = Fate(self.kind.name, row.number, "")
        values = self._read(row, fate)
        keys = [values.get(column.name) for column in self.kind.key_columns]
        fate.name = " · ".join(
            column.shown(key)
            for column, key in zip(self.kind.key_columns, keys, strict=True)
            if key not in ("", None)
        )
        if self._is_identified(row, values, fate):
            self._compare(row, values, fate)
        fate.faults.sort(key=lambda fault: (len(fault[0]), fault[0]))  # as the row is read
        return fate

    def _read(self, row: Row, fate: Fate) -> dict[str, Any]:
        values = {}
        for column, header in self._columns():
            cell = row[header]
            try:
                values[column.name] = column.read(cell, self.plan.directory)
            except CellError as error:
                fate.blame(cell.place, error.message, error.remedy)
        return values

    def _columns(self) -> Iterator[tuple[Column, str]]:
        for column in self.kind.columns:
            if header := self.section.headers.get(column.name):
                yield column, header

    def _is_identified(self, row: Row, values: dict[str, Any], fate: Fate) -> bool:
        """Blame the row where a cell is empty without which nobody knows what it is about."""
        missing = [
            column.name
            for column in self.kind.key_columns
            if values.get(column.name) in ("", None) and column.name != "as_of"
        ]
        if values.get("as_of") and "year" in missing:
            missing.remove("year")
        if missing and not fate.faults:
            fate.blame(
                self._place(row, missing[0]),
                _("Without “%s” nobody knows what this row is about.") % missing[0],
                _("Fill in the cell."),
            )
        return not missing

    def _compare(self, row: Row, values: dict[str, Any], fate: Fate) -> None:
        identity = self.kind.identity_of(values)
        draft = self._draft(row, identity, values, fate)
        if draft is None:
            return
        changed: set[str] = set()
        for column, header in self._columns():
            if column.name not in values or column.is_key:
                continue
            old, new = column.value_of(draft), values[column.name]
            if _is_same(old, new) or (draft.is_new and new in ("", None, ())):
                continue
            try:
                column.check(new)
            except CellError as error:
                fate.blame(row[header].place, error.message, error.remedy)
                continue
            column.put(draft, new if new != "" else _empty(column))
            changed.add(column.name)
            before = "" if draft.is_new else column.shown(old)
            fate.changes.append(Change(column.label, before, column.shown(new)))
        if changed or draft.is_new:
            self._judge(row, draft, changed, fate)

    def _judge(self, row: Row, draft: Draft, changed: set[str], fate: Fate) -> None:
        """Apply the rules to a row that would be written."""
        for name, message, remedy in checked(self.kind, draft, changed, self.plan.stock):
            fate.blame(self._place(row, name), message, remedy)
        if refusal := may_write(self.kind, draft, by=self.by):
            fate.blame(str(row.number), *refusal)
        if fate.fate != FAULTY:
            fate.fate = NEW if draft.is_new else CHANGED
            self.plan.to_write.append((self.kind, draft, changed))

    def _draft(
        self, row: Row, identity: Identity, values: dict[str, Any], fate: Fate
    ) -> Draft | None:
        """Return the row of the database that is meant, or a new one in its place."""
        turn = len(self._seen[identity])
        self._seen[identity].append(row.number)
        if turn and not self.kind.may_repeat:
            last = self.kind.key_columns[-1].name
            fate.blame(
                self._place(row, last),
                _("Row %d of the file says the same.") % self._seen[identity][0],
                _("Delete one of the two rows or correct its number."),
            )
            return None
        known = self.plan.stock.drafts[self.kind.name].get(identity, [])
        if turn < len(known):
            return known[turn]
        parent = self._parent(row, identity, fate)
        if self.kind.parent and parent is None:
            return None
        draft = self._new(values, parent)
        for column in self.kind.key_columns:
            try:
                column.check(values.get(column.name))
            except CellError as error:
                fate.blame(self._place(row, column.name), error.message, error.remedy)
        self.plan.stock.add(self.kind, draft, identity)
        return draft

    def _new(self, values: dict[str, Any], parent: Draft | None) -> Draft:
        draft = Draft(self.kind.model())
        for column in self.kind.key_columns:
            if column.model is self.kind.model and values.get(column.name) is not None:
                column.put(draft, values[column.name])
            else:
                draft.linked[column.name] = values.get(column.name)
        if parent and self.kind.parent:
            setattr(draft.row, self.kind.parent.attribute, parent.row)
        if self.kind.name == "indicator_values" and not values.get("year"):
            draft.row.year = values["as_of"].year  # type: ignore[attr-defined]
        return draft

    def _parent(self, row: Row, own: Identity, fate: Fate) -> Draft | None:
        parent = self.kind.parent
        if parent is None:
            return None
        *above, wanted = identity = self.kind.parent_identity(own)
        if found := self.plan.stock.find(parent.kind, identity):
            return found
        siblings = {
            str(known[-1]): str(known[-1])
            for known in self.plan.stock.identities(parent.kind)
            if list(known[:-1]) == above
        }
        fate.blame(
            self._place(row, self.kind.key_columns[parent.length - 1].name),
            _("“%(name)s” is not in the table “%(table)s”.")
            % {"name": wanted, "table": KINDS[parent.kind].label},
            did_you_mean(nearest(str(wanted), siblings), _("Otherwise add a row for it there.")),
        )
        return None

    def _place(self, row: Row, column: str) -> str:
        header = self.section.headers.get(column)
        return row[header].place if header else str(row.number)


def _is_same(old: Any, new: Any) -> bool:
    return bool(old == new) or (old in ("", None) and new in ("", None))


def _empty(column: Column) -> Any:
    model_field: Any = column.model._meta.get_field(column.attribute)
    return None if model_field.null else ""
