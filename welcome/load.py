"""Pages, events, announcements and figures of the home page out of ``welcome.yaml``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from directory.models import ContactPoint, Language, Organisation, Topic
from kit_portal.common.days import at_clock, parse_clock
from kit_portal.common.loading import Entry
from kit_portal.common.loading_rows import OfficeData, rows_by
from measures.models import Indicator
from welcome.feedback import hash_code, new_code
from welcome.models import Announcement, Event, Feedback, Figure, Page

A_YEAR = "today+365"


def load(data: OfficeData) -> None:
    with data.file("welcome.yaml") as file:
        _load_pages(data, file, parent=None)
        _load_events(data, file)
        _load_announcements(data, file)
        _load_figures(data, file)
        _load_feedback(data, file)


def _load_pages(data: OfficeData, above: Entry, *, parent: Page | None) -> None:
    topics, places = rows_by(Topic, "slug"), rows_by(ContactPoint, "slug")
    for position, entry in enumerate(above.children("pages", "page", by="slug"), start=1):
        columns = entry.columns(Page, "slug", "key", "icon", "title", "summary", "body")
        page = data.put(
            Page,
            entry,
            columns | {"parent": parent, "show_on_home": entry.flag("home", default=False)},
            by=("slug",),
            at_first={
                "position": position,
                "reviewed_on": data.today,
                **data.publication(entry),
            },
        )
        data.link(page, "topics", entry.choose_all("topics", topics, "topic"))
        points = entry.choose_all("contact_points", places, "contact point")
        data.link(page, "contact_points", points)
        _load_pages(data, entry, parent=page)


def _load_events(data: OfficeData, file: Entry) -> None:
    """Make the events of each rule; on a later day only the new days are added."""
    topics, languages = rows_by(Topic, "slug"), rows_by(Language, "tag")
    organisations, places = rows_by(Organisation, "slug"), rows_by(ContactPoint, "slug")
    rows: list[tuple[Entry, dict[str, Any]]] = []
    links: dict[str, tuple[list[Topic], list[Language]]] = {}
    for entry in file.children("events", "event", by="slug"):
        columns = entry.columns(
            Event,
            *("slug", "title", "summary", "description", "place", "all_day", "is_free"),
            *("registration_url", "registration_email"),
        )
        if "organiser" in entry:
            columns["organiser"] = entry.choose("organiser", organisations, "organisation")
        if "contact_point" in entry:
            columns["contact_point"] = entry.choose("contact_point", places, "contact point")
        linked = (
            entry.choose_all("topics", topics, "topic"),
            entry.choose_all("languages", languages, "language"),
        )
        for slug, starts_at, ends_at in _occasions(entry):
            times = {"slug": slug, "starts_at": starts_at, "ends_at": ends_at}
            rows.append((entry, columns | times))
            links[slug] = linked
    known = set(Event.objects.filter(slug__in=links).values_list("slug", flat=True))
    events = data.put_all(Event, rows, by=("slug",), at_first={"published_at": data.now})
    fresh = [event for event in events if event.slug not in known]
    data.link_new(fresh, "topics", [links[event.slug][0] for event in fresh])
    data.link_new(fresh, "languages", [links[event.slug][1] for event in fresh])


def _occasions(entry: Entry) -> Iterator[tuple[str, datetime, datetime | None]]:
    """Yield (short address, begin, end) of a single event or of each day of a rule."""
    slug, length = entry.text("slug"), timedelta(minutes=entry.number("minutes", 0))
    if "repeat" not in entry:
        starts_at = entry.moment("starts_at")
        yield slug, starts_at, starts_at + length if length else None
        return
    clock = parse_clock(entry.text("at", "00:00"))
    first, last = entry.day("from", "today"), entry.day("until", A_YEAR)
    for day in entry.child("repeat").as_rule().between(first, last):
        starts_at = at_clock(day, clock)
        yield f"{slug}-{day:%Y-%m-%d}", starts_at, starts_at + length if length else None


def _load_announcements(data: OfficeData, file: Entry) -> None:
    for entry in file.children("announcements", "announcement", by="slug"):
        first = entry.day("shown_from", "today")
        data.put(
            Announcement,
            entry,
            entry.columns(Announcement, "slug", "title", "text"),
            by=("slug",),
            at_first={
                "is_urgent": entry.flag("urgent", default=False),
                "shown_from": first,
                "shown_until": entry.day("shown_until") if "shown_until" in entry else None,
                **data.publication(entry, then=_morning_of(first)),
            },
        )


def _load_figures(data: OfficeData, file: Entry) -> None:
    indicators = rows_by(Indicator, "slug")
    for position, entry in enumerate(file.children("figures", "figure", by="indicator"), 1):
        indicator = entry.choose("indicator", indicators, "indicator")
        data.put(
            Figure,
            entry,
            entry.columns(Figure, "label") | {"indicator": indicator, "position": position},
            by=("indicator",),
        )


def _load_feedback(data: OfficeData, file: Entry) -> None:
    """Fill an empty letter box. Nobody knows the tracking codes, so each is drawn and forgotten."""
    rows = [(entry, _feedback(entry)) for entry in file.children("feedback", "message", by="text")]
    if not Feedback.objects.exists():
        data.put_all(Feedback, rows, by=("code_hash",))


def _feedback(entry: Entry) -> dict[str, Any]:
    columns = entry.columns(Feedback, "kind", "text", "page_address", "email", "language")
    received_at = entry.moment("received")
    columns |= {"received_at": received_at, "code_hash": hash_code(new_code())}
    columns |= entry.columns(Feedback, "state", "answer")
    if columns.get("answer"):
        columns["answered_at"] = entry.moment("answered")
    return columns


def _morning_of(day: date) -> datetime:
    return at_clock(day, parse_clock("08:00"))
