"""The balance sheet of an issue: every recipient accounted for, and whom somebody has to care for.

“305 = 301 sent + 2 refused + 1 skipped + 1 unclear”: as long as anything is waiting or unclear, the
issue is not finished; the database holds that, too (``newsletters_sent_is_balanced``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db.models import Count
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kit_portal.common.tables import write_csv
from newsletters.models import Delivery, Issue

State = Delivery.State

# What a mail server's answer is about (RFC 3463, 2: the second figure).
SUBJECTS: dict[str, str | Promise] = {
    "1": gettext_lazy("the address"),
    "2": gettext_lazy("the mailbox"),
    "3": gettext_lazy("the mail system"),
    "4": gettext_lazy("the network"),
    "5": gettext_lazy("the conversation"),
    "6": gettext_lazy("the content"),
    "7": gettext_lazy("security or policy"),
}
# These rows are named: somebody has to decide, or to ask the reader for another address.
NAMED = (State.UNSURE, State.FAILED, State.DEFERRED)


@dataclass(frozen=True)
class Group:
    """How many recipients came to the same end. ``answer`` is “550 5.1.1”, or empty."""

    state: State
    answer: str
    about: str
    count: int


@dataclass
class Sheet:
    issue: Issue
    groups: list[Group]
    named: list[Delivery] = field(default_factory=list)

    @property
    def audience(self) -> int:
        return self.issue.audience_count or 0

    @property
    def by_state(self) -> list[tuple[State, int]]:
        """Return each state that occurs with its number, the final ones first."""
        order = (*Delivery.FINISHED, State.UNSURE)
        counts: dict[State, int] = {}
        for group in self.groups:
            counts[group.state] = counts.get(group.state, 0) + group.count
        return sorted(
            counts.items(), key=lambda item: order.index(item[0]) if item[0] in order else 9
        )

    @property
    def adds_up(self) -> bool:
        """Whether every recipient has a row. Anything else would be a fault of the portal."""
        return sum(group.count for group in self.groups) == self.audience

    @property
    def is_closed(self) -> bool:
        """Whether nothing is waiting or unclear any more."""
        return self.adds_up and all(group.state in Delivery.FINISHED for group in self.groups)


def balance_sheet(issue: Issue) -> Sheet:
    """Return the sheet, in two queries however many recipients there are."""
    counted = (
        issue.deliveries.order_by("state", "smtp_code", "enhanced_code")
        .values_list("state", "smtp_code", "enhanced_code")
        .annotate(count=Count("pk"))
    )
    groups = [
        Group(State(state), _answer(state, code, enhanced), _about(state, enhanced), count)
        for state, code, enhanced, count in counted
    ]
    named = issue.deliveries.filter(state__in=NAMED).select_related("subscriber")
    return Sheet(issue, groups, list(named.order_by("-state", "pk")))


def balance_csv(sheet: Sheet) -> bytes:
    """Return the sheet as CSV. The last column adds up to the audience.

    Who needs a person has a line of their own, all others are numbers: no list of readers.
    """
    headings = [_("State"), _("Answer"), _("About"), _("Reason"), _("E-mail address")]
    return write_csv([*headings, _("Recipients")], _lines(sheet))


def _lines(sheet: Sheet) -> Iterator[tuple[str | int, ...]]:
    for group in sheet.groups:
        if group.state not in NAMED:
            yield str(group.state.label), group.answer, group.about, "", "", group.count
    for row in sheet.named:
        answer = _answer(row.state, row.smtp_code, row.enhanced_code)
        about = _about(row.state, row.enhanced_code)
        address = row.subscriber.email if row.subscriber else ""
        yield row.get_state_display(), answer, about, row.error, address, 1


def _answer(state: str, code: int | None, enhanced_code: str) -> str:
    """What the server said: of mails that were taken, every server says the same."""
    if state == State.SENT or code is None:
        return ""
    return f"{code} {enhanced_code}".strip()


def _about(state: str, enhanced_code: str) -> str:
    if state == State.SENT or not enhanced_code:
        return ""
    return str(SUBJECTS.get(enhanced_code.split(".")[1], ""))
