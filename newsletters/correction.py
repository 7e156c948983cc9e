"""Correcting an issue that is out: only who received it hears of what is different now."""

from __future__ import annotations

from copy import copy
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from kit_portal.common.translation_queries import column
from newsletters.guard import Change, changes_of
from newsletters.models import Issue, IssueItem
from newsletters.release import NotPossibleError


def begin_correction(issue: Issue, *, now: datetime) -> Issue:
    """Return the draft of a correction, made now unless one is being written already.

    Raises NotPossibleError where the issue is not out, or nothing in it has changed.
    """
    with transaction.atomic():
        # The second of two people waits here, and then finds what the first one began.
        held = Issue.objects.select_for_update(of=("self",)).select_related("newsletter")
        sent = held.filter(pk=issue.pk, state=Issue.State.SENT).first()
        if sent is None:
            raise NotPossibleError(_("Only an issue that has been sent can be corrected."))
        open_one: Issue | None = sent.corrections.filter(state=Issue.State.DRAFT).first()
        if open_one:
            return open_one
        changes = changes_of(sent)
        if not changes:
            raise NotPossibleError(_("Nothing that this issue announced has changed."))
        return _write(sent, changes, slot=f"{sent.slot}-K{sent.corrections.count() + 1}", now=now)


def _write(issue: Issue, changes: list[Change], *, slot: str, now: datetime) -> Issue:
    correction = Issue(
        newsletter=issue.newsletter,
        corrects=issue,
        slot=slot,
        composed_at=now,
        scheduled_for=now,
    )
    for code in settings.MODELTRANSLATION_LANGUAGES:
        with override(code):
            subject = _("Correction: %(subject)s") % {"subject": issue.subject}
            setattr(correction, column("subject", code), subject[:160])
            setattr(
                correction,
                column("intro", code),
                _("Something in our last issue is different now. This is right:"),
            )
    correction.save(force_insert=True)
    IssueItem.objects.bulk_create(
        _corrected(change, correction, position) for position, change in enumerate(changes)
    )
    return correction


def _corrected(change: Change, correction: Issue, position: int) -> IssueItem:
    """Return a copy of the item that says what is so now."""
    item = copy(change.item)
    item.pk, item.issue, item.position = None, correction, position
    if change.now is None:  # gone from the portal: for its readers that is a cancellation
        item.is_cancelled = True
        item.url = ""
        item.source_id = None
        return item
    item.starts_at, item.ends_at, item.all_day = (
        change.now.starts_at,
        change.now.ends_at,
        change.now.all_day,
    )
    item.place, item.is_cancelled = change.now.place, change.now.is_cancelled
    return item
