"""Message catalogues without GNU gettext: merge, judge, fill and compile them with Babel.

Message ids are English. Each language of the site has ``locale/<locale>/LC_MESSAGES/django.po``;
the English one is filled by itself. A file holds nothing that changes by itself (no date, no tool,
no line number), so that a difference in it is a difference in the texts. Nothing is guessed: a
message whose English wording has changed is a new one, untranslated.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from gettext import c2py  # type: ignore[attr-defined]  # undocumented; Django uses it as well
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po, write_po
from django.utils.translation import to_locale

# Where Babel lacks a language, or differs from CLDR or from the usual order of the forms.
PLURAL_FORMS = {
    "ar": (
        "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : "
        "n%100>=3 && n%100<=10 ? 3 : n%100>=11 && n%100<=99 ? 4 : 5);"
    ),
    "fa": "nplurals=2; plural=(n > 1);",
    "kmr": "nplurals=2; plural=(n != 1);",
    "tr": "nplurals=2; plural=(n != 1);",
}

HEADER = """\
msgid ""
msgstr ""
"Language: {locale}\\n"
"Plural-Forms: {plural_forms}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""

PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}")
BARE = {"%d", "%s"}
TAG = re.compile(r"</?[a-z][a-z0-9]*")

compiled_rule = cache(c2py)

Key = tuple[str, str]


@dataclass(frozen=True)
class Fault:
    """What is wrong with one entry of one catalogue."""

    language: str
    msgid: str
    reason: str


def key_of(message: Message) -> Key:
    """What makes a message this one and no other: its context and its (singular) id."""
    return message.context or "", ids_of(message)[0]


