"""What stands on the home page: light enough to be built afresh for every visitor."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from kit_portal.common.models import Viewer
from kit_portal.common.translation_queries import column
from roundtable.models import Meeting
from welcome.models import Announcement, Event, Figure, Page

ANNOUNCEMENTS, EVENTS, FIGURES, TILES = 3, 4, 6, 12


def home_contents(user: Viewer, *, now: datetime) -> dict[str, Any]:
    """Return the parts by name, each a list (``meeting``: one or None), in one query a part."""
    return {
        "tiles": list(
            Page.objects.visible_to(user)
            .top()
            .on_home()
            .only("slug", "icon", *_in_two_languages("title", "summary"))[:TILES]
        ),
        "announcements": list(
            Announcement.objects.visible_to(user)
            .current(now)
            .only("slug", "is_urgent", "shown_from", *_in_two_languages("title"))[:ANNOUNCEMENTS]
        ),
        "events": list(
            Event.objects.visible_to(user)
            .coming(now)
            .taking_place()
            .only("slug", "starts_at", "ends_at", "all_day", "place", *_in_two_languages("title"))[
                :EVENTS
            ]
        ),
        "meeting": Meeting.objects.visible_to(user)
        .public()
        .coming(now)
        .select_related("body")
        .only("starts_at", "place", *_in_two_languages("title"), *_in_two_languages("body__name"))
        .first(),
        "figures": list(Figure.objects.visible_to(user).with_latest_value()[:FIGURES]),
    }


def _in_two_languages(*fields: str) -> list[str]:
    """Return the columns that ``translated`` reads: the visitor's and the German ones."""
    return list(dict.fromkeys(column(name, code) for name in fields for code in (None, "de")))
