"""The change guard: what an issue says about the portal's things, compared with what is so now.

An event that is called off or moved after the preview must not be announced; readers who were told
already get a correction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from directory.models import ContactPoint
from measures.models import Measure
from newsletters.gather import place_of
from newsletters.models import Issue, IssueItem
from roundtable.models import Meeting
from welcome.models import Announcement, Event

Kind = IssueItem.Kind
SOURCES: dict[Kind, Any] = {
    Kind.ANNOUNCEMENT: Announcement,
    Kind.EVENT: Event,
    Kind.MEETING: Meeting,
    Kind.MEASURE: Measure,
    Kind.OFFER: ContactPoint,
}


@dataclass(frozen=True)
class Facts:
    """What would mislead a reader if it were wrong."""

    starts_at: datetime | None = None
    ends_at: datetime | None = None
    all_day: bool = False
    place: str = ""
    is_cancelled: bool = False


@dataclass(frozen=True)
class Change:
    """``now`` is None where the thing is not public any more."""

    item: IssueItem
    what: Sequence[str | Promise]
    now: Facts | None


def changes_of(issue: Issue) -> list[Change]:
    """Return what is not so any more of the items that are in the issue, in their order.

    At most one query for each kind of thing, however many items there are.
    """
    items = list(issue.items.included().filter(source_id__isnull=False))
    now = _facts_now(items)
    changes = []
    for item in items:
        facts = now.get((item.kind, item.source_id))
        if what := _differences(item, facts):
            changes.append(Change(item, what, facts))
    return changes


def take_over(change: Change) -> IssueItem:
    """Write to the item what is so now; a thing that is not public any more is left out."""
    item, now = change.item, change.now
    if now is None:
        item.is_included = False
        item.save(update_fields=["is_included"])
        return item
    item.starts_at, item.ends_at, item.all_day = now.starts_at, now.ends_at, now.all_day
    item.place, item.is_cancelled = now.place, now.is_cancelled
    item.save(update_fields=["starts_at", "ends_at", "all_day", "place", "is_cancelled"])
    return item


def _facts_now(items: Iterable[IssueItem]) -> dict[tuple[str, int | None], Facts]:
    wanted: dict[str, set[int]] = defaultdict(set)
    for item in items:
        if item.source_id is not None:
            wanted[item.kind].add(item.source_id)
    found: dict[tuple[str, int | None], Facts] = {}
    for kind, ids in wanted.items():
        visible = SOURCES[Kind(kind)].objects.visible_to(AnonymousUser()).filter(pk__in=ids)
        found |= {(kind, thing.pk): _facts(thing) for thing in visible}
    return found


def _facts(thing: Event | Meeting | Announcement | Measure | ContactPoint) -> Facts:
    if isinstance(thing, Event):
        return Facts(
            thing.starts_at, thing.ends_at, thing.all_day, place_of(thing), thing.is_cancelled
        )
    if isinstance(thing, Meeting):
        return Facts(
            thing.starts_at,
            thing.ends_at,
            place=place_of(thing),
            is_cancelled=thing.is_cancelled,
        )
    return Facts(place=place_of(thing))


def _differences(item: IssueItem, now: Facts | None) -> list[str | Promise]:
    if now is None:
        return [_("is not public any more")]
    found: list[str | Promise] = []
    if now.is_cancelled != item.is_cancelled:
        found.append(_("was cancelled") if now.is_cancelled else _("takes place after all"))
    times = (now.starts_at, now.ends_at, now.all_day)
    if times != (item.starts_at, item.ends_at, item.all_day):
        found.append(_("was moved to another time"))
    if now.place != item.place:
        found.append(_("takes place elsewhere"))
    return found
