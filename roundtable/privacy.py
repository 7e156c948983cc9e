"""One person's traces at the round table: memberships and motions (GDPR Art. 15 and 17)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q, Value
from django.db.models.functions import Greatest
from django.utils import timezone

from roundtable.models import Membership, Motion

ERASED = "–"  # stands where a name was


def export(email: str) -> dict[str, Any]:
    """Return what is stored about the account ``email``; empty lists where there is nothing."""
    memberships = Membership.objects.filter(person__email__iexact=email).select_related(
        "body", "represents"
    )
    motions = Motion.objects.filter(author__email__iexact=email)
    return {
        "memberships": [_membership(membership) for membership in memberships],
        "motions": [
            {
                "number": motion.number,
                "title": motion.title,
                "status": motion.status,
                "text": motion.text,
                "reason": motion.reason,
            }
            for motion in motions
        ],
    }


def _membership(membership: Membership) -> dict[str, Any]:
    return {
        "body": membership.body.name,
        "role": membership.role,
        "name": membership.person_name,
        "represents": membership.represents.name if membership.represents else None,
        "from": membership.starts_on,
        "until": membership.ends_on,
        "shown_in_public": membership.consents_to_be_shown,
    }


def erase(email: str, *, now: datetime) -> int:
    """Delete drafts, take the person out of motions and memberships; return the rows touched.

    A submitted motion is the body's and stays, without its author. A membership stays as a number
    in the statistics, without the person; one that still lasts ends today.
    """
    drafts = Motion.objects.drafts().filter(author__email__iexact=email)
    rows = drafts.count()
    drafts.delete()
    rows += Motion.objects.filter(author__email__iexact=email).update(author=None)
    memberships = Membership.objects.filter(person__email__iexact=email)
    today = timezone.localdate(now)
    lasting = memberships.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=today))
    lasting.update(ends_on=Greatest("starts_on", Value(today)))
    return rows + memberships.update(person=None, person_name=ERASED, consents_to_be_shown=False)
