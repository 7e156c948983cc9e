"""Newsletters, their readers and the archive's first issues out of ``newsletters.yaml``."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from kit_portal.common.days import WEEKDAYS, at_clock
from kit_portal.common.loading import Entry
from kit_portal.common.loading_rows import OfficeData, rows_by
from newsletters import consent, links
from newsletters.models import (
    Consent,
    Delivery,
    Issue,
    IssueItem,
    Newsletter,
    Subscriber,
    Subscription,
)
from newsletters.models.subscriber import hash_address
from newsletters.release import message_id

WEEK = timedelta(days=7)
COMPOSED_BEFORE = timedelta(days=2)


def load(data: OfficeData) -> None:
    with data.file("newsletters.yaml") as file:
        for position, entry in enumerate(file.children("newsletters", "newsletter", by="slug"), 1):
            _load_newsletter(data, entry, position)
        newsletters = rows_by(Newsletter, "slug")
        if "subscribers" in file:
            _load_subscribers(data, file.child("subscribers"), newsletters)
        archived = set(Issue.objects.values_list("newsletter__slug", flat=True))
        for entry in file.children("issues", "issue of", by="newsletter"):
            newsletter = entry.choose("newsletter", newsletters, "newsletter")
            _load_issue(data, entry, newsletter, is_wanted=newsletter.slug not in archived)


def _load_newsletter(data: OfficeData, entry: Entry, position: int) -> None:
    columns = entry.columns(
        Newsletter,
        *("slug", "name", "description", "sections", "rhythm", "send_time", "lead_hours"),
        *("late_hours", "sender_name", "from_email", "reply_to", "list_id"),
        *("has_archive", "is_active"),
    )
    if "weekday" in entry:
        weekdays = {name: number for number, name in enumerate(WEEKDAYS)}
        columns["weekday"] = entry.choose("weekday", weekdays, "weekday")
    data.put(Newsletter, entry, columns | {"position": position}, by=("slug",))


def _load_subscribers(data: OfficeData, entry: Entry, newsletters: dict[str, Newsletter]) -> None:
    """Make as many confirmed readers as the file says; those who are there already stay."""
    readers = [
        (number, entry.text("address").format(number=f"{number:03}"), language)
        for number, language in enumerate(_languages(entry), start=1)
    ]
    known = set(Subscriber.objects.values_list("address_hash", flat=True))
    fresh = [reader for reader in readers if hash_address(reader[1]) not in known]
    first, last = entry.moment("confirmed_from"), entry.moment("confirmed_until")
    counts = entry.child("newsletters")
    wanted = [
        (entry.choose_name(slug, newsletters, "newsletter"), counts.number(slug))
        for slug in counts.content
    ]
    subscribers = data.put_new(
        Subscriber,
        [
            Subscriber.build(address, language=language, state=Subscriber.State.ACTIVE)
            for _number, address, language in fresh
        ],
    )
    rows = []
    for subscriber, (number, _address, _language) in zip(subscribers, fresh, strict=True):
        since = first + (last - first) * number / (len(readers) + 1)
        rows += [
            (entry, _subscription(subscriber, newsletter, since))
            for newsletter, count in wanted
            # Evenly spread over the readers, so over the languages, too.
            if number * count // len(readers) > (number - 1) * count // len(readers)
        ]
    subscriptions = data.put_all(Subscription, rows, by=("subscriber", "newsletter"))
    _note_consents(data, subscriptions)


def _languages(entry: Entry) -> list[str]:
    """Return one language for each reader, mixed as the file's shares say."""
    shares = entry.child("languages")
    known = {code for code, _name in settings.SITE_LANGUAGES_ALL}
    if unknown := set(shares.content) - known:
        raise shares.error(f"“{min(unknown)}” is no language of the site")
    counts = {code: shares.number(code) for code in shares.content}
    places = [
        ((turn + 0.5) / count, code) for code, count in counts.items() for turn in range(count)
    ]
    return [code for _place, code in sorted(places)]


def _subscription(
    subscriber: Subscriber, newsletter: Newsletter, since: datetime
) -> dict[str, Any]:
    return {
        "subscriber": subscriber,
        "newsletter": newsletter,
        "requested_at": since,
        "confirmed_at": since,
    }


def _note_consents(data: OfficeData, subscriptions: list[Subscription]) -> None:
    rows = [
        Consent(
            subscriber_id=one.subscriber_id,
            newsletter_id=one.newsletter_id,
            event=Consent.Event.CONFIRMED,
            source=Consent.Source.IMPORT,
            text_version=consent.TAKEN_OVER,
            language=one.subscriber.language,
            at=one.requested_at,
        )
        for one in subscriptions
    ]
    data.put_new(Consent, rows)


def _load_issue(data: OfficeData, entry: Entry, newsletter: Newsletter, *, is_wanted: bool) -> None:
    """Put an issue into an archive that was empty before."""
    columns = entry.columns(Issue, "subject", "intro")
    items = [
        (item, item.columns(IssueItem, "title", "text", "url") | {"position": position})
        for position, item in enumerate(entry.children("items", "item"))
    ]
    day = data.today - WEEK * entry.number("weeks_ago")
    if not is_wanted:
        return
    year, week, _weekday = day.isocalendar()
    day += timedelta(days=newsletter.weekday - day.weekday())
    sent_at = at_clock(day, newsletter.send_time)
    readers = list(Subscriber.objects.subscribed_to(newsletter).order_by("pk"))
    slot = (
        f"{year}-W{week:02}"
        if newsletter.rhythm == Newsletter.Rhythm.WEEKLY
        else f"{day.year}-Q{(day.month + 2) // 3}"
    )
    issue = data.put(
        Issue,
        entry,
        {"newsletter": newsletter, "slot": slot, **columns},
        by=("newsletter", "slot"),
        at_first={
            "state": Issue.State.SENT,
            "composed_at": sent_at - COMPOSED_BEFORE,
            "scheduled_for": sent_at,
            "released_at": sent_at - timedelta(hours=2),
            "published_at": sent_at,
            "finished_at": sent_at + timedelta(minutes=1),
            "audience_count": len(readers),
            "sent_count": len(readers),
        },
    )
    rows = [(item, {"issue": issue, **values}) for item, values in items]
    data.put_all(IssueItem, rows, by=("issue", "position"))
    _note_deliveries(data, issue, readers, sent_at)


def _note_deliveries(
    data: OfficeData, issue: Issue, readers: list[Subscriber], sent_at: datetime
) -> None:
    domain = links.mail_domain(issue.newsletter)
    rows = [
        Delivery(
            issue=issue,
            subscriber=reader,
            address_hash=reader.address_hash,
            language=reader.language,
            state=Delivery.State.SENT,
            attempts=1,
            message_id=message_id(issue, reader.pk, domain=domain),
            smtp_code=250,
            handed_over_at=sent_at,
            sent_at=sent_at,
        )
        for reader in readers
    ]
    data.put_new(Delivery, rows)
