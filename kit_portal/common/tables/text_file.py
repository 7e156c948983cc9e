"""CSV files as offices have them: the encoding and the separator are found out."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator, Sequence
from io import StringIO

from django.utils.translation import gettext as _

from kit_portal.common.tables.harmless import bare
from kit_portal.common.tables.parts import CellValue, Fault, Table, build_table

SEPARATORS = (";", ",", "\t")
csv.field_size_limit(2**31 - 1)  # whole files are limited; a long text must not look like a mistake


def read_text_file(content: bytes, *, name: str, max_rows: int) -> Table:
    try:
        text = _decode(content)
    except UnicodeDecodeError:
        return Table(
            name,
            errors=[
                Fault(
                    "",
                    _("This is no table that can be read."),
                    _("Save it as “CSV UTF-8” or as “Excel workbook (.xlsx)”."),
                )
            ],
        )
    separator = _separator_of(text)
    if not separator:
        return Table(name, errors=[_mixed(1)])
    errors: list[Fault] = []
    rows = _rows(text, separator, errors)
    return build_table(name, rows, max_rows=max_rows, errors=errors)


def _decode(content: bytes) -> str:
    """Raises UnicodeDecodeError where no encoding fits, or the bytes are no text."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = content.decode("utf-16")
    elif content[1:2] == b"\x00" or content[:1] == b"\x00":  # a first letter of our alphabets
        text = content.decode("utf-16-le" if content[1:2] == b"\x00" else "utf-16-be")
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("cp1252")
    if "\x00" in text:
        raise UnicodeDecodeError("text", content, 0, 1, "a zero byte")
    return text


def _separator_of(text: str) -> str:
    """Return what separates the headings: whichever stands there most often, "" if two do."""
    head = next((line for line in text.splitlines() if line.strip()), "")
    in_quotes, counts = False, dict.fromkeys(SEPARATORS, 0)
    for letter in head:
        if letter == '"':
            in_quotes = not in_quotes
        elif not in_quotes and letter in counts:
            counts[letter] += 1
    best, second, _third = sorted(counts.values(), reverse=True)
    if best and best == second:
        return ""
    return max(SEPARATORS, key=counts.__getitem__)


def _rows(
    text: str, separator: str, errors: list[Fault]
) -> Iterator[tuple[int, Sequence[CellValue]]]:
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    width, number = 0, 0
    try:
        for number, values in enumerate(reader, start=1):
            width = width or len(values)
            if len(values) != width and _fits_another(values, separator, width):
                errors.append(_mixed(number))
                return
            yield number, [bare(value) for value in values]
    except csv.Error:
        errors.append(
            Fault(
                str(number + 1),
                _("The quotation marks of this row do not match."),
                _("Save the table anew as “CSV UTF-8”."),
            )
        )


def _fits_another(values: list[str], separator: str, width: int) -> bool:
    """Say whether the row has as many cells as the headings if it is cut at another separator."""
    line = separator.join(values)
    return any(
        len(next(csv.reader([line], delimiter=other), [])) == width > 1
        for other in SEPARATORS
        if other != separator
    )


def _mixed(number: int) -> Fault:
    return Fault(
        str(number),
        _("This row is separated by several characters, or by another one than the headings."),
        _("Use semicolons, commas or tabs in the whole file, not several of them."),
    )
