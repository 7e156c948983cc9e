"""Queries written once and run often.

On a page that everybody opens, Django takes ten times as long to write a query as the database to
answer it. Such a page keeps the written query; its rows are fetched afresh each time. A ``build``
function has to be one of a module (it is the key) and its queryset may depend on nothing but its
arguments and the current language.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Generic, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models import query as query_module
from django.utils.translation import get_language

from kit_portal.common.models import Viewer

Row = TypeVar("Row", bound=models.Model)


def run_prepared(build: Callable[[datetime], models.QuerySet[Row]], *, now: datetime) -> list[Row]:
    """Return the rows of ``build(now)``, with ``now`` rounded down to the minute.

    It begins with what everybody may see, since no viewer is asked for.
    """
    minute = now.replace(second=0, microsecond=0)
    return _written_at(build, get_language(), minute).run(())


def run_prepared_for(
    viewer: Viewer, build: Callable[..., models.QuerySet[Row]], *keys: str | int
) -> list[Row]:
    """Return the rows of ``build(viewer, *keys)``, where keys are compared with columns only.

    The query is kept for those who are not signed in: they all may see the same.
    """
    if viewer.is_authenticated:
        return list(build(viewer, *keys))
    return _written_for_everybody(build, get_language(), len(keys)).run(keys)


class _Key(models.Expression):
    """Stands in a written query for the value at ``position``, known when the query is run."""

    def __init__(self, position: int) -> None:
        super().__init__()
        self.position = position

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", (self,)


@dataclass(frozen=True)
class _Written(Generic[Row]):
    """What Django's compiler found out about a queryset of model instances.

    ``joined`` fills what ``select_related`` asks for, ``annotated`` are positions of annotations.
    """

    model: type[Row]
    sql: str
    params: tuple[Any, ...]
    converters: tuple[tuple[int, list[Callable[..., Any]], Any], ...]
    columns: slice
    names: Collection[str]
    annotated: dict[str, int]
    joined: list[Any]

    def run(self, keys: tuple[str | int, ...]) -> list[Row]:
        connection = connections[DEFAULT_DB_ALIAS]
        params = [keys[p.position] if isinstance(p, _Key) else p for p in self.params]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, params)
            fetched = cursor.fetchall()
        names: Any = self.names  # Django says list, but only asks what is in it and how many
        rows = []
        for values in map(list, fetched):
            for position, converters, expression in self.converters:
                for convert in converters:
                    values[position] = convert(values[position], expression, connection)
            row = self.model.from_db(DEFAULT_DB_ALIAS, names, values[self.columns])
            for joined in self.joined:
                joined.populate(values, row)
            for name, position in self.annotated.items():
                setattr(row, name, values[position])
            rows.append(row)
        return rows


def _write(queryset: models.QuerySet[Row]) -> _Written[Row]:
    """Do as Django's ``ModelIterable`` does before it meets the first row."""
    compiler: Any = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
    sql, params = compiler.as_sql()
    info, select = compiler.klass_info, compiler.select
    first, last = info["select_fields"][0], info["select_fields"][-1] + 1
    populators: Any = query_module.get_related_populators
    converters = compiler.get_converters([column[0] for column in select])
    return _Written(
        model=info["model"],
        sql=sql,
        params=tuple(params),
        converters=tuple((position, *found) for position, found in converters.items()),
        columns=slice(first, last),
        names=frozenset(column[0].target.attname for column in select[first:last]),
        annotated=compiler.annotation_col_map or {},
        joined=populators(info, select, DEFAULT_DB_ALIAS),
    )


@lru_cache(maxsize=512)
def _written_at(
    build: Callable[[datetime], models.QuerySet[Row]], language: str | None, minute: datetime
) -> _Written[Row]:
    return _write(build(minute))


@lru_cache(maxsize=512)
def _written_for_everybody(
    build: Callable[..., models.QuerySet[Row]], language: str | None, keys: int
) -> _Written[Row]:
    return _write(build(AnonymousUser(), *map(_Key, range(keys))))
