"""Topics: a reader may leave out kinds of news (docs/decisions/0013-topics.md).

What somebody leaves out counts only where an issue has it. So most readers share one body per
language, and an issue has no more bodies than choices that make a difference to it.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils.functional import Promise

from newsletters.models import Issue, IssueItem, Newsletter, Subscriber
from newsletters.models.newsletter import SECTIONS
from newsletters.models.subscriber import sections_key
from newsletters.render import Mail, render_issue
from newsletters.subscription import site_language


def topics_of(newsletters: Iterable[Newsletter]) -> list[tuple[str, str | Promise]]:
    """Return the kinds of news that these newsletters gather, as choices of a form."""
    gathered = {section for newsletter in newsletters for section in newsletter.sections}
    return [(section, name) for section, name in SECTIONS.items() if section in gathered]


class Choices:
    """What the readers of one issue leave out of it."""

    def __init__(self, issue: Issue) -> None:
        self.issue = issue
        self.items = list(issue.items.included().with_attachments())
        self.kinds = {item.kind for item in self.items}
        self._ready: set[tuple[str, str]] = set()

    def key(self, omits: str) -> str | None:
        """Return what a reader who leaves out ``omits`` misses here; None if nothing is left.

        A correction's introduction alone corrects nothing.
        """
        missed = self.kinds.intersection(omits.split())
        is_empty = missed == self.kinds and bool(missed)
        has_words = bool(self.issue.intro) and not self.issue.is_correction
        return None if is_empty and not has_words else sections_key(missed)

    def rendered(self, readers: QuerySet[Subscriber]) -> list[Mail]:
        """Return the mails that differ from what everybody else of a language gets."""
        wanted = {
            (site_language(language), self.key(omits))
            for language, omits in readers.exclude(omits="")
            .order_by()
            .values_list("language", "omits")
            .distinct()
        }
        self._ready = {(language, key) for language, key in wanted if key}
        return [self._render(language, key) for language, key in sorted(self._ready)]

    def ready_key(self, language: str, key: str) -> str:
        """Return ``key`` if its body was rendered.

        Who chose anew while the issue was being released gets the whole of it, rather than nothing.
        """
        return key if (language, key) in self._ready else ""

    def _render(self, language: str, key: str) -> Mail:
        left: list[IssueItem] = [item for item in self.items if item.kind not in key.split()]
        return render_issue(self.issue, language=language, items=left, omits=key)
