"""A whole office out of one folder of readable files, as often as wanted."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from directory.load import load as load_directory
from interpreters.load import load as load_interpreters
from kit_portal.accounts.load import load as load_accounts
from kit_portal.common.loading import LoadError
from kit_portal.common.loading_rows import OfficeData
from measures.load import load as load_measures
from newsletters.load import load as load_newsletters
from roundtable.load import load as load_roundtable
from welcome.load import load as load_welcome

# From the ground up: what stands later names what stands before.
LOADERS = (
    load_accounts,
    load_directory,
    load_measures,
    load_roundtable,
    load_interpreters,
    load_welcome,
    load_newsletters,
)


def load_office(folder: Path, *, now: datetime) -> OfficeData:
    """Load all files of ``folder``, or nothing: the first mistake raises ``LoadError``.

    Rows are known by natural keys, so loading again changes nothing but what the files changed;
    rows that the files do not name stay as they are.
    """
    if not (folder / "office.yaml").exists():
        raise LoadError(f"There is no office in {folder}: the file office.yaml is missing.")
    data = OfficeData(folder=folder, now=now, today=timezone.localdate(now))
    # Columns without a language take the text of the active one; here that is always German.
    with override(settings.LANGUAGE_CODE), transaction.atomic():
        for load in LOADERS:
            load(data)
    return data
