from roundtable.models.agenda import AgendaDocument, AgendaItem
from roundtable.models.bodies import Body, Membership
from roundtable.models.meetings import Meeting
from roundtable.models.motions import Motion, MotionCounter, MotionStep

__all__ = [
    "AgendaDocument",
    "AgendaItem",
    "Body",
    "Meeting",
    "Membership",
    "Motion",
    "MotionCounter",
    "MotionStep",
]
