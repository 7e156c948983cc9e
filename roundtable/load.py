"""Bodies, members, meetings and motions out of ``roundtable.yaml``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from directory.models import Organisation
from kit_portal.accounts.models import User
from kit_portal.common.days import at_clock, parse_clock
from kit_portal.common.loading import Entry
from kit_portal.common.loading_rows import OfficeData, rows_by
from kit_portal.common.translation_queries import column
from measures.models import Measure
from roundtable.models import AgendaItem, Body, Meeting, Membership, Motion, MotionStep
from roundtable.numbering import next_motion_number

FOUR_WEEKS = timedelta(days=28)
NEXT_MEETING = "next meeting"
TWO_YEARS_ON = "today+730"
TITLE = column("title", settings.LANGUAGE_CODE)


def load(data: OfficeData) -> None:
    with data.file("roundtable.yaml") as file:
        _load_bodies(data, file)
        bodies = rows_by(Body, "slug")
        for entry in file.children("memberships", "members of", by="body"):
            _load_memberships(data, entry, entry.choose("body", bodies, "body"))
        plans = {}
        for entry in file.children("meetings", "meetings of", by="body"):
            body = entry.choose("body", bodies, "body")
            plans[body.pk] = _load_meetings(data, entry, body)
        for entry in file.children("motions", "motion"):
            body = entry.choose("body", bodies, "body") if "body" in entry else _round_table(entry)
            _load_motion(data, entry, body, bodies, plans.get(body.pk))


def _load_bodies(data: OfficeData, file: Entry) -> None:
    known: dict[str, Body] = {}
    for entry in file.children("bodies", "body", by="slug"):
        columns = entry.columns(
            Body,
            *("slug", "kind", "name", "short_name", "description", "founded_on"),
            *("is_internal", "is_active"),
        )
        parent = entry.choose("parent", known, "body above it") if "parent" in entry else None
        body = data.put(Body, entry, {**columns, "parent": parent}, by=("slug",))
        known[body.slug] = body


def _load_memberships(data: OfficeData, entry: Entry, body: Body) -> None:
    organisations, accounts = rows_by(Organisation, "slug"), rows_by(User, "email")
    for person in entry.children("people", "person", by="name"):
        account = person.choose("account", accounts, "account") if "account" in person else None
        represents = (
            person.choose("represents", organisations, "organisation")
            if "represents" in person
            else None
        )
        data.put(
            Membership,
            person,
            {
                "body": body,
                "person_name": person.text("name"),
                "person": account,
                "represents": represents,
                "consents_to_be_shown": person.flag("shown", default=False),
                **person.columns(Membership, "role"),
            },
            by=("body", "person_name"),
            at_first={"starts_on": person.day("since")},
        )
    for member in entry.children("organisations", "organisation", by="organisation"):
        organisation = member.choose("organisation", organisations, "organisation")
        data.put(
            Membership,
            member,
            {"body": body, "organisation": organisation, **member.columns(Membership, "role")},
            by=("body", "organisation"),
            at_first={"starts_on": member.day("since")},
        )


def _load_meetings(data: OfficeData, entry: Entry, body: Body) -> AgendaPlan:
    """Make the meetings of the rules; what became of those that are there already stays."""
    length = timedelta(minutes=entry.number("minutes"))
    clock = parse_clock(entry.text("at"))
    common = entry.columns(Meeting, "place", "room", "online_url", "is_public")
    people = entry.child("people")
    fewest, most = people.number("from", 0), people.number("to", 0)
    agenda = AgendaPlan(entry.child("agenda"))
    numbers = [number for number in body.meetings.values_list("number", flat=True) if number]
    made: list[Meeting] = []
    for day in _meeting_days(entry):
        starts_at, number = at_clock(day, clock), max(numbers, default=0) + 1
        meeting = data.put(
            Meeting,
            entry,
            {"body": body, "starts_at": starts_at, **common},
            by=("body", "starts_at"),
            at_first={
                "number": number,
                "ends_at": starts_at + length,
                "published_at": min(data.now, starts_at - FOUR_WEEKS),
                "state": _state(data, starts_at + length, made),
                **(_attendance(number, fewest, most) if starts_at + length <= data.now else {}),
            },
        )
        numbers.append(meeting.number or number)
        made.append(meeting)
    known = set(AgendaItem.objects.filter(meeting__in=made).values_list("meeting_id", flat=True))
    items = [
        (item, {"meeting": meeting, **columns})
        for meeting in made
        if meeting.pk not in known
        for item, columns in agenda.items(meeting.number or 1)
    ]
    data.put_all(AgendaItem, items, by=("meeting", "part", "order"))
    return agenda


def _meeting_days(entry: Entry) -> list[date]:
    """Return the last “past” and the next “coming” days of all rules together."""
    today = entry.today
    days = sorted(
        day
        for one in entry.children("repeat", "rule")
        for day in one.as_rule().between(one.day("from"), one.day("until", TWO_YEARS_ON))
    )
    past, coming = [day for day in days if day < today], [day for day in days if day >= today]
    return past[-entry.number("past") :] + coming[: entry.number("coming")]


def _state(data: OfficeData, ends_at: datetime, before: list[Meeting]) -> str:
    """Those behind us were held; to the first one ahead people are invited."""
    if ends_at <= data.now:
        return Meeting.State.HELD
    is_next = not before or before[-1].state == Meeting.State.HELD
    return Meeting.State.INVITED if is_next else Meeting.State.PLANNED


def _attendance(number: int, fewest: int, most: int) -> dict[str, int]:
    """Spread people over the span without chance, so that loading elsewhere gives the same."""
    if not most:
        return {}
    came = fewest + number * 7 % (most - fewest + 1)
    members = came * 11 // 20 + number % 3 if most > 20 else came
    return {"attendance_count": members, "guests_count": came - members}


class AgendaPlan:
    """What every meeting's agenda has, and topics that take turns."""

    def __init__(self, entry: Entry) -> None:
        listed = {
            key: [(item, _item(item)) for item in entry.children(key, "item")]
            for key in ("first", "topics", "last", "non_public")
        }
        self.first, self.topics = listed["first"], listed["topics"]
        self.last, self.non_public = listed["last"], listed["non_public"]
        self.each = entry.number("topics_each", 0)
        marked = [item.flag("motions", default=False) for item, _columns in self.last]
        self._motions = marked.index(True) if True in marked else None

    def items(self, number: int) -> Iterator[tuple[Entry, dict[str, Any]]]:
        """Yield the items of meeting ``number``, the public part first."""
        start = number * self.each
        turn = [self.topics[(start + step) % len(self.topics)] for step in range(self.each)]
        public = (*self.first, *turn, *self.last)
        for part, items in (
            (AgendaItem.Part.PUBLIC, public),
            (AgendaItem.Part.NON_PUBLIC, self.non_public),
        ):
            for order, (entry, columns) in enumerate(items, start=1):
                yield entry, {"part": part, "order": order, **columns}

    def motions_item(self, meeting: Meeting) -> AgendaItem | None:
        """Return the item of ``meeting`` under which motions are discussed."""
        if self._motions is None:
            return None
        order = len(self.first) + self.each + self._motions + 1
        return meeting.agenda_items.filter(part=AgendaItem.Part.PUBLIC, order=order).first()


