"""The pools' people, their missions and partnerships out of ``interpreters.yaml``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.text import slugify

from directory.models import Language, Organisation
from interpreters.mission_log import pool_for
from interpreters.models import (
    Credential,
    Institution,
    Interpreter,
    Mission,
    MissionRequest,
    MissionTally,
    Partnership,
    PartnershipTally,
    Pool,
    PoolMembership,
    SpokenLanguage,
)
from interpreters.reference import next_reference
from kit_portal.common.loading import Entry
from kit_portal.common.loading_rows import OfficeData, rows_by

WAYS = {"on_site": "comes_on_site", "phone": "takes_phone", "video": "takes_video"}
SATURDAY = 5


def load(data: OfficeData) -> None:
    with data.file("interpreters.yaml") as file:
        languages = rows_by(Language, "tag")
        people = _load_people(data, file, languages)
        institutions = _load_institutions(data, file)
        _load_missions(data, file.child("missions"), languages, people, institutions)
        _load_partnerships(data, file.child("partnerships"), languages, people)


def _load_people(
    data: OfficeData, file: Entry, languages: dict[str, Language]
) -> dict[str, Interpreter]:
    entries = file.children("people", "person", by="name")
    known = set(Interpreter.objects.values_list("email", flat=True))
    people = data.put_all(
        Interpreter, [(entry, _person(entry, known)) for entry in entries], by=("email",)
    )
    pairs = list(zip(entries, people, strict=True))
    data.put_all(
        PoolMembership,
        [(entry, row) for entry, person in pairs for row in _memberships(entry, person)],
        by=("interpreter", "pool"),
    )
    data.put_all(
        SpokenLanguage,
        [(entry, row) for entry, person in pairs for row in _spoken(entry, person, languages)],
        by=("interpreter", "language"),
    )
    _load_credentials(data, file, [pair for pair in pairs if pair[1].email not in known])
    return {person.name: person for person in people}


def _person(entry: Entry, known: set[str]) -> dict[str, Any]:
    """Return a person's columns; without an address of their own they get one of their name.

    Whether somebody we know pauses is for the office to say.
    """
    ways = entry.texts("ways") or ["on_site"]
    if unknown := set(ways) - set(WAYS):
        raise entry.error(f"there is no way “{min(unknown)}” — known are {', '.join(WAYS)}")
    columns = {
        "email": f"{slugify(entry.text('name'))}@example.org",
        **{column: way in ways for way, column in WAYS.items()},
        **entry.columns(
            Interpreter, "name", "email", "phone", "district", "max_missions_per_month"
        ),
    }
    pause = entry.columns(Interpreter, "paused_until")
    return columns if columns["email"] in known else columns | pause


def _memberships(entry: Entry, person: Interpreter) -> Iterator[dict[str, Any]]:
    joined_on = entry.day("since")
    for name in entry.texts("pools"):
        if name not in Pool.values:
            raise entry.error(f"there is no pool “{name}” — known are {', '.join(Pool.values)}")
        yield {"interpreter": person, "pool": name, "joined_on": joined_on}


def _spoken(
    entry: Entry, person: Interpreter, languages: dict[str, Language]
) -> Iterator[dict[str, Any]]:
    spoken = entry.child("languages")
    for tag in spoken.content:
        if tag not in languages:
            raise entry.error(f"there is no language “{tag}” in the table of spoken languages")
        level = spoken.text(tag)
        if level not in SpokenLanguage.Level.values:
            known = ", ".join(SpokenLanguage.Level.values)
            raise entry.error(f"there is no level “{level}” — known are {known}")
        yield {"interpreter": person, "language": languages[tag], "level": level}


def _load_credentials(
    data: OfficeData, file: Entry, newcomers: list[tuple[Entry, Interpreter]]
) -> None:
    """Give new people what the office has seen of their papers, so many days before today."""
    rows = []
    for entry in file.children("credentials", "credential", by="kind"):
        kind, pools = entry.columns(Credential, "kind")["kind"], set(entry.texts("pools"))
        each, seen = entry.number("each", 1), entry.number("seen")
        valid = entry.number("valid", 0)
        for number, (newcomer, person) in enumerate(newcomers):
            if number % each or not pools & set(newcomer.texts("pools")):
                continue
            # Not everybody came on the same day.
            seen_on = data.today - timedelta(days=seen - number % 60)
            until = seen_on + timedelta(days=valid) if valid else None
            values = {"interpreter": person, "kind": kind, "seen_on": seen_on}
            rows.append((entry, values | {"valid_until": until}))
    data.put_all(Credential, rows, by=("interpreter", "kind", "seen_on"))


def _load_institutions(data: OfficeData, file: Entry) -> dict[str, Institution]:
    """Return the institutions by their name, or by the short address of their organisation."""
    organisations = rows_by(Organisation, "slug")
    institutions: dict[str, Institution] = {}
    for entry in file.children("institutions", "institution"):
        columns = entry.columns(Institution, "kind") | {
            "is_approved": entry.flag("approved", default=True)
        }
        if "organisation" in entry:
            title = entry.text("organisation")
            columns["organisation"] = entry.choose("organisation", organisations, "organisation")
            row = data.put(Institution, entry, columns, by=("organisation",))
        else:
            columns["name"] = title = entry.text("name")
            row = data.put(Institution, entry, columns, by=("name",))
        institutions[title] = row
    return institutions


def _load_missions(
    data: OfficeData,
    entry: Entry,
    languages: dict[str, Language],
    people: dict[str, Interpreter],
    institutions: dict[str, Institution],
) -> None:
    """Fill an empty log; the office's own entries are never mixed with the file's."""
    is_empty = not Mission.objects.exists()
    rows = [
        (mission, _mission(mission, languages, people, institutions) | more)
        for key, more in (
            ("guiding", {"kind": Mission.Kind.GUIDE}),
            ("interpreting", {"kind": Mission.Kind.INTERPRETER}),
            ("open", {}),
            ("requested", {"state": Mission.State.REQUESTED, "pool": ""}),
        )
        for mission in entry.children(key, "mission", by="code")
    ]
    requests = [_request(mission) for mission in entry.children("requested", "mission", by="code")]
    if is_empty:
        rows.sort(key=lambda row: row[1]["starts_at"])
        for _mission_entry, values in rows:
            values["reference"] = next_reference(year=values["starts_at"].year)
            values["pool"] = values.get("pool", _pool(values))
        missions = data.put_all(Mission, rows, by=("client_code",))
        by_code = {mission.client_code: mission for mission in missions}
        data.put_all(
            MissionRequest,
            [(one, {"mission": by_code[one.text("code")], **values}) for one, values in requests],
            by=("mission",),
        )
    for total in entry.children("totals", "total of", by="kind"):
        kind = total.columns(MissionTally, "kind")["kind"]
        done = Mission.objects.done().filter(kind=kind)
        first = done.order_by("starts_at").values_list("starts_at", flat=True).first()
        _load_tally(data, total, MissionTally, {"kind": kind}, done.count(), first)


def _mission(
    entry: Entry,
    languages: dict[str, Language],
    people: dict[str, Interpreter],
    institutions: dict[str, Institution],
) -> dict[str, Any]:
    """Return a mission's columns. With “minutes” it is done, with “who” alone it is assigned."""
    starts_at = _on_workday(entry.moment("at"))
    person = entry.choose("who", people, "person") if "who" in entry else None
    columns = entry.columns(Mission, "subject", "mode", "outcome") | {
        "client_code": entry.text("code"),
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(minutes=entry.number("planned")),
        "language": entry.choose("language", languages, "language"),
        "institution": entry.choose("institution", institutions, "institution"),
        "interpreter": person,
        "state": Mission.State.ASSIGNED if person else Mission.State.OPEN,
    }
    if "minutes" in entry:
        columns |= {"state": Mission.State.DONE, "actual_minutes": entry.number("minutes")}
        columns.setdefault("outcome", Mission.Outcome.HELD)
    return columns


