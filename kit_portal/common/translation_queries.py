"""Ordering and searching translated columns with the fallback that reading them has.

``order_by("title")`` and ``filter(title__icontains=…)`` of modeltranslation look at the current
language's column only, so untranslated rows would sort and search as if empty.
"""

from django.conf import settings
from django.db.models import CharField, F, Q, Value
from django.db.models.functions import Coalesce, Lower, NullIf
from django.utils.translation import get_language
from modeltranslation.utils import build_localized_fieldname


def column(field: str, language: str | None = None) -> str:
    """Return the name of ``field``'s column in ``language`` (the current one if not given)."""
    return str(
        build_localized_fieldname(field, language or get_language() or settings.LANGUAGE_CODE)
    )


def translated_order(field: str) -> Lower:
    """Return an expression for ``order_by``: the text a reader sees, fallback included."""
    here, fallback = column(field), column(field, settings.LANGUAGE_CODE)
    if here == fallback:
        return Lower(F(fallback))
    text = Coalesce(NullIf(F(here), Value("")), F(fallback), output_field=CharField())
    return Lower(text)


def icontains_any(field: str, text: str) -> Q:
    """Match ``text`` in the current language or in German: people type the word of a letter."""
    return Q(**{f"{column(field)}__icontains": text}) | Q(
        **{f"{column(field, settings.LANGUAGE_CODE)}__icontains": text}
    )
