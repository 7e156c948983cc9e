"""How far a concept is: the status of its measures by action field, and goals nobody works at."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from kit_portal.common.models import Viewer
from kit_portal.common.stacked_chart import Stack, StackedChart
from measures.models import Goal, Measure
from measures.overview import FieldOverview

Status = Measure.Status
# From “reached” to “given up”: what is to the start of the bar is further.
BY_PROGRESS = (Status.DONE, Status.RUNNING, Status.PLANNED, Status.PAUSED, Status.ENDED)


def progress_of(fields: Sequence[FieldOverview]) -> StackedChart:
    """Action fields without measures are left out: there is nothing to divide."""
    stacks = [
        Stack(
            str(overview.action_field),
            [sum(measure.status == status for measure in measures) for status in BY_PROGRESS],
        )
        for overview in fields
        if (measures := overview.measures)
    ]
    title = _("%(begun)d of %(total)d measures are running or done") % {
        "begun": sum(stack.values[0] + stack.values[1] for stack in stacks),
        "total": sum(stack.total for stack in stacks),
    }
    return StackedChart(
        title,
        label_heading=_("Action field"),
        total_heading=_("All"),
        parts=[(status.value, str(status.label)) for status in BY_PROGRESS],
        stacks=stacks,
    )


def goals_without_measure(fields: Sequence[FieldOverview], *, viewer: Viewer) -> list[Goal]:
    """Return what staff have to look after. Others see drafts missing, so it would mislead them."""
    if not viewer.has_perm("measures.change_measure"):
        return []
    return [overview.goal for field in fields for overview in field.goals if not overview.measures]
