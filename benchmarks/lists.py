"""Milliseconds of processor time and number of queries of the measures' pages, at 1, 10 and 100
times the demo data.

Every measure is copied within its goal with all that belongs to it, in a temporary database, so
that the concept's own page, which names every measure, grows by the same factor. ``ratio`` compares
with ×1; the number of queries has to be the same at all sizes. The database runs in the same
process, so its work is counted; a busy machine is not.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from itertools import count
from typing import Any

import django

VAR = tempfile.TemporaryDirectory()
os.environ |= {
    "PORTAL_MODE": "demo",
    "PORTAL_VAR": VAR.name,
    "DJANGO_SETTINGS_MODULE": "kit_portal.settings",
    "LOG_LEVEL": "WARNING",
}
os.environ.pop("DATABASE_URL", None)
django.setup()

# ruff: noqa: E402  models only after the settings
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client

from measures.models import (
    Attachment,
    Evaluation,
    FundingSource,
    Measure,
    Milestone,
    Participant,
)
from measures.models.measure import number_key

SIZES = (1, 10, 100)
ROUNDS = 5
NUMBERS = count(1)


def main() -> None:
    with VAR:
        call_command("migrate", verbosity=0)
        call_command("load_office", "demo/flensburg", verbosity=0)
        call_command("collectstatic", verbosity=0, interactive=False)
        run()


def run() -> None:
    originals = list(Measure.objects.order_by("pk"))
    subject = Measure.objects.filter(evaluations__isnull=False, concept__slug="2016").first()
    assert subject is not None  # noqa: S101  the demo has one
    pages = {
        "list": "/de/measures/list/",
        "filtered list": "/de/measures/list/?concept=2016&status=running&verdict=proved",
        "search": "/de/measures/list/?q=sprache",
        "last page": "/de/measures/list/?sort=title&page=9999",
        "detail": f"/de/measures/2016/{subject.number}/",
        "concept": "/de/measures/2016/",
        "feed": "/de/measures/feed/",
    }
    first: dict[str, float] = {}
    print(f"{'page':14} {'times':>5} {'measures':>8} {'CPU ms':>8} {'ratio':>6} {'queries':>8}")
    for size in SIZES:
        grow(originals, until=size * len(originals))
        for name, path in pages.items():
            milliseconds, queries = look_at(path)
            first.setdefault(name, milliseconds)
            print(f"{name:14} {'×' + str(size):>5} {size * len(originals):8} {milliseconds:8.1f} "
                  f"{milliseconds / first[name]:6.1f} {queries:8}")  # fmt: skip


def look_at(path: str) -> tuple[float, int]:
    """Return the median processor time of a request in milliseconds, and its number of queries."""
    client, times, queries = Client(), [], 0
    client.get(path, headers={"host": "localhost"})
    for _round in range(ROUNDS):
        asked: list[str] = []

        def note(execute: Any, sql: str, *rest: Any, asked: list[str] = asked) -> Any:
            asked.append(sql)
            return execute(sql, *rest)

        with connection.execute_wrapper(note):
            begun = time.process_time()
            response = client.get(path, headers={"host": "localhost"})
            times.append((time.process_time() - begun) * 1000)
        if response.status_code != 200:
            raise SystemExit(f"{path} answered {response.status_code}")
        queries = len(asked)
    return statistics.median(times), queries


def grow(originals: list[Any], *, until: int) -> None:
    """Copy the measures with their rows, all of them as often as it takes."""
    with transaction.atomic():
        while Measure.objects.count() < until:
            copy_once(originals)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def copy_once(originals: list[Any]) -> None:
    new = Measure.objects.bulk_create(
        renewed(row, number=(number := f"{row.number}.{next(NUMBERS)}"),
                number_key=number_key(number))
        for row in originals
    )  # fmt: skip
    keys = dict(zip((row.pk for row in originals), (row.pk for row in new), strict=True))
    for model in (Participant, Evaluation, Milestone, FundingSource, Attachment):
        rows = model.objects.filter(measure__in=keys)  # type: ignore[attr-defined]
        model.objects.bulk_create(  # type: ignore[attr-defined]
            renewed(row, measure_id=keys[row.measure_id]) for row in rows
        )
    for through in (Measure.topics.through, Measure.target_groups.through):
        rows = through.objects.filter(measure__in=keys)
        through.objects.bulk_create(renewed(row, measure_id=keys[row.measure_id]) for row in rows)


def renewed(row: Any, **changes: Any) -> Any:
    """Return an unsaved copy of ``row``."""
    values: Iterator[tuple[str, Any]] = (
        (column.attname, getattr(row, column.attname))
        for column in row._meta.concrete_fields
        if not column.primary_key
    )
    return type(row)(**(dict(values) | changes))


if __name__ == "__main__":
    main()
