"""Ordering and searching translated columns with the fallback that reading them has.

``order_by("title")`` and ``filter(title__icontains=…)`` of modeltranslation look at the current
language's column only, so untranslated rows would sort and search as if empty.
"""

from functools import lru_cache
from typing import Any, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import CharField, F, Q, Value
from django.db.models.functions import Coalesce, Lower, NullIf
from django.utils.translation import get_language
from modeltranslation.translator import NotRegistered, translator
from modeltranslation.utils import build_localized_fieldname

Rows = TypeVar("Rows", bound=models.QuerySet[Any])


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


def without_other_languages(rows: Rows, *related: str) -> Rows:
    """Leave the columns unread that a visitor's page does not show.

    A table with three texts has 33 columns of them; the reader sees the current language and
    German. ``related`` names what ``select_related`` joins, as far as it is translated.
    """
    model: type[models.Model] = rows.model
    language = get_language() or settings.LANGUAGE_CODE
    return rows.defer(*_other_columns(model, language, related))


@lru_cache
def _other_columns(
    model: type[models.Model], language: str, related: tuple[str, ...]
) -> tuple[str, ...]:
    unread = set(settings.MODELTRANSLATION_LANGUAGES) - {language, settings.LANGUAGE_CODE}
    columns = []
    for path in ("", *related):
        joined: Any = model
        for step in filter(None, path.split("__")):
            joined = joined._meta.get_field(step).related_model
        before = f"{path}__" if path else ""
        for name in _translated_fields(joined):
            columns += [before + build_localized_fieldname(name, code) for code in sorted(unread)]
    return tuple(columns)


def _translated_fields(model: type[models.Model]) -> list[str]:
    try:
        return list(translator.get_options_for_model(model).get_field_names())
    except NotRegistered:
        return []
