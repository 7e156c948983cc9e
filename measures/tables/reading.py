"""What may stand in a cell: text, numbers and days as offices type them, and what to do if not."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches

from django.utils.translation import gettext as _
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from kit_portal.common.folding import fold
from kit_portal.common.tables import Cell

YES = {"yes", "true", "1", "x", "ja", "wahr"}
NO = {"", "no", "false", "0", "nein", "falsch"}
_AMOUNT = re.compile(r"(-?)(\d{1,3}(?:[. ]\d{3})+|\d+)(?:,(\d+))?|(-?\d+)\.(\d+)", re.ASCII)
_SPACES = str.maketrans(dict.fromkeys("\u00a0\u2009\u202f", " "))  # some spreadsheets’ thousands


class CellError(Exception):
    """What is wrong with a cell, and what to do."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message, self.remedy = message, remedy


def plain(text: str) -> str:
    """Return what counts of a text: line ends and control characters differ between formats."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    return ILLEGAL_CHARACTERS_RE.sub("", unified).strip()


def text_in(cell: Cell) -> str:
    if isinstance(cell.value, str):
        return plain(cell.value)
    if isinstance(cell.value, bool) or not isinstance(cell.value, int | float):
        raise CellError(
            _("The spreadsheet has made a date, a time or a truth value of this text."),
            _("Format the cell as text and type it again."),
        )
    return cell.text


def numbering_in(cell: Cell) -> str:
    """Read a number such as 4.10, which a spreadsheet takes for 4.1."""
    if isinstance(cell.value, float) and not cell.value.is_integer():
        raise CellError(
            _("The spreadsheet has made the figure %s of this number: 4.10 and 4.1 are the same.")
            % cell.text,
            _("Format the cell as text and type the number again."),
        )
    return text_in(cell)


def whole_number_in(cell: Cell) -> int | None:
    if not cell.text:
        return None
    if isinstance(cell.value, bool) or not re.fullmatch(r"-?\d{1,9}", cell.text, re.ASCII):
        raise CellError(
            _("“%s” is no whole number.") % cell.text, _("Write digits only, for example 2026.")
        )
    return int(cell.text)


def amount_in(cell: Cell) -> Decimal | None:
    """Read 1234.5 as well as 1234,5 and 1.234,50; what could mean two things is refused."""
    text = cell.text.translate(_SPACES).removesuffix("€").strip()
    if not text:
        return None
    if isinstance(cell.value, int | float) and not isinstance(cell.value, bool):
        return _two_places(Decimal(repr(cell.value)), text)
    if re.fullmatch(r"-?\d{1,3}[.,]\d{3}", text, re.ASCII):
        raise CellError(
            _("“%s” can be read in two ways, as thousands or as decimals.") % text,
            _("Write 12500 or 12,5: without a mark for thousands."),
        )
    match = _AMOUNT.fullmatch(text)
    if not match:
        raise CellError(
            _("“%s” is no number.") % text, _("Write digits and a comma, for example 1250,50.")
        )
    sign, whole, places, before, after = match.groups()
    number = (
        f"{before}.{after}" if before else f"{sign}{re.sub(r'[^0-9]', '', whole)}.{places or 0}"
    )
    return _two_places(Decimal(number), text)


def _two_places(number: Decimal, text: str) -> Decimal:
    try:
        rounded = number.quantize(Decimal("0.01"))
    except InvalidOperation:
        raise CellError(_("“%s” is no number.") % text, _("Write a smaller number.")) from None
    if rounded != number:
        raise CellError(
            _("“%s” has more than two decimals.") % text, _("Round it to two decimals.")
        )
    return rounded


def day_in(cell: Cell) -> date | None:
    """Read a day: 2016-03-17, 17.03.2016, or a workbook's own date."""
    if isinstance(cell.value, datetime):
        return cell.value.date()
    if isinstance(cell.value, date):
        return cell.value
    if not cell.text:
        return None
    try:
        if match := re.fullmatch(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})", cell.text, re.ASCII):
            day, month, year = map(int, match.groups())
            return date(year, month, day)
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", cell.text, re.ASCII):
            return date.fromisoformat(cell.text)
    except ValueError:
        raise CellError(
            _("There is no day “%s”.") % cell.text, _("Look it up in the calendar.")
        ) from None
    raise CellError(
        _("“%s” is no date.") % cell.text, _("Write 17.03.2016 or 2016-03-17, the year in full.")
    )


def flag_in(cell: Cell) -> bool:
    text = cell.text.casefold()
    if text not in YES | NO:
        raise CellError(_("“%s” is neither yes nor no.") % cell.text, _("Write yes or no."))
    return text in YES


def names_in(cell: Cell) -> list[str]:
    """Read a list: names or short addresses divided by semicolons or line breaks."""
    return [name for part in re.split(r"[;\n]", text_in(cell)) if (name := part.strip())]


def nearest(name: str, names: dict[str, str]) -> list[str]:
    """Return up to three of ``names`` (folded → as written) that look like ``name``."""
    found = get_close_matches(fold(name), names, n=3, cutoff=0.6)
    return list(dict.fromkeys(names[key] for key in found))


def did_you_mean(names: list[str], otherwise: str) -> str:
    if not names:
        return otherwise
    return _("Did you mean %s?") % ", ".join(f"“{name}”" for name in names) + " " + otherwise
