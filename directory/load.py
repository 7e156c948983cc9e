"""The office, its organisations, topics, staff roles and contact points out of its files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile

from directory.language_table import load_languages
from directory.models import (
    ContactPoint,
    Language,
    Office,
    OpeningHours,
    Organisation,
    Quarter,
    Responsibility,
    StaffRole,
    Topic,
)
from kit_portal.accounts.models import User
from kit_portal.common.days import WEEKDAYS, parse_clock
from kit_portal.common.loading import Entry
from kit_portal.common.loading_rows import OfficeData, rows_by


def load(data: OfficeData) -> None:
    """Load ``office.yaml`` and ``directory.yaml``, and the table of spoken languages before."""
    data.add(load_languages(now=data.now))
    with data.file("office.yaml") as file:
        _load_office(data, file)
    with data.file("directory.yaml") as file:
        _load_organisations(data, file)
        _load_quarters(data, file)
        _load_topics(data, file)
        _load_staff_roles(data, file)
        _load_contact_points(data, file)


def _load_office(data: OfficeData, entry: Entry) -> None:
    columns = entry.columns(
        Office,
        *("name", "short_name", "claim", "municipality", "municipality_key"),
        *("street", "postal_code", "locality", "phone", "email", "website", "responsible"),
        "accent",
    )
    office = data.put(Office, entry, {"id": 1, **columns}, by=("id",))
    if "logo" in entry:
        _load_logo(data, entry, office, data.folder / entry.text("logo"))


def _load_logo(data: OfficeData, entry: Entry, office: Office, path: Path) -> None:
    if not path.is_file():
        raise entry.error(f"there is no file “{path.name}” beside it")
    content = path.read_bytes()
    if office.logo and office.logo.storage.exists(office.logo.name or ""):
        with office.logo.open() as stored:
            if stored.read() == content:
                return
    office.logo.save(path.name, ContentFile(content))
    data.note_change(office)


def _load_organisations(data: OfficeData, file: Entry) -> None:
    known: dict[str, Organisation] = {}
    for entry in file.children("organisations", "organisation", by="slug"):
        parent = (
            entry.choose("parent", known, "organisation above it") if "parent" in entry else None
        )
        columns = entry.columns(
            Organisation,
            *("slug", "name", "short_name", "kind", "description"),
            *("email", "phone", "website", "is_active"),
        )
        row = data.put(Organisation, entry, columns | {"parent": parent}, by=("slug",))
        known[row.slug] = row


def _load_quarters(data: OfficeData, file: Entry) -> None:
    entries = enumerate(file.children("quarters", "quarter", by="slug"))
    rows = [
        (entry, {"position": position, **entry.columns(Quarter, "slug", "name")})
        for position, entry in entries
    ]
    data.put_all(Quarter, rows, by=("slug",))


def _load_topics(data: OfficeData, file: Entry) -> None:
    data.put_all(
        Topic,
        [
            (entry, entry.columns(Topic, "slug", "name", "description"))
            for entry in file.children("topics", "topic", by="slug")
        ],
        by=("slug",),
    )


def _load_staff_roles(data: OfficeData, file: Entry) -> None:
    topics = rows_by(Topic, "slug")
    holders = rows_by(User, "email")
    for position, entry in enumerate(file.children("staff_roles", "staff role", by="slug"), 1):
        columns = entry.columns(StaffRole, "slug", "name", "email", "phone", "room")
        holder = entry.choose("holder", holders, "account") if "holder" in entry else None
        role = data.put(
            StaffRole,
            entry,
            columns | {"position": position},
            by=("slug",),
            at_first={"holder": holder},
        )
        named = [(topic, False) for topic in entry.choose_all("topics", topics, "topic")]
        named += [(topic, True) for topic in entry.choose_all("deputy_for", topics, "topic")]
        data.put_all(
            Responsibility,
            [(entry, {"topic": topic, "is_deputy": deputy}) for topic, deputy in named],
            by=("staff_role", "topic"),
            within={"staff_role": role},
        )


def _load_contact_points(data: OfficeData, file: Entry) -> None:
    topics, organisations = rows_by(Topic, "slug"), rows_by(Organisation, "slug")
    languages = rows_by(Language, "tag")
    for entry in file.children("contact_points", "contact point", by="slug"):
        columns = entry.columns(
            ContactPoint,
            *("slug", "name", "summary", "description"),
            *("street", "postal_code", "locality", "directions", "latitude", "longitude"),
            *("phone", "email", "website", "needs_appointment", "hours_note"),
            *("is_step_free", "has_accessible_toilet", "accessibility_note"),
        )
        if "organisation" in entry:
            columns["organisation"] = entry.choose("organisation", organisations, "organisation")
        point = data.put(
            ContactPoint,
            entry,
            columns,
            by=("slug",),
            at_first=data.publication(entry),
        )
        data.link(point, "topics", entry.choose_all("topics", topics, "topic"))
        data.link(point, "languages", entry.choose_all("languages", languages, "language"))
        data.put_all(
            OpeningHours,
            [(entry, hours) for hours in _opening_hours(entry)],
            by=("contact_point", "weekday", "opens_at"),
            within={"contact_point": point},
        )


def _opening_hours(entry: Entry) -> Iterator[dict[str, Any]]:
    """Read “monday: 08:00-12:00, 14:00-16:00” for each weekday that the entry names."""
    hours = entry.child("opening_hours")
    for number, weekday in enumerate(WEEKDAYS):
        for span in filter(None, hours.text(weekday, "").split(",")):
            opens, _dash, closes = span.strip().partition("-")
            try:
                times = {"opens_at": parse_clock(opens), "closes_at": parse_clock(closes)}
            except ValueError:
                raise hours.error(
                    f"“{span.strip()}” on {weekday} is no span; write 08:00-12:00"
                ) from None
            yield {"weekday": number, **times}
