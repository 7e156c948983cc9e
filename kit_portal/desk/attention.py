"""What waits for somebody today: each app offers its list, the desk gathers them."""

from __future__ import annotations

from datetime import datetime

import directory.todo
import interpreters.todo
import measures.todo
import newsletters.todo
import roundtable.todo
import welcome.todo
from kit_portal.accounts.models import User
from kit_portal.common.todo import Todo

SOURCES = (measures, roundtable, interpreters, welcome, newsletters, directory)


def todos_of(user: User, *, now: datetime) -> list[Todo]:
    """Return what ``user`` may and should see to, urgent first; nothing with a count of 0."""
    found = [todo for app in SOURCES for todo in app.todo.todos(user, now=now) if todo.count]
    return sorted(found, key=lambda todo: not todo.urgent)