def ids_of(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def texts_of(message: Message) -> tuple[str, ...]:
    """The translations, one per plural form; empty where there is none."""
    text = message.string
    return (text or "",) if isinstance(text, str) or text is None else tuple(text)


def messages_of(catalogue: Catalog) -> dict[Key, Message]:
    """All messages but the header, in a stable order."""
    found = {key_of(message): message for message in catalogue if message.id}
    return dict(sorted(found.items(), key=lambda item: (item[0][1], item[0][0])))


# --- the files --------------------------------------------------------------------------------


def catalogue_path(folder: Path, language: str) -> Path:
    return folder / to_locale(language) / "LC_MESSAGES" / "django.po"


def read_catalogue(folder: Path, language: str) -> Catalog:
    """Return the catalogue of a language; an empty one where there is no file yet."""
    path = catalogue_path(folder, language)
    return read_po(BytesIO(path.read_bytes())) if path.exists() else empty_catalogue(language)


def empty_catalogue(language: str) -> Catalog:
    return read_po(BytesIO(empty_file(language)))


def empty_file(language: str) -> bytes:
    return HEADER.format(locale=to_locale(language), plural_forms=plural_forms(language)).encode()


def plural_forms(language: str) -> str:
    generic = language.partition("-")[0]
    return PLURAL_FORMS.get(generic) or str(get_plural(generic)).replace("; ;", ";")


def write_catalogue(folder: Path, language: str, messages: Iterable[Message]) -> None:
    catalogue = empty_catalogue(language)
    for message in messages:
        places = sorted({place for place, _line in message.locations})
        catalogue.add(
            message.id,
            message.string,
            locations=[(place, 0) for place in places],
            auto_comments=message.auto_comments,
            user_comments=message.user_comments,
            context=message.context,
        )
    buffer = BytesIO()
    write_po(buffer, catalogue, omit_header=True, sort_output=True, include_lineno=False, width=96)
    path = catalogue_path(folder, language)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(empty_file(language) + buffer.getvalue().strip(b"\n") + b"\n")


def update_catalogue(folder: Path, language: str, collected: Catalog) -> None:
    """Bring a catalogue's messages up to date; a translation stays as long as its message does."""
    forms = empty_catalogue(language).num_plurals
    known, updated = messages_of(read_catalogue(folder, language)), []
    for key, found in messages_of(collected).items():
        message, ids = found.clone(), ids_of(found)
        texts = ids if language == "en" else ("",) * (1 if len(ids) == 1 else forms)
        old = known.get(key)
        if old and language != "en" and "fuzzy" not in old.flags:
            message.user_comments = old.user_comments
            if len(texts_of(old)) == len(texts):
                texts = texts_of(old)
        message.string = texts[0] if len(ids) == 1 else texts
        updated.append(message)
    write_catalogue(folder, language, updated)


def compile_catalogue(folder: Path, language: str) -> bool:
    """Write the ``.mo`` file beside the ``.po`` file; return whether it was out of date."""
    source = catalogue_path(folder, language)
    target = source.with_suffix(".mo")
    if not source.exists():
        return False
    if target.exists() and target.stat().st_mtime_ns > source.stat().st_mtime_ns:
        return False
    buffer = BytesIO()
    write_mo(buffer, read_catalogue(folder, language))
    target.write_bytes(buffer.getvalue())
    return True


# --- judging ----------------------------------------------------------------------------------


def faults(folder: Path, language: str, collected: Catalog) -> Iterator[Fault]:
    """Yield all that keeps a catalogue from being complete and sound."""
    catalogue = read_catalogue(folder, language)
    wanted, present = messages_of(collected), messages_of(catalogue)
    for key in wanted:
        if key not in present:
            yield Fault(language, key[1], "missing; run ./run messages extract")
    for key, message in present.items():
        if key not in wanted:
            yield Fault(language, key[1], "no longer used; run ./run messages extract")
        elif "fuzzy" in message.flags:
            yield Fault(language, key[1], "marked as fuzzy")
        elif ids_of(message) != ids_of(wanted[key]):
            yield Fault(language, key[1], "its plural has changed; run ./run messages extract")
        else:
            for reason in dict.fromkeys(faults_of_entry(message, texts_of(message), catalogue)):
                yield Fault(language, key[1], reason)
    for message in catalogue.obsolete.values():
        yield Fault(language, key_of(message)[1], "obsolete; run ./run messages extract")


def faults_of_entry(message: Message, texts: tuple[str, ...], catalogue: Catalog) -> Iterator[str]:
    """Yield what is wrong with ``texts`` as the translation of a message."""
    ids = ids_of(message)
    if len(texts) != (1 if len(ids) == 1 else catalogue.num_plurals):
        yield "wrong number of plural forms"
        return
    for form, text in enumerate(texts):
        if not text.strip():
            yield "not translated"
            continue
        missing = placeholders(ids[-1]) - placeholders(text)
        unknown = placeholders(text) - placeholders(*ids)
        if len(ids) > 1 and len(missing) == 1 and is_for_one_number(form, catalogue):
            # “One measure” needs no number. But a bare %d is filled in by position, and Python
            # refuses a text with no place for it, unless the English form for one does without.
            missing &= {name for name in placeholders(ids[0]) if name in BARE}
        if missing or unknown:
            yield f"the placeholders differ ({', '.join(sorted(missing | unknown))})"
        if all(sorted(TAG.findall(text)) != sorted(TAG.findall(msgid)) for msgid in ids):
            yield "the HTML tags differ"
        if (text[0] == "\n", text[-1] == "\n") != (ids[0][0] == "\n", ids[0][-1] == "\n"):
            yield "a line break at the beginning or end differs"


def placeholders(*texts: str) -> set[str]:
    return {name for text in texts for name in PLACEHOLDER.findall(text.replace("%%", ""))}


def is_for_one_number(form: int, catalogue: Catalog) -> bool:
    return sum(form_of(catalogue, number) == form for number in range(200)) == 1


def form_of(catalogue: Catalog, number: int) -> int:
    """Return the index of the plural form that a number takes."""
    return int(compiled_rule(catalogue.plural_expr)(number))


# --- for translators --------------------------------------------------------------------------


def untranslated(folder: Path, language: str) -> list[dict[str, Any]]:
    """Return the entries without a translation as plain data, ``msgstr`` ready to be filled.

    Where a message has a plural, ``numbers`` tells what each form in ``msgstr`` is for.
    """
    catalogue = read_catalogue(folder, language)
    rows: list[dict[str, Any]] = []
    for (context, _msgid), message in messages_of(catalogue).items():
        ids, texts = ids_of(message), texts_of(message)
        if all(text.strip() for text in texts):
            continue
        row: dict[str, Any] = {"id": len(rows) + 1, "msgid": ids[0], "plural": None}
        row |= {"context": context or None, "comment": " ".join(message.auto_comments) or None}
        if len(ids) == 2:
            row |= {"plural": ids[1], "numbers": example_numbers(catalogue)}
        row["msgstr"] = texts[0] if len(ids) == 1 else list(texts)
        rows.append(row)
    return rows


def example_numbers(catalogue: Catalog) -> list[str]:
    """Return for each plural form the first numbers that take it, as in "2, 3, 4, 22"."""
    return [
        ", ".join([str(number) for number in range(200) if form_of(catalogue, number) == form][:4])
        for form in range(catalogue.num_plurals)
    ]


def fill_catalogue(folder: Path, language: str, rows: list[dict[str, Any]]) -> list[Fault]:
    """Write the translations of ``rows`` (see `untranslated`) that are sound; return the others.

    A row finds its message by ``msgid`` and ``context``, never by its number.
    """
    catalogue = read_catalogue(folder, language)
    messages = messages_of(catalogue)
    refused = []
    for row in rows:
        message = messages.get((row.get("context") or "", row["msgid"]))
        given = row.get("msgstr", "")
        texts = (given,) if isinstance(given, str) else tuple(given)
        if message is None:
            refused.append(Fault(language, row["msgid"], "not in the catalogue"))
        elif reasons := dict.fromkeys(faults_of_entry(message, texts, catalogue)):
            refused.append(Fault(language, row["msgid"], "; ".join(reasons)))
        else:
            message.string = texts[0] if isinstance(message.id, str) else texts
    write_catalogue(folder, language, messages.values())
    return refused
