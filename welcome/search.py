"""Search over what the portal calls its things: titles, names and summaries.

A visitor's words are compared with the texts in their own language and in German, because people
type the word that stands in the letter from the authority. Everything is folded first
(``kit_portal.common.folding``). The rows are compared here, one query a kind: an office has some
hundred titles, and no database folds ß, Ukrainian case and Arabic letters alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from directory.models import ContactPoint
from kit_portal.common.folding import fold
from kit_portal.common.models import Viewer
from kit_portal.common.translation_queries import column
from measures.models import Measure
from roundtable.models import Meeting, Motion
from welcome.models import Event, Page

SHORTEST = 2  # letters; less finds everything
HITS_A_KIND = 10
EVENTS_BACK = timedelta(days=365)


@dataclass(frozen=True)
class Kind:
    """``title`` and ``summary`` are translated fields, ``plain`` is not; ``shown`` is what the
    address and the line of a hit need besides.
    """

    name: str
    label: str | Promise
    icon: str
    rows: Callable[[Viewer, datetime], Any]
    title: str
    summary: str = ""
    plain: str = ""
    shown: tuple[str, ...] = ("slug",)
    related: str = ""


KINDS = (
    Kind(
        "pages",
        _("Living here"),
        "info",
        lambda user, now: Page.objects.visible_to(user),
        title="title",
        summary="summary",
    ),
    Kind(
        "contact_points",
        _("Contact points"),
        "map-pin",
        lambda user, now: ContactPoint.objects.visible_to(user),
        title="name",
        summary="summary",
    ),
    Kind(
        "events",
        _("Events"),
        "calendar",
        lambda user, now: Event.objects.visible_to(user).coming(now - EVENTS_BACK),
        title="title",
        summary="summary",
        plain="place",
        shown=("slug", "starts_at"),
    ),
    Kind(
        "measures",
        _("Measures"),
        "chart",
        lambda user, now: Measure.objects.visible_to(user).in_order(),
        title="title",
        plain="number",
        shown=("concept__slug", "concept__period_from", "concept__period_to"),
        related="concept",
    ),
    Kind(
        "motions",
        _("Motions"),
        "document",
        lambda user, now: Motion.objects.visible_to(user).newest_first(),
        title="title",
        plain="number",
        shown=("submitted_on",),
    ),
    Kind(
        "meetings",
        _("Meetings"),
        "meeting",
        lambda user, now: Meeting.objects.visible_to(user),
        title="title",
        summary="body__name",
        shown=("starts_at",),
        related="body",
    ),
)


@dataclass(frozen=True)
class Hit:
    """``german`` is the German title, where the visitor reads another one."""

    thing: Any
    score: int
    german: str = ""


@dataclass(frozen=True)
class Group:
    kind: Kind
    hits: list[Hit]
    total: int

    @property
    def more(self) -> int:
        return self.total - len(self.hits)


def search(text: str, *, user: Viewer, now: datetime) -> list[Group]:
    """Return the groups with a hit, best hits first; nothing for less than ``SHORTEST`` letters."""
    words = re.findall(r"\w+", fold(text))
    if sum(map(len, words)) < SHORTEST:
        return []
    groups = (_group(kind, words, kind.rows(user, now)) for kind in KINDS)
    return [group for group in groups if group.hits]


def _group(kind: Kind, words: list[str], rows: Any) -> Group:
    hits = [
        Hit(thing, score, _german_title(kind, thing))
        for thing, score in _scored(kind, words, rows)
        if score
    ]
    hits.sort(key=lambda hit: -hit.score)  # stable: equals keep the order of their kind
    return Group(kind, hits[:HITS_A_KIND], len(hits))


def _scored(kind: Kind, words: list[str], rows: Any) -> Iterable[tuple[Any, int]]:
    titles, summaries = _columns(kind.title), _columns(kind.summary)
    plain = [kind.plain] if kind.plain else []
    for thing in _light(kind, rows):
        named = [fold(_value(thing, path)) for path in (*titles, *plain)]
        summary = " ".join(fold(_value(thing, path)) for path in summaries)
        yield thing, score_of(words, titles=named, summary=summary)


def _light(kind: Kind, rows: Any) -> Any:
    """Fetch what is compared and shown, and leave the long texts in the database."""
    columns = [*_columns(kind.title), *_columns(kind.summary), *kind.shown]
    rows = rows.select_related(kind.related) if kind.related else rows
    return rows.only(*columns, *([kind.plain] if kind.plain else []))


def _columns(path: str) -> list[str]:
    """Return the columns of a translated path in the current language and in German."""
    codes = dict.fromkeys((get_language() or settings.LANGUAGE_CODE, settings.LANGUAGE_CODE))
    return [column(path, code) for code in codes] if path else []


def _value(thing: Any, path: str) -> str:
    for step in path.split("__"):
        thing = getattr(thing, step, None)
    return thing or ""


def _german_title(kind: Kind, thing: Any) -> str:
    """People know the German name from letters and signs, so it stands below a translated one."""
    here, german = getattr(thing, column(kind.title)), getattr(thing, column(kind.title, "de"))
    return german if here and german and here != german else ""


def score_of(words: list[str], *, titles: list[str], summary: str) -> int:
    """Return 0 unless every word is found; more in a title, most at its beginning. All folded."""
    score = 0
    for word in words:
        if any(f" {word}" in f" {title}" for title in titles):
            score += 4
        elif any(word in title for title in titles):
            score += 3
        elif word in summary:
            score += 1
        else:
            return 0
    beginning = " ".join(words)
    return score + 2 * any(title.startswith(beginning) for title in titles)
