"""Folding: two spellings of one word become the same text, in every script the portal speaks.

Databases disagree about it (SQLite compares only ASCII without regard to case, PostgreSQL needs
extensions for accents), so folding is done here.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# What Unicode does not take apart into a letter and a mark.
_LETTERS = str.maketrans(
    {
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ı": "i",
        "æ": "ae",
        "œ": "oe",
        "ґ": "г",
        # Arabic and Persian keyboards write the same letters differently.
        "ى": "ي",
        "ی": "ي",
        "ک": "ك",
        "ة": "ه",
        "ـ": "",
        "\u200c": " ",  # zero-width non-joiner, a space to many who type Persian
    }
)
# “Büro” and “Buero”: the umlaut has lost its dots already, so the digraph loses its e.
_DIGRAPHS = re.compile("([aou])e")


@lru_cache(maxsize=16_384)  # a search folds the same titles each time
def fold(text: str) -> str:
    """Return ``text`` without case, marks, doubled spaces and spelling variants.

    Only good for comparing with another folded text; folding twice changes nothing.
    """
    letters = unicodedata.normalize("NFKD", text.casefold()).casefold().translate(_LETTERS)
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(_fold_digraphs(plain).split())


def _fold_digraphs(text: str) -> str:
    """“aee” folds to “a”, or folding again would change it once more."""
    while (folded := _DIGRAPHS.sub(r"\1", text)) != text:
        text = folded
    return text


def contains_words(text: str, words: str) -> bool:
    """Say whether every word of ``words`` stands somewhere in ``text``, folded."""
    folded = fold(text)
    return all(word in folded for word in fold(words).split())
