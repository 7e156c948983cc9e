"""A motion's way as a list: what has been, where it stands, what usually comes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise

from roundtable.models import Motion
from roundtable.models.motions import EXPLANATIONS, MotionStatus

# Whether “implemented” follows depends on the decision, so the outlook ends with it.
USUAL_WAY = (
    MotionStatus.SUBMITTED,
    MotionStatus.RESOLVED,
    MotionStatus.IN_ADMINISTRATION,
    MotionStatus.IN_COMMITTEE,
    MotionStatus.DECIDED,
)


@dataclass(frozen=True)
class Entry:
    """``reached_on`` is None for what lies ahead."""

    label: str | Promise
    explanation: str | Promise
    reached_on: date | None = None
    note: str = ""
    is_current: bool = False


def timeline_of(motion: Motion) -> list[Entry]:
    """Return the recorded steps in order and, as long as it is on its way, the usual next ones."""
    steps = list(motion.steps.order_by("pk"))
    been = [
        Entry(
            MotionStatus(step.status).label,
            EXPLANATIONS[MotionStatus(step.status)],
            reached_on=step.reached_on,
            note=step.note,
            is_current=step is steps[-1],
        )
        for step in steps
    ]
    return been + [Entry(status.label, EXPLANATIONS[status]) for status in _ahead(motion)]


def _ahead(motion: Motion) -> tuple[MotionStatus, ...]:
    if motion.is_draft:
        return USUAL_WAY
    status = MotionStatus(motion.status)
    return USUAL_WAY[USUAL_WAY.index(status) + 1 :] if status in USUAL_WAY else ()
