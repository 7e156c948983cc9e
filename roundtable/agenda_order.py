"""Bringing the items of an agenda into order, 1, 2, 3 … in each of its two parts."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import F, Max

from roundtable.models import AgendaItem, Meeting

# Beyond every real position: rows are parked there while they change places, because the
# database checks each of them for a double.
PARKED = 10_000


@transaction.atomic
def arrange_agenda(
    meeting: Meeting, *, wanted: Sequence[tuple[AgendaItem, int | None]], keep_numbers: bool
) -> list[AgendaItem]:
    """Save ``wanted``, all items of the meeting with the position asked for, and number them.

    Each part is numbered without gaps in the order asked for; items without a position come last,
    as given. With ``keep_numbers``, once people hold an invitation, the numbers stay as they are
    and only new items get the next ones.
    """
    Meeting.objects.select_for_update().get(pk=meeting.pk)
    if keep_numbers:
        _append(meeting, wanted)
    else:
        _renumber(meeting, wanted)
    return list(meeting.agenda_items.in_order())


def _renumber(meeting: Meeting, wanted: Sequence[tuple[AgendaItem, int | None]]) -> None:
    meeting.agenda_items.update(order=F("order") + PARKED)
    counts = dict.fromkeys(AgendaItem.Part.values, 0)
    for item, _position in sorted(wanted, key=lambda pair: pair[1] or PARKED):
        counts[item.part] += 1
        item.meeting, item.order = meeting, counts[item.part]
        item.save()


def _append(meeting: Meeting, wanted: Sequence[tuple[AgendaItem, int | None]]) -> None:
    known = dict(meeting.agenda_items.values_list("pk", "part"))
    for item, _position in wanted:
        item.meeting = meeting
        if known.get(item.pk) != item.part:
            last = meeting.agenda_items.filter(part=item.part).aggregate(last=Max("order"))["last"]
            item.order = (last or 0) + 1
        item.save()
