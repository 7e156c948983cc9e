"""Where the messages of the catalogues come from: Python files and templates."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from tokenize import TokenError
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from django.utils.translation.template import templatize

SKIPPED_AT_THE_TOP = {"demo", "docs", "staticfiles", "tests", "tools", "var"}
SKIPPED_EVERYWHERE = {"locale", "migrations", "node_modules"}
TEMPLATE_SUFFIXES = {".html", ".svg", ".txt", ".xml"}

# Which arguments of each function are the message's ids ("c": its context), in Babel's notation.
ARGUMENTS: dict[str, Any] = {
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
KEYWORDS = {"_": None} | {
    name + ending: arguments
    for name, arguments in ARGUMENTS.items()
    for ending in ("", "_lazy", "_noop")
}


def collect(root: Path) -> Catalog:
    """Return every message of the Python files and templates below ``root``.

    Raises SyntaxError naming the file where one cannot be read.
    """
    catalogue = Catalog(fuzzy=False)
    for path in sorted(source_files(root)):
        place = path.relative_to(root).as_posix()
        for msgid, context, comments in messages_in(path, place=place):
            catalogue.add(msgid, locations=[(place, 0)], auto_comments=comments, context=context)
    return catalogue


def source_files(root: Path) -> Iterator[Path]:
    """Yield the files below ``root`` that may hold messages."""
    for path in root.iterdir():
        if path.is_file() and path.suffix == ".py":
            yield path
        elif path.is_dir() and path.name not in SKIPPED_AT_THE_TOP:
            yield from source_files_in(path, is_template=path.name == "templates")


def source_files_in(folder: Path, *, is_template: bool) -> Iterator[Path]:
    if folder.name in SKIPPED_EVERYWHERE or folder.name[0] in "._":
        return
    for path in folder.iterdir():
        if path.is_dir():
            yield from source_files_in(path, is_template=is_template or path.name == "templates")
        elif path.suffix == ".py" or (is_template and path.suffix in TEMPLATE_SUFFIXES):
            yield path


def messages_in(path: Path, *, place: str) -> Iterator[tuple[Any, str | None, list[str]]]:
    """Yield (ids, context, comments for translators) of each message in a file."""
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # The rest of a template becomes words without meaning; inside parentheses Python's
        # tokenizer does not mind how they are indented.
        source = f"(\n{templatize(source, origin=place)}\n)"
    elif "gettext" not in source:
        return
    try:
        for _line, ids, comments, context in extract(
            "python", BytesIO(source.encode()), KEYWORDS, ["Translators:"]
        ):
            yield ids, context, comments
    except (SyntaxError, TokenError) as error:
        raise SyntaxError(f"{place}: its messages cannot be read: {error}") from error
