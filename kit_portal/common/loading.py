"""An office's data in readable files: reading entries, with errors that name file and entry.

Every scalar is read as text and converted by the model field it is meant for, so YAML's own
guesses (``no`` → False, ``18:30`` → 1110, ``4.10`` → 4.1) never happen.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar, cast

import yaml
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import override
from modeltranslation.translator import NotRegistered, translator
from modeltranslation.utils import build_localized_fieldname

from kit_portal.common.days import Rule, parse_clock, parse_day, parse_moment, parse_rule

Thing = TypeVar("Thing")
Parsed = TypeVar("Parsed")
YES, NO = {"true", "yes"}, {"false", "no"}


class LoadError(Exception):
    """What is wrong in which file at which entry: one sentence for whoever wrote it."""


class Entry:
    """One mapping of a file. It knows its place and which of its keys were asked for."""

    def __init__(self, content: Mapping[str, Any], *, place: str, today: date) -> None:
        self.content, self.place, self.today = content, place, today
        self._asked: set[str] = set()
        self._below: dict[str, list[Entry]] = {}

    def __contains__(self, key: str) -> bool:
        self._asked.add(key)
        return key in self.content

    def error(self, message: str) -> LoadError:
        return LoadError(f"{self.place}: {message}")

    def raw(self, key: str, default: Any = None) -> Any:
        """Return what stands at ``key``: text, a list or a mapping. Without default it must."""
        if key in self:
            return self.content[key]
        if default is None:
            raise self.error(f"“{key}” is missing")
        return default

    def text(self, key: str, default: str | None = None) -> str:
        value = self.raw(key, default)
        if not isinstance(value, str):
            raise self.error(f"“{key}” has to be text")
        return value

    def number(self, key: str, default: int | None = None) -> int:
        text = self.text(key, None if default is None else str(default))
        try:
            return int(text)
        except ValueError:
            raise self.error(f"“{key}” has to be a whole number, not “{text}”") from None

    def flag(self, key: str, *, default: bool) -> bool:
        return self._flag(key, self.text(key, "true" if default else "false"))

    def texts(self, key: str) -> list[str]:
        """Return the list at ``key``; none if it is missing. A single text counts as a list."""
        values = self.raw(key, [])
        values = [values] if isinstance(values, str) else values
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            raise self.error(f"“{key}” has to be a list of texts")
        return values

    def day(self, key: str, default: str | None = None) -> date:
        return self._parsed(key, lambda text: parse_day(text, today=self.today), default)

    def moment(self, key: str, default: str | None = None) -> datetime:
        return self._parsed(key, lambda text: parse_moment(text, today=self.today), default)

    def as_rule(self) -> Rule:
        """Read the entry as a rule: every, on, and perhaps months and pauses."""
        try:
            return parse_rule(
                self.text("every"),
                self.text("on"),
                months=self.texts("months"),
                pauses=self.texts("pauses"),
            )
        except ValueError as error:
            raise self.error(str(error)) from None

    def choose(self, key: str, among: Mapping[Any, Thing], what: str) -> Thing:
        """Return the one of ``among`` that the entry names at ``key``."""
        return self.choose_name(self.text(key), among, what)

    def choose_all(self, key: str, among: Mapping[Any, Thing], what: str) -> list[Thing]:
        return [self.choose_name(name, among, what) for name in self.texts(key)]

    def choose_name(self, name: str, among: Mapping[Any, Thing], what: str) -> Thing:
        """Return ``among[name]``; else the error lists what is known."""
        if name not in among:
            known = ", ".join(sorted(map(str, among))) or "none"
            raise self.error(f"there is no {what} “{name}” — known are {known}")
        return among[name]

    def children(self, key: str, noun: str, *, by: str = "") -> list[Entry]:
        """Return the mappings listed at ``key``, the same objects each time; errors call one of
        them “noun” and its value of ``by``.
        """
        listed = self.raw(key, [])
        if not isinstance(listed, list):
            raise self.error(f"“{key}” has to be a list")
        if key not in self._below:
            named = [
                (f"{noun} {content.get(by, number)}", content)
                if isinstance(content, Mapping)
                else (f"{noun} {number} of “{key}”", content)
                for number, content in enumerate(listed, start=1)
            ]
            self._below[key] = [self._open(name, content) for name, content in named]
        return self._below[key]

    def child(self, key: str) -> Entry:
        """Return the mapping at ``key``; an empty one if it is missing."""
        if key not in self._below:
            self._below[key] = [self._open(key, self.raw(key, {}))]
        return self._below[key][0]

    def check_all_asked(self) -> None:
        """Raise ``LoadError`` for the first key, here or below, that nobody asked for."""
        if unknown := [key for key in self.content if key not in self._asked]:
            raise self.error(
                f"“{unknown[0]}” is not known here; known are {', '.join(sorted(self._asked))}"
            )
        for children in self._below.values():
            for child in children:
                child.check_all_asked()

    def columns(self, model: type[models.Model], *names: str) -> dict[str, Any]:
        """Return the values of those columns of ``model`` among ``names`` that the entry has.

        A translated field takes German text or a map of languages; languages not named are left
        out, so that what the office translated later stays.
        """
        columns: dict[str, Any] = {}
        for name in names:
            field = cast("models.Field[Any, Any]", model._meta.get_field(name))
            if name in self:
                columns |= self._columns_of(field, self.content[name])
            elif not (field.has_default() or field.blank or field.null):
                raise self.error(f"“{name}” is missing")
        return columns

    def _columns_of(self, field: models.Field[Any, Any], raw: Any) -> dict[str, Any]:
        if not _is_translated(field):
            return {field.name: self._value(field, field.name, raw)}
        texts = raw if isinstance(raw, Mapping) else {settings.LANGUAGE_CODE: raw}
        if unknown := set(texts) - set(settings.MODELTRANSLATION_LANGUAGES):
            raise self.error(
                f"“{field.name}” has an unknown language “{min(unknown)}”; "
                "a text with a comma inside {…} needs quotes"
            )
        if settings.LANGUAGE_CODE not in texts:
            raise self.error(f"“{field.name}” lacks its German text (de)")
        return {
            build_localized_fieldname(field.name, code): self._value(
                field, f"{field.name}, {code}", text
            )
            for code, text in texts.items()
        }

    def _value(self, field: models.Field[Any, Any], label: str, raw: Any) -> Any:
        try:
            value = self._converted(field, label, raw)
            if value in ("", None) and (field.blank or field.null):
                return None if field.null else ""
            return field.clean(value, None)
        except ValidationError as error:
            raise self.error(f"“{label}”: {in_english(error)}") from None
        except ValueError as error:
            raise self.error(f"“{label}”: {error}") from None

    def _converted(self, field: models.Field[Any, Any], label: str, raw: Any) -> Any:
        if isinstance(field, models.JSONField):
            return raw
        if not isinstance(raw, str):
            raise self.error(f"“{label}” has to be text, not a list or a mapping")
        text = raw.strip()
        if field.choices and text and text not in {str(key) for key, _label in field.flatchoices}:
            known = ", ".join(str(key) for key, _label in field.flatchoices)
            raise ValueError(f"“{text}” is not one of {known}")
        if isinstance(field, models.BooleanField):
            return self._flag(label, text) if text else None
        if isinstance(field, models.DateTimeField):
            return parse_moment(text, today=self.today) if text else None
        if isinstance(field, models.DateField):
            return parse_day(text, today=self.today) if text else None
        if isinstance(field, models.TimeField):
            return parse_clock(text) if text else None
        return text

    def _flag(self, key: str, text: str) -> bool:
        if text.lower() not in YES | NO:
            raise self.error(f"“{key}” has to be true or false, not “{text}”")
        return text.lower() in YES

    def _parsed(self, key: str, parse: Callable[[str], Parsed], default: str | None) -> Parsed:
        try:
            return parse(self.text(key, default))
        except ValueError as error:
            raise self.error(f"“{key}”: {error}") from None

    def _open(self, name: str, content: Any) -> Entry:
        if not isinstance(content, Mapping):
            raise self.error(f"{name} has to be a mapping")
        return Entry(content, place=f"{self.place}, {name}", today=self.today)


def in_english(error: ValidationError) -> str:
    """Return the error's sentences in the language that the command line speaks."""
    with override("en"):
        return " ".join(str(message) for message in error.messages)


def read_file(path: Path, *, today: date) -> Entry:
    """Return the mapping of ``path``; an empty one if the office has no such file."""
    if not path.exists():
        return Entry({}, place=path.name, today=today)
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506  text only
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else "?"
        raise LoadError(f"{path.name}, line {line}: {error.problem}") from None
    if not isinstance(content, Mapping):
        raise LoadError(f"{path.name}: the file has to be a mapping of sections")
    return Entry(content, place=path.name, today=today)


class _Loader(getattr(yaml, "CBaseLoader", yaml.BaseLoader)):  # type: ignore[misc]
    """Scalars stay text; a key written twice is an error instead of a silent loss."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _value in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"“{key.value}” is written twice", key.start_mark
                )
            seen.add(key.value)
        mapping: dict[Hashable, Any] = super().construct_mapping(node, deep=deep)
        return mapping


def _is_translated(field: models.Field[Any, Any]) -> bool:
    try:
        return field.name in translator.get_options_for_model(field.model).all_fields
    except NotRegistered:
        return False
