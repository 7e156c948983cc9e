"""The way of a motion: submitted with a number, then from step to step."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from kit_portal.accounts.models import User
from roundtable.models import Motion, MotionStep
from roundtable.models.motions import MotionStatus
from roundtable.numbering import next_motion_number


class StepError(Exception):
    """The motion cannot take this step from where it stands; the text says so to the user."""


@transaction.atomic
def submit_motion(motion: Motion, *, on: date, by: User | None = None) -> Motion:
    """Give a draft its number and make it public. ``on`` decides the year of the number.

    Raises StepError if it has been submitted before, also by somebody else a moment ago.
    """
    motion = Motion.objects.select_for_update().get(pk=motion.pk)
    if not motion.is_draft:
        raise StepError(_("This motion has been submitted already."))
    motion.number = next_motion_number(on.year)
    motion.submitted_on = on
    _record(motion, MotionStatus.SUBMITTED, on=on, note="", by=by)
    return motion


@transaction.atomic
def advance_motion(
    motion: Motion, *, to: MotionStatus, on: date, note: str = "", by: User | None = None
) -> MotionStep:
    """Take a submitted motion one step on and return the step. ``note`` is public.

    Raises StepError if ``to`` cannot follow, or if ``on`` lies before the last step.
    """
    motion = Motion.objects.select_for_update().get(pk=motion.pk)
    if motion.is_draft or to not in motion.next_statuses:
        raise StepError(
            _("“%(next)s” cannot follow “%(now)s”.")
            % {"next": to.label, "now": motion.get_status_display()}
        )
    last = motion.steps.order_by("-pk").first()
    if last is not None and on < last.reached_on:
        raise StepError(_("The date lies before the last step."))
    return _record(motion, to, on=on, note=note, by=by)


def _record(
    motion: Motion, status: MotionStatus, *, on: date, note: str, by: User | None
) -> MotionStep:
    motion.status = status
    motion.save(update_fields=["number", "submitted_on", "status", "modified_at"])
    return motion.steps.create(status=status, reached_on=on, note=note, recorded_by=by)
