"""One person's feedback, found by the e-mail address that they left."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from welcome.models import Feedback


def export(email: str) -> dict[str, Any]:
    """Return what is stored with the address, ready for JSON."""
    rows = Feedback.objects.from_address(email).order_by("received_at")
    return {
        "feedback": [
            {
                "kind": row.kind,
                "received_at": row.received_at.isoformat(),
                "language": row.language,
                "page_address": row.page_address,
                "text": row.text,
                "state": row.state,
                "answer": row.answer,
            }
            for row in rows
        ]
    }


def erase(email: str, *, now: datetime) -> int:
    """Delete the person's feedback, answered or not; return how many rows went."""
    _total, by_model = Feedback.objects.from_address(email).delete()
    return by_model.get(Feedback._meta.label, 0)
