"""An office's list of addresses: finding its columns, reading its rows."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.encoding import punycode
from django.utils.translation import get_language_info, override
from django.utils.translation import gettext as _

from kit_portal.common.folding import fold
from kit_portal.common.tables import Fault, Row, Table

# As people head such columns; compared folded.
EMAIL_HEADINGS = ("e-mail", "email", "mail", "e-mail-adresse", "e-mail address", "mailadresse")
LANGUAGE_HEADINGS = ("sprache", "language", "sprachcode")


@dataclass(frozen=True)
class Entry:
    """One row of the list. ``fault`` and ``remedy`` are empty where it can be used."""

    number: int
    email: str
    language: str
    fault: str = ""
    remedy: str = ""


def read_entries(table: Table, *, language: str) -> list[Entry]:
    """Return the rows; ``language`` is for those that name none. Adds to ``table.errors``."""
    email_column = _column(table, EMAIL_HEADINGS)
    if email_column is None:
        if not table.errors:
            table.errors.append(
                Fault(
                    "1",
                    _("There is no column with addresses."),
                    _("Write “E-Mail” above it, in the first row."),
                )
            )
        return []
    language_column = _column(table, LANGUAGE_HEADINGS)
    return [_entry(row, email_column, language_column, language) for row in table]


def ascii_domain(email: str) -> str:
    """Return the address with its domain as mail servers know it: umlauts in punycode."""
    local, _at, domain = email.rpartition("@")
    return f"{local}@{punycode(domain.lower())}"


def _column(table: Table, headings: tuple[str, ...]) -> str | None:
    wanted = {fold(heading) for heading in headings}
    return next((header for header in table.headers if fold(header) in wanted), None)


def _entry(row: Row, email_column: str, language_column: str | None, default: str) -> Entry:
    email = row[email_column].text.removeprefix("mailto:")
    language, named = default, row[language_column].text if language_column else ""
    if named:
        found = _language_names().get(fold(named))
        if found is None:
            place = row[language_column].place if language_column else ""
            return Entry(
                *(row.number, email, default),
                _("%(place)s: “%(name)s” is no language of this site.")
                % {"place": place, "name": named},
                _("Write one of %s.") % ", ".join(code for code, _name in settings.LANGUAGES),
            )
        language = found
    try:
        email = ascii_domain(email)
        validate_email(email)
    except (ValidationError, UnicodeError):
        return Entry(
            *(row.number, row[email_column].text, language),
            _("%(place)s: This is no e-mail address.") % {"place": row[email_column].place},
            _("Correct it or delete the row."),
        )
    return Entry(row.number, email, language)


def _language_names() -> dict[str, str]:
    """Return codes by what people call a language: its code, its own name, the German, English."""
    names: dict[str, str] = {}
    for code, own_name in settings.LANGUAGES:
        info = get_language_info(code)
        with override("de"):
            german = str(get_language_info(code)["name_translated"])
        for name in (code, str(own_name), german, info["name"]):
            names[fold(name)] = code
    return names
