"""The agenda of a meeting as one reader may know it."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace

from django.db.models import Prefetch

from kit_portal.common.models import Viewer
from roundtable.models import AgendaDocument, AgendaItem, Meeting, Motion


@dataclass(frozen=True)
class Agenda:
    """``announcements`` are bare titles, given only to those who get no ``non_public`` items."""

    public: list[AgendaItem]
    non_public: list[AgendaItem]
    announcements: list[SimpleNamespace]

    @property
    def is_empty(self) -> bool:
        return not (self.public or self.non_public or self.announcements)


def read_agenda(meeting: Meeting, *, user: Viewer) -> Agenda:
    """Return what ``user`` may read; each item has its ``papers`` and ``visible_motions``.

    The meeting itself must have come through its door.
    """
    items = list(
        meeting.agenda_items.visible_to(user)
        .in_order()
        .prefetch_related(
            Prefetch("documents", AgendaDocument.objects.visible_to(user), to_attr="papers"),
            Prefetch("motions", Motion.objects.visible_to(user), to_attr="visible_motions"),
        )
    )
    non_public = [item for item in items if not item.is_open_to_all]
    return Agenda(
        public=[item for item in items if item.is_open_to_all],
        non_public=non_public,
        announcements=[] if non_public else meeting.agenda_items.announcements(),
    )
