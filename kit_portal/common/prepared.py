"""Queries written once and run often.

On a page that everybody opens, Django takes ten times as long to write a query as the database to
answer it. Such a page keeps the written query for the rest of the minute; its rows are fetched
afresh each time.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar

from django.db import models
from django.utils.translation import get_language

Row = TypeVar("Row", bound=models.Model)


def run_prepared(build: Callable[[datetime], models.QuerySet[Row]], *, now: datetime) -> list[Row]:
    """Return the rows of ``build(now)``, with ``now`` rounded down to the minute.

    ``build`` must be a function of a module, and its queryset may depend on nothing but its
    argument and the current language: not on the user, so it begins with what everybody may see.
    Names joined from other tables have to be annotations (``select_related`` is lost).
    """
    minute = now.replace(second=0, microsecond=0)
    model, sql, params = _written(build, get_language(), minute)
    return list(models.QuerySet(model).raw(sql, params))


@lru_cache(maxsize=512)
def _written(
    build: Callable[[datetime], models.QuerySet[Row]], language: str | None, minute: datetime
) -> tuple[type[Row], str, tuple[Any, ...]]:
    queryset = build(minute)
    sql, params = queryset.query.sql_with_params()
    return queryset.model, sql, tuple(params)
