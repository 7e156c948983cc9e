"""Reference numbers such as E-2026-0001 (Einsatz), one after the other without gaps or twins."""

from __future__ import annotations

from django.db import transaction
from django.db.models.functions import Length

from interpreters.models import Mission, ReferenceYear

LETTER = "E"


@transaction.atomic
def next_reference(*, year: int) -> str:
    """Return the next number of ``year``; it belongs to the caller's transaction.

    The row lock makes a second caller wait until the first one's transaction is over; SQLite lets
    only one transaction write at a time. Numbers that came in with old data are stepped over.
    """
    counter, _created = ReferenceYear.objects.select_for_update().get_or_create(year=year)
    counter.last_number = max(counter.last_number, _highest_in_use(year)) + 1
    counter.save(update_fields=["last_number"])
    return f"{LETTER}-{year}-{counter.last_number:04}"


def _highest_in_use(year: int) -> int:
    prefix = f"{LETTER}-{year}-"
    references = Mission.objects.filter(reference__startswith=prefix)
    longest_first = references.order_by(Length("reference").desc(), "-reference")
    tail = (longest_first.values_list("reference", flat=True).first() or "").removeprefix(prefix)
    return int(tail) if tail.isdecimal() else 0