def _item(entry: Entry) -> dict[str, Any]:
    return entry.columns(AgendaItem, "title", "public_title", "text", "duration", "presenter")


def _load_motion(
    data: OfficeData, entry: Entry, body: Body, bodies: dict[str, Body], plan: AgendaPlan | None
) -> None:
    """Make a motion with its steps; of one that is there already only the texts are brought up."""
    columns = entry.columns(Motion, "title", "text", "reason", "result")
    addressed_to = entry.choose("addressed_to", bodies, "body") if "addressed_to" in entry else None
    author = (
        entry.choose("author", rows_by(User, "email"), "account") if "author" in entry else None
    )
    steps = list(_steps(entry, body))
    is_known = Motion.objects.filter(body=body, **{TITLE: columns[TITLE]}).exists()
    motion = data.put(
        Motion,
        entry,
        {"body": body, "addressed_to": addressed_to, "measure": _measure(entry), **columns},
        by=("body", TITLE),
        at_first={} if is_known else _first_state(steps, body, plan) | {"author": author},
    )
    if not is_known:
        rows = [(step, {"motion": motion, **values}) for step, values in steps]
        data.put_all(MotionStep, rows, by=("motion", "status", "reached_on"))


def _round_table(entry: Entry) -> Body:
    body = Body.objects.round_tables().first()
    if body is None:
        raise entry.error("“body” is missing, and there is no round table")
    return body


def _steps(entry: Entry, body: Body) -> Iterator[tuple[Entry, dict[str, Any]]]:
    before: date | None = None
    for step in entry.children("steps", "step", by="status"):
        day = _next_meeting_day(step, body, before) if _is_meeting(step) else step.day("on")
        if before and day < before:
            raise step.error(f"it lies on {day}, before the step above it ({before})")
        yield step, {"reached_on": day, **step.columns(MotionStep, "status", "note")}
        before = day


def _is_meeting(step: Entry) -> bool:
    return step.text("on") == NEXT_MEETING


def _next_meeting_day(step: Entry, body: Body, after: date | None) -> date:
    meeting = _meeting_after(body, after) if after else None
    if meeting is None or meeting.starts_at > _end_of(step.today):
        raise step.error(f"no meeting of “{body.slug}” was held after {after or 'nothing'}")
    return timezone.localdate(meeting.starts_at)


def _meeting_after(body: Body, day: date) -> Meeting | None:
    held = Meeting.objects.filter(body=body, starts_at__gt=_end_of(day))
    return held.order_by("starts_at").first()


def _end_of(day: date) -> datetime:
    return at_clock(day, parse_clock("23:59"))


def _first_state(
    steps: list[tuple[Entry, dict[str, Any]]], body: Body, plan: AgendaPlan | None
) -> dict[str, Any]:
    """Return number, status and the agenda item under which the round table discussed it."""
    if not steps:
        return {}
    submitted, latest = steps[0][1]["reached_on"], steps[-1][1]
    meeting = _meeting_after(body, submitted)
    item = plan.motions_item(meeting) if plan and meeting else None
    return {
        "number": next_motion_number(submitted.year),
        "submitted_on": submitted,
        "status": latest["status"],
        "agenda_item": item,
        "created_at": at_clock(submitted, parse_clock("10:00")),
        "modified_at": at_clock(latest["reached_on"], parse_clock("10:00")),
    }


def _measure(entry: Entry) -> Measure | None:
    """Return the measure written as “2016/5.3.2”: concept and number."""
    if "measure" not in entry:
        return None
    concept, _slash, number = entry.text("measure").partition("/")
    measure: Measure | None = Measure.objects.filter(concept__slug=concept, number=number).first()
    if measure is None:
        raise entry.error(f"there is no measure “{number}” in a concept “{concept}”")
    return measure
