"""Missions as CSV for a spreadsheet: facts to count, no names and no client codes."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from io import StringIO

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from interpreters.models import Mission
from kit_portal.common.sheets import BYTE_ORDER_MARK, harmless


def missions_csv(missions: Iterable[Mission]) -> str:
    """Return one line for each of ``missions`` (fetched ``for_list``), headings first.

    Semicolons, because spreadsheets in most of the portal's languages expect them.
    """
    sheet = StringIO()
    writer = csv.writer(sheet, delimiter=";")
    writer.writerow([harmless(heading) for heading in _headings()])
    writer.writerows([harmless(cell) for cell in _cells(mission)] for mission in missions)
    return BYTE_ORDER_MARK + sheet.getvalue()


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


def _cells(mission: Mission) -> list[object]:
    return [
        mission.reference,
        mission.get_kind_display(),
        mission.get_state_display(),
        mission.get_outcome_display(),
        date_format(timezone.localdate(mission.starts_at), "Y-m-d"),
        mission.planned_minutes,
        mission.actual_minutes,
        mission.language,
        mission.get_mode_display(),
        mission.get_subject_display(),
        mission.institution,
        mission.get_pool_display(),
    ]
