"""Missions as CSV for a spreadsheet: facts to count, no names and no client codes."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from interpreters.models import Mission
from kit_portal.common.tables import write_csv


def missions_csv(missions: Iterable[Mission]) -> bytes:
    """Return one line for each of ``missions`` (fetched ``for_list``), headings first."""
    return write_csv(_headings(), (_cells(mission) for mission in missions))


def _headings() -> list[str]:
    return [
        _("Reference"),
        _("Kind"),
        _("State"),
        _("Outcome"),
        _("Day"),
        _("Planned minutes"),
        _("Actual minutes"),
        _("Language"),
        _("Mode"),
        _("Occasion"),
        _("Institution"),
        _("Pool"),
    ]


def _cells(mission: Mission) -> list[str | int | None]:
    return [
        mission.reference,
        mission.get_kind_display(),
        mission.get_state_display(),
        mission.get_outcome_display(),
        date_format(timezone.localdate(mission.starts_at), "Y-m-d"),
        mission.planned_minutes,
        mission.actual_minutes,
        str(mission.language),
        mission.get_mode_display(),
        mission.get_subject_display(),
        str(mission.institution or ""),
        mission.get_pool_display(),
    ]
