"""One person's data, out or erased, over all apps (GDPR Art. 15, 17 and 20)."""

from __future__ import annotations

from datetime import datetime
from types import ModuleType
from typing import Any

from django.db import transaction

import interpreters.privacy
import measures.privacy
import newsletters.privacy
import roundtable.privacy
import welcome.privacy

SOURCES: tuple[ModuleType, ...] = (interpreters, measures, newsletters, roundtable, welcome)


def data_about(email: str) -> dict[str, dict[str, Any]]:
    """Return what each app stores about ``email``; apps that know nothing are left out."""
    found = {app.__name__: app.privacy.export(email) for app in SOURCES}
    return {name: data for name, data in found.items() if any(data.values())}


@transaction.atomic
def erase_person(email: str, *, now: datetime) -> int:
    """Erase ``email`` from every app; return how many rows were deleted or blanked."""
    rows: list[int] = [app.privacy.erase(email, now=now) for app in SOURCES]
    return sum(rows)
