"""An adopted report as one JSON text that stays readable when everything around it changes.

The text is canonical, so that the same content always has the same bytes and the same SHA-256:
UTF-8, keys sorted, no blanks between, days as in ISO 8601, decimal numbers as strings without
needless zeros, no floating-point number at all. It holds the report written out in every language.

``SCHEMA`` counts changes that older texts cannot be read with. A new field of an entry is none: it
has a default, which is what older texts mean by saying nothing.
"""

from __future__ import annotations

import json
import types
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from hashlib import sha256
from typing import Any, Self, Union, get_args, get_origin, get_type_hints

from django.conf import settings

from measures.report_entries import Report

SCHEMA = 1
GERMAN = settings.LANGUAGE_CODE


class UnknownSchemaError(Exception):
    """The text was written by a newer portal than this one."""


@dataclass(frozen=True)
class Snapshot:
    """``content`` is the parsed text. Reports are made of it one language at a time."""

    content: Mapping[str, Any]

    @classmethod
    def of(cls, reports: Mapping[str, Report]) -> Self:
        """Take the same report in several languages, by language. The logo is kept once."""
        logo = next(iter(reports.values())).office.logo
        written = {code: _encoded(_with_logo(report, "")) for code, report in reports.items()}
        return cls({"schema": SCHEMA, "logo": logo, "languages": written})

    @classmethod
    def read(cls, text: str) -> Self:
        content = json.loads(text)
        if content["schema"] > SCHEMA:
            raise UnknownSchemaError(content["schema"])
        return cls(content)

    @property
    def text(self) -> str:
        return json.dumps(
            self.content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
        )

    @property
    def languages(self) -> list[str]:
        """Return the languages it holds, German first."""
        return sorted(self.content["languages"], key=lambda code: (code != GERMAN, code))

    def report_in(self, language: str) -> Report:
        """Return the report as it was written out; in German where it has no such language."""
        written = self.content["languages"]
        report: Report = _decoded(Report, written.get(language) or written[GERMAN])
        return _with_logo(report, self.content["logo"])


def sha256_of(content: str | bytes) -> str:
    """Return what ``sha256sum`` says of a file with this content."""
    return sha256(content.encode() if isinstance(content, str) else content).hexdigest()


def _with_logo(report: Report, logo: str) -> Report:
    return replace(report, office=replace(report.office, logo=logo))


def _encoded(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _encoded(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return str(value)
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, Sequence):
        return [_encoded(item) for item in value]
    raise TypeError(f"a snapshot holds no {type(value).__name__}: {value!r}")


def _decoded(kind: Any, value: Any) -> Any:
    """Build ``kind`` of what the text says; fields it does not mention keep their default."""
    if value is None:
        return None
    if get_origin(kind) in (Union, types.UnionType):
        kind = next(option for option in get_args(kind) if option is not type(None))
    if isinstance(kind, type) and is_dataclass(kind):
        known = {name: hint for name, hint in _hints(kind).items() if name in value}
        return kind(**{name: _decoded(hint, value[name]) for name, hint in known.items()})
    if get_origin(kind) is Sequence:
        (item,) = get_args(kind)
        return [_decoded(item, entry) for entry in value]
    if kind is Decimal:
        return Decimal(value)
    if kind is date:
        return date.fromisoformat(value)
    return value


@cache
def _hints(kind: type) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind)}
