"""Running numbers, given one after the other even when two people ask at the same moment."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max

from roundtable.models import Body, Meeting, Motion, MotionCounter

LETTER = "A"  # Antrag


@transaction.atomic
def next_motion_number(year: int) -> str:
    """Return the next number of ``year``, such as ``A-2026-003``, and never that one again.

    The row lock makes a second caller wait until the first one's transaction is over; SQLite lets
    only one transaction write at a time. Numbers that came in with old data are stepped over.
    """
    counter, _created = MotionCounter.objects.select_for_update().get_or_create(year=year)
    counter.last_number = max(counter.last_number, _highest_in_use(year)) + 1
    counter.save(update_fields=["last_number"])
    return f"{LETTER}-{year}-{counter.last_number:03}"


def _highest_in_use(year: int) -> int:
    prefix = f"{LETTER}-{year}-"
    numbers = Motion.objects.filter(number__startswith=prefix).values_list("number", flat=True)
    tails = [(number or "").removeprefix(prefix) for number in numbers]
    return max((int(tail) for tail in tails if tail.isdecimal()), default=0)


@transaction.atomic
def give_meeting_number(meeting: Meeting) -> int:
    """Return the meeting's number within its body; one that has none gets and keeps the next."""
    Body.objects.select_for_update().get(pk=meeting.body_id)
    meeting.refresh_from_db(fields=["number"])
    if meeting.number is None:
        last = Meeting.objects.filter(body_id=meeting.body_id).aggregate(last=Max("number"))["last"]
        meeting.number = (last or 0) + 1
        meeting.save(update_fields=["number", "modified_at"])
    return meeting.number
