"""Which table a sheet or file is, and which of its columns is what."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from django.utils.translation import gettext as _

from kit_portal.common.folding import fold
from kit_portal.common.tables import Fault, Table
from kit_portal.common.tables.parts import place_of
from measures.tables.kind import Kind
from measures.tables.kinds import KINDS
from measures.tables.reading import did_you_mean, nearest

# Sheets of our own files that are there to be read by people.
NOT_IMPORTED = ("explanations", "evaluations")


@dataclass(frozen=True)
class Section:
    """A table of the file: ``headers`` are its headings by our names of columns."""

    kind: Kind
    table: Table
    headers: dict[str, str]


def normal(heading: str) -> str:
    """“Titel (ar)” and “titel_ar” are the same heading."""
    return re.sub(r"[^a-z0-9]+", "_", fold(heading)).strip("_")


def sections_of(tables: Sequence[Table], *, chosen: str = "") -> tuple[list[Section], list[Fault]]:
    """Return what can be imported of the tables, and what is wrong with their headings.

    ``chosen`` names the kind of a file with a single table; else names and headings tell it.
    """
    sections: list[Section] = []
    faults: list[Fault] = []
    for table in tables:
        if table.errors:
            faults += [_in_sheet(fault, table, tables) for fault in table.errors]
        elif not (chosen and len(tables) == 1) and _last_word(table.name) in map(
            normal, NOT_IMPORTED
        ):
            continue
        elif kind := _kind_of(table, chosen if len(tables) == 1 else ""):
            headers, wrong = _headers(kind, table)
            faults += [_in_sheet(fault, table, tables) for fault in wrong]
            sections.append(Section(kind, table, headers))
        else:
            faults.append(_unrecognised(table))
    twice = {s.kind.name for s in sections if [t.kind for t in sections].count(s.kind) > 1}
    faults += [
        Fault(
            "",
            _("Two sheets hold the table “%s”.") % name,
            _("Put their rows into one sheet and delete the other."),
        )
        for name in sorted(twice)
    ]
    if not sections and not faults:
        faults.append(
            Fault("", _("The file has nothing to import."), _("Fill in one of the tables."))
        )
    return sections, faults


def _last_word(name: str) -> str:
    return normal(PurePath(name).stem)


def _kind_of(table: Table, chosen: str) -> Kind | None:
    if chosen:
        return KINDS[chosen]
    name = _last_word(table.name)
    for kind in KINDS.values():
        if name in {normal(kind.name), normal(kind.german)}:
            return kind
    fitting = [kind for kind in KINDS.values() if _fits(kind, table)]
    return fitting[0] if len(fitting) == 1 else None


def _fits(kind: Kind, table: Table) -> bool:
    """Say whether the kind knows all headings and the table has what tells its rows apart."""
    names = _names(kind)
    found = {names.get(normal(header)) for header in table.headers}
    needed = {column.name for column in kind.key_columns} - {"year", "as_of"}
    return None not in found and needed <= found


def _names(kind: Kind) -> dict[str, str]:
    """Return the columns' names by every heading that means them."""
    german = {normal(column.german): column.name for column in kind.columns}
    return german | {normal(column.name): column.name for column in kind.columns}


def _headers(kind: Kind, table: Table) -> tuple[dict[str, str], list[Fault]]:
    names = _names(kind)
    headers: dict[str, str] = {}
    faults = []
    for number, header in enumerate(table.headers, start=1):
        place = place_of(1, number)
        name = names.get(normal(header))
        if name is None:
            known = {normal(text): text for text in names.values()}
            faults.append(
                Fault(
                    place,
                    _("The table “%(table)s” has no column “%(column)s”.")
                    % {"table": kind.name, "column": header},
                    did_you_mean(
                        nearest(header, known), _("Otherwise delete the column from the file.")
                    ),
                )
            )
        elif name in headers:
            faults.append(
                Fault(
                    place,
                    _("“%(first)s” and “%(second)s” are the same column.")
                    % {"first": headers[name], "second": header},
                    _("Delete one of the columns."),
                )
            )
        else:
            headers[name] = header
    missing = [c.name for c in kind.key_columns if c.name not in headers and c.name != "as_of"]
    if missing and not ("year" in missing and "as_of" in headers and len(missing) == 1):
        faults.append(
            Fault(
                "",
                _("The table “%(table)s” lacks the column “%(column)s”.")
                % {"table": kind.name, "column": missing[0]},
                _("Add it: without it nobody knows what the rows are about."),
            )
        )
    return headers, faults


def _unrecognised(table: Table) -> Fault:
    return Fault(
        "",
        _("The headings of “%s” do not say which table it is.") % table.name,
        _("Choose it in the form, or call the sheet by its name, for example measures."),
    )


def _in_sheet(fault: Fault, table: Table, tables: Sequence[Table]) -> Fault:
    """With several sheets a place needs the sheet’s name, as spreadsheets write it."""
    if len(tables) == 1:
        return fault
    return Fault(f"{table.name}!{fault.place}".rstrip("!"), fault.message, fault.remedy)
