"""Text that no spreadsheet takes for a formula (OWASP, “CSV Injection”), and the way back.

An apostrophe is what spreadsheets themselves put in front of text that is not to be evaluated.
Text that begins with apostrophes before such a character gets one more, so that taking one off
gives every text back as it was.
"""

from __future__ import annotations

import re

_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")


def harmless(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) else text


def bare(text: str) -> str:
    """Return what ``harmless`` was given."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text
