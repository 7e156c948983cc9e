"""Things to test with; each test states what it asserts."""

from datetime import UTC, datetime, time, timedelta

from newsletters.delivery import finish_issue, start_issue
from newsletters.models import Consent, Issue, IssueItem, Newsletter
from newsletters.release import release_issue
from newsletters.slots import Slot
from newsletters.subscription import add_confirmed

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)  # a Monday, 10:00 in Berlin


def make_newsletter(slug="zusammenleben", **fields):
    values = {
        "name_de": "Verteiler Zusammenleben",
        "rhythm": "weekly",
        "weekday": 2,
        "send_time": time(9),
        "from_email": "newsletter@example.org",
    }
    return Newsletter.objects.create(slug=slug, **values | fields)


def make_reader(email, newsletter, *, language="de", at=NOW - timedelta(days=30)):
    return add_confirmed(
        email, newsletters=[newsletter], language=language, source=Consent.Source.IMPORT, at=at
    )


def make_readers(newsletter, count, *, languages=("de",)):
    return [
        make_reader(f"p{n}@example.org", newsletter, language=languages[n % len(languages)])
        for n in range(count)
    ]


def make_issue(newsletter, *, slot="2026-W48", due=NOW + timedelta(days=2), **fields):
    values = {"subject_de": "Zusammenleben, Woche 48", "composed_at": NOW}
    return Issue.objects.create(
        newsletter=newsletter, slot=slot, scheduled_for=due, **values | fields
    )


def make_item(issue, **fields):
    values = {"title_de": "Sprachcafé", "text_de": "Kommt **alle**.", "kind": "own"}
    return IssueItem.objects.create(issue=issue, **values | fields)


def make_slot(key="2026-W48", due=NOW + timedelta(days=2)):
    return Slot(key, due)


def states(issue):
    return {state: count for state, count in issue.deliveries.counts().items() if count}


def release(newsletter, by, *, slot="2026-W48", due=NOW, **fields):
    """An issue with one item, released and due."""
    issue = make_issue(newsletter, slot=slot, due=due, **fields)
    make_item(issue)
    return release_issue(issue, by=by, now=NOW, send_at=due)


def start(newsletter, by, **fields):
    issue = release(newsletter, by, **fields)
    assert start_issue(issue, now=NOW)
    issue.refresh_from_db()
    return issue


def go_out(issue, *, failed=()):
    """Close a started issue's books, all mails taken but those to the addresses ``failed``."""
    issue.deliveries.update(state="sent", sent_at=NOW)
    refused = issue.deliveries.filter(subscriber__email__in=failed)
    refused.update(state="failed", smtp_code=550, enhanced_code="5.1.1", sent_at=None)
    assert finish_issue(issue, now=NOW)
    issue.refresh_from_db()
    return issue
