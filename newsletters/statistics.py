"""Statistics without persons: what went out, what came back, how the lists grow.

Nobody's opening or clicking is measured: that would need consent (§ 25 TDDDG), and the office does
not want to know.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Case, Count, Q, When
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kit_portal.common.charts import NARROW, Bar, Chart, columns, horizontal_bars
from kit_portal.common.days import at_clock
from newsletters.models import Delivery, Issue, Newsletter, Subscription

ISSUES = 26  # half a year of a weekly letter
MONTHS = 12
State = Delivery.State

# Why mail comes back, by what the enhanced status code begins with (RFC 3463, section 3).
CLASSES: dict[str, str | Promise] = {
    "1": gettext_lazy("unknown address"),
    "2": gettext_lazy("mailbox full or closed"),
    "4": gettext_lazy("network or server trouble"),
    "7": gettext_lazy("refused by the receiver's rules"),
}


@dataclass(frozen=True)
class IssueFigures:
    issue: Issue
    sent: int
    failed: int
    skipped: int
    left: int


@dataclass(frozen=True)
class Statistics:
    """``issues``: newest first; the charts run from old to new and are None without data."""

    newsletter: Newsletter
    issues: Sequence[IssueFigures]
    failures: Sequence[tuple[str, int]]
    growth: Sequence[tuple[date, int]]

    @property
    def growth_chart(self) -> Chart | None:
        if not any(count for _month, count in self.growth):
            return None
        bars = [Bar(date_format(month, "b y"), count) for month, count in self.growth]
        title = _("Recipients at the end of each month, now %d") % self.growth[-1][1]
        return columns(title, bars, label_heading=_("Month"), value_heading=_("Recipients"))

    @property
    def sent_chart(self) -> Chart | None:
        shown = list(reversed(self.issues[:12]))
        if not shown:
            return None
        bars = [Bar(figures.issue.slot.partition("-")[2], figures.sent) for figures in shown]
        title = _("Mails sent of each issue, last time %d") % shown[-1].sent
        return columns(title, bars, label_heading=_("Issue"), value_heading=_("Mails sent"))

    @property
    def failure_chart(self) -> Chart | None:
        if not self.failures:
            return None
        bars = [Bar(label, count) for label, count in self.failures]
        title = _("Why mail came back, %d in all") % sum(count for _label, count in self.failures)
        return horizontal_bars(
            title, bars, label_heading=_("Reason"), value_heading=_("Mails"), width=NARROW
        )


def statistics_of(newsletter: Newsletter, *, now: datetime) -> Statistics:
    """Return the figures of one newsletter, in a fixed number of queries."""
    issues = list(
        newsletter.issues.filter(state=Issue.State.SENT, corrects__isnull=True).newest_first()[
            :ISSUES
        ]
    )
    left = _left_after(newsletter, issues)
    return Statistics(
        newsletter=newsletter,
        issues=[
            IssueFigures(
                issue, issue.sent_count, issue.failed_count, issue.skipped_count, left[issue.pk]
            )
            for issue in issues
        ],
        failures=_failures(newsletter, issues),
        growth=_growth(newsletter, now=now),
    )


def _left_after(newsletter: Newsletter, issues: Sequence[Issue]) -> Counter[int]:
    """Count who left after each issue and before the next one; ``issues`` newest first."""
    if not issues:
        return Counter()
    oldest = issues[-1].scheduled_for
    moments = Subscription.objects.filter(newsletter=newsletter, left_at__gte=oldest)
    left: Counter[int] = Counter()
    for moment in moments.values_list("left_at", flat=True):
        before = (issue for issue in issues if moment and issue.scheduled_for <= moment)
        if cause := next(before, None):
            left[cause.pk] += 1
    return left


def _failures(newsletter: Newsletter, issues: Sequence[Issue]) -> list[tuple[str, int]]:
    """Count what was refused at once, and what was taken and came back later."""
    mails = Delivery.objects.filter(issue__in=[issue.pk for issue in issues])
    code = Case(When(state=State.FAILED, then="enhanced_code"), default="bounce__status")
    rows = (
        mails.filter(Q(state=State.FAILED) | Q(bounce__isnull=False))
        .order_by()
        .values_list(code)
        .annotate(count=Count("pk"))
    )
    counted: Counter[str] = Counter()
    for code, count in rows:
        counted[str(CLASSES.get(code.split(".")[1] if "." in code else "", _("other")))] += count
    return counted.most_common()


def _growth(newsletter: Newsletter, *, now: datetime) -> list[tuple[date, int]]:
    """Return (first day of the month, recipients at its end) of the last months, in one query."""
    first = timezone.localdate(now).replace(day=1)
    months = [first]
    while len(months) < MONTHS:
        months.append((months[-1].replace(day=1) - timedelta(days=1)).replace(day=1))
    months.reverse()
    ends = [at_clock(month, time()) for month in months[1:]] + [now]
    held = {
        f"m{index}": Count(
            "pk",
            filter=Q(confirmed_at__lt=end) & (Q(left_at__isnull=True) | Q(left_at__gte=end)),
        )
        for index, end in enumerate(ends)
    }
    counts = Subscription.objects.filter(newsletter=newsletter).aggregate(**held)
    return [(month, counts[f"m{index}"]) for index, month in enumerate(months)]


def issues_in(year: int) -> int | None:
    """Return how many issues went out in ``year``: a figure for measures."""
    sent = Issue.objects.filter(state=Issue.State.SENT, corrects__isnull=True)
    return sent.filter(scheduled_for__year=year).count() or None
