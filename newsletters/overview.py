"""The desk's overview: each newsletter with its next slot, open issues and last result."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count

from newsletters.guard import changes_of
from newsletters.models import Delivery, Issue, Newsletter
from newsletters.slots import Slot, is_too_late, next_slot

OPEN = (Issue.State.DRAFT, Issue.State.RELEASED, Issue.State.SENDING, Issue.State.PAUSED)


@dataclass
class Row:
    newsletter: Newsletter
    next_slot: Slot | None
    recipients: int
    open_issues: list[Issue] = field(default_factory=list)
    last_sent: Issue | None = None
    counts: list[tuple[str, int]] = field(default_factory=list)


def overview(*, now: datetime) -> list[Row]:
    """Return one row for each active newsletter, in four queries however many there are."""
    rows = {
        newsletter.pk: Row(newsletter, next_slot(newsletter, now=now), newsletter.recipients)
        for newsletter in Newsletter.objects.active().with_recipients()
    }
    for issue in Issue.objects.filter(newsletter__in=rows, state__in=OPEN).newest_first():
        rows[issue.newsletter_id].open_issues.append(issue)
    last_sent = Issue.objects.filter(newsletter__in=rows).last_sent()
    counts = counts_of([issue.pk for issue in last_sent])
    for issue in last_sent:
        row = rows[issue.newsletter_id]
        row.last_sent, row.counts = issue, counts[issue.pk]
    return list(rows.values())


def counts_of(issue_ids: list[int]) -> dict[int, list[tuple[str, int]]]:
    """Return for each issue (state as text, number of deliveries), empty states left out."""
    found: dict[int, list[tuple[str, int]]] = defaultdict(list)
    counted = (
        Delivery.objects.filter(issue__in=issue_ids)
        .order_by("issue", "state")
        .values_list("issue", "state")
        .annotate(count=Count("pk"))
    )
    for issue_id, state, count in counted:
        found[issue_id].append((str(Delivery.State(state).label), count))
    return found


def held(*, now: datetime) -> list[Issue]:
    """Return released issues that do not go out because something they announce has changed."""
    return [issue for issue in Issue.objects.due(now) if changes_of(issue)]


def overdue(*, now: datetime) -> list[Issue]:
    """Return open issues that missed their slot: somebody has to send or drop them."""
    waiting = Issue.objects.filter(
        state__in=(Issue.State.DRAFT, Issue.State.RELEASED), scheduled_for__lt=now
    ).select_related("newsletter")
    return [
        issue
        for issue in waiting
        if issue.is_draft or is_too_late(issue.newsletter, due=issue.scheduled_for, now=now)
    ]
