"""The curated table of spoken languages: ``languages.yaml`` beside this file → the database."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from directory.models import Language, LanguageAlias, LanguageCover
from kit_portal.common.loading import Entry
from kit_portal.common.loading_rows import OfficeData

FOLDER = Path(__file__).parent
FILE = "languages.yaml"
# Letters that Unicode does not take apart into a plain letter and a mark.
PLAIN_LETTERS = str.maketrans(
    {"ı": "i", "ł": "l", "ø": "o", "đ": "d", "ك": "ک", "ي": "ی", "ى": "ی"}
)


def fold(text: str) -> str:
    """Return ``text`` as it is compared: “Kurmancî” and “KURMANCI ” are the same word.

    Case and marks go, Arabic and Persian letter forms become one, inner spaces count once.
    """
    letters = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(plain.translate(PLAIN_LETTERS).split())


@dataclass(frozen=True)
class _Row:
    """One language as the file has it."""

    entry: Entry
    columns: dict[str, Any]
    parent: str
    retired_by: str
    aliases: list[str]
    covers: dict[str, str]

    @classmethod
    def read(cls, entry: Entry) -> Self:
        columns = entry.columns(Language, "tag", "iso639_3", "name", "autonym", "script")
        return cls(
            entry,
            columns
            | {
                "is_right_to_left": entry.flag("right_to_left", default=False),
                "is_requestable": entry.flag("requestable", default=True),
            },
            parent=entry.text("parent", ""),
            retired_by=entry.text("retired_by", ""),
            aliases=entry.texts("aliases"),
            covers=entry.raw("covers", {}),
        )

    @property
    def tag(self) -> str:
        return str(self.columns["tag"])


def load_languages(*, now: datetime, folder: Path = FOLDER) -> OfficeData:
    """Bring the languages of the table up to date; returns the account of what that changed.

    The file decides about the languages it names. Languages, other names and covers that the
    office added stay. Raises ``LoadError`` naming the entry that is wrong; then nothing changes.
    """
    data = OfficeData(folder=folder, now=now, today=timezone.localdate(now))
    # Columns without a language take the text of the active one; here that is always German.
    with override(settings.LANGUAGE_CODE), transaction.atomic(), data.file(FILE) as file:
        rows = [_Row.read(entry) for entry in file.children("languages", "language", by="tag")]
        data.put_all(Language, [(row.entry, row.columns) for row in rows], by=("tag",))
        known = {language.tag: language for language in Language.objects.all()}
        _link(data, rows, known)
        _load_aliases(data, rows, known)
        _load_covers(data, rows, known)
    return data


def _link(data: OfficeData, rows: Sequence[_Row], known: dict[str, Language]) -> None:
    """Write parents and successors, which may stand further down than those that name them."""
    links = []
    for row in rows:
        parent = _named(row, "parent", row.parent, known)
        if parent and parent.is_requestable:
            raise row.entry.error(f"its parent “{parent.tag}” has to be “requestable: no”")
        successor = _named(row, "retired_by", row.retired_by, known)
        links.append(
            (
                row.entry,
                {
                    "tag": row.tag,
                    "parent_id": parent.pk if parent else None,
                    "retired_by_id": successor.pk if successor else None,
                },
            )
        )
    data.put_all(Language, links, by=("tag",))


def _named(row: _Row, key: str, tag: str, known: dict[str, Language]) -> Language | None:
    if tag and tag not in known:
        raise row.entry.error(f"“{key}” names “{tag}”, which is no language of the table")
    return known[tag] if tag else None


def _load_aliases(data: OfficeData, rows: Sequence[_Row], known: dict[str, Language]) -> None:
    owners: dict[str, str] = {}
    # What the office entered first under a word is the office's decision.
    taken = {fold(alias.text) for alias in LanguageAlias.objects.all()}
    fresh = []
    for row in rows:
        for text in row.aliases:
            if fold(text) in owners:
                raise row.entry.error(f"“{text}” is another name of “{owners[fold(text)]}” already")
            owners[fold(text)] = row.tag
            if fold(text) not in taken:
                fresh.append((row.entry, {"text": text, "language": known[row.tag]}))
    data.put_all(LanguageAlias, fresh, by=("text",))


def _load_covers(data: OfficeData, rows: Sequence[_Row], known: dict[str, Language]) -> None:
    covers = []
    for row in rows:
        for tag, quality in row.covers.items():
            need = _named(row, "covers", tag, known)
            if quality not in LanguageCover.Quality.values:
                qualities = ", ".join(LanguageCover.Quality.values)
                raise row.entry.error(f"“covers, {tag}” is “{quality}”, not one of {qualities}")
            cover = {"have_id": known[row.tag].pk, "need_id": need and need.pk}
            covers.append((row.entry, cover | {"quality": quality}))
    data.put_all(LanguageCover, covers, by=("have", "need"))