def _on_workday(moment: datetime) -> datetime:
    """Move a Saturday or Sunday to the Friday before: days counted from today fall anywhere."""
    beyond = timezone.localtime(moment).weekday() - SATURDAY + 1
    return moment - timedelta(days=max(beyond, 0))


def _pool(values: dict[str, Any]) -> str:
    if values["interpreter"] is None:
        return ""
    day = timezone.localdate(values["starts_at"])
    kind = values.get("kind", Mission.Kind.INTERPRETER)
    return pool_for(values["interpreter"], kind=kind, day=day)


def _request(entry: Entry) -> tuple[Entry, dict[str, Any]]:
    return entry, {
        "institution_name": entry.text("institution"),
        "contact_name": entry.text("contact"),
        "contact_email": entry.text("email"),
        "received_at": entry.moment("asked"),
    }


def _load_partnerships(
    data: OfficeData, entry: Entry, languages: dict[str, Language], people: dict[str, Interpreter]
) -> None:
    for pair in entry.children("pairs", "pair", by="code"):
        started = pair.day("started") if "started" in pair else None
        ended = pair.day("ended") if "ended" in pair else None
        state = Partnership.State.ACTIVE if started else Partnership.State.PROPOSED
        reason = pair.text("reason", "")
        if reason and reason not in Partnership.EndReason.values:
            known = ", ".join(Partnership.EndReason.values)
            raise pair.error(f"there is no reason “{reason}” — known are {known}")
        data.put(
            Partnership,
            pair,
            {
                "learner_code": pair.text("code"),
                "learner_language": pair.choose("language", languages, "language"),
            },
            by=("learner_code",),
            at_first={
                "volunteer": pair.choose("volunteer", people, "person"),
                "started_on": started,
                "ended_on": ended,
                "state": Partnership.State.ENDED if ended else state,
                "end_reason": reason,
            },
        )
    if "total" in entry:
        mediated = Partnership.objects.mediated()
        first = mediated.order_by("started_on").values_list("started_on", flat=True).first()
        _load_tally(data, entry, PartnershipTally, {}, mediated.count(), first)


def _load_tally(
    data: OfficeData,
    entry: Entry,
    model: type[MissionTally | PartnershipTally],
    key: dict[str, Any],
    counted: int,
    first: date | datetime | None,
) -> None:
    """Enter what lacks to the total, as counted until the day before the portal's first entry."""
    columns = entry.columns(model, "is_at_least", "source", "note")
    begin, total = entry.day("from"), entry.number("total")
    if isinstance(first, datetime):
        first = timezone.localdate(first)
    if model.objects.filter(**key, first_day=begin).exists() or total <= counted:
        return
    last = (first or data.today) - timedelta(days=1)
    values = {**key, "first_day": begin, "last_day": last, "count": total - counted, **columns}
    data.put(model, entry, values, by=(*key, "first_day"))
