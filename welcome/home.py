"""What stands on the home page: what everybody may see, light enough to be built afresh."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import F, QuerySet

from kit_portal.common.prepared import run_prepared
from kit_portal.common.translation_queries import column
from roundtable.models import Meeting
from welcome.models import Announcement, Event, Figure, Page

ANNOUNCEMENTS, EVENTS, FIGURES, TILES = 3, 4, 6, 12
EVERYBODY = AnonymousUser()


def home_contents(*, now: datetime) -> dict[str, Any]:
    """Return the parts by name, each a list (``meeting``: one or None), in one query a part."""
    return {
        "tiles": run_prepared(_tiles, now=now),
        "announcements": run_prepared(_announcements, now=now),
        "events": run_prepared(_events, now=now),
        "meeting": next(iter(run_prepared(_next_meeting, now=now)), None),
        "figures": latest_of_each(run_prepared(_figures, now=now))[:FIGURES],
    }


def latest_of_each(rows: list[Figure]) -> list[Figure]:
    """Keep the first row of each figure, in their order."""
    by_figure: dict[int, Figure] = {}
    for figure in rows:
        by_figure.setdefault(figure.pk, figure)
    return list(by_figure.values())


def _tiles(now: datetime) -> QuerySet[Page]:
    pages: QuerySet[Page] = Page.objects.visible_to(EVERYBODY).top().on_home()
    return pages.only("slug", "icon", *_two("title", "summary"))[:TILES]


def _announcements(now: datetime) -> QuerySet[Announcement]:
    current = Announcement.objects.visible_to(EVERYBODY).current(now)
    return current.only("slug", "is_urgent", *_two("title"))[:ANNOUNCEMENTS]


def _events(now: datetime) -> QuerySet[Event]:
    coming = Event.objects.visible_to(EVERYBODY).coming(now).taking_place()
    return coming.only("slug", "starts_at", "all_day", "place", *_two("title"))[:EVENTS]


def _next_meeting(now: datetime) -> QuerySet[Meeting]:
    """With ``body_name_…``, the name of its body in the two languages."""
    names = {column("body_name", code): F(f"body__{column('name', code)}") for code in (None, "de")}
    coming: QuerySet[Meeting] = Meeting.objects.visible_to(EVERYBODY).coming(now)
    return coming.annotate(**names).only("starts_at", "place")[:1]


def _figures(now: datetime) -> QuerySet[Figure]:
    figures = Figure.objects.visible_to(EVERYBODY).with_values()
    return figures.only(*_two("label"))


def _two(*fields: str) -> list[str]:
    """Return the columns that ``translated`` reads: the visitor's and the German ones."""
    return list(dict.fromkeys(column(name, code) for name in fields for code in (None, "de")))
