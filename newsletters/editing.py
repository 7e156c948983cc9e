"""Editing a draft: its words, what is in it and in which order. Each raises NotPossibleError."""

from __future__ import annotations

from django.conf import settings

from kit_portal.common.translation_queries import column
from newsletters.models import Issue, IssueItem
from newsletters.release import editing


def write_issue(issue: Issue, *, language: str, subject: str, intro: str) -> Issue:
    """Set the words of one language; an empty one falls back to German."""
    with editing(issue) as held:
        setattr(held, column("subject", language), subject)
        setattr(held, column("intro", language), intro)
        held.save()
    return held


def add_item(issue: Issue, *, title: str, text: str, url: str) -> IssueItem:
    """Add an own item at the end, in German; other languages are written into it afterwards."""
    with editing(issue) as held:
        item = IssueItem(issue=held, kind=IssueItem.Kind.OWN, position=held.items.count(), url=url)
        setattr(item, column("title", settings.LANGUAGE_CODE), title)
        setattr(item, column("text", settings.LANGUAGE_CODE), text)
        item.save()
    return item


def write_item(item: IssueItem, *, language: str, title: str, text: str, url: str) -> IssueItem:
    with editing(item.issue):
        setattr(item, column("title", language), title)
        setattr(item, column("text", language), text)
        item.url = url
        item.save()
    return item


def include_item(item: IssueItem, *, included: bool) -> IssueItem:
    with editing(item.issue):
        item.is_included = included
        item.save(update_fields=["is_included"])
    return item


def move_item(item: IssueItem, *, by: int) -> IssueItem:
    """Move an item up (-1) or down (1) among those of its kind; at the end it stays."""
    with editing(item.issue) as held:
        row = list(held.items.filter(kind=item.kind))
        here = next(index for index, other in enumerate(row) if other.pk == item.pk)
        there = min(max(here + by, 0), len(row) - 1)
        row.insert(there, row.pop(here))
        for position, other in enumerate(row):
            other.position = position
        IssueItem.objects.bulk_update(row, ["position"])
    item.position = there
    return item


def remove_item(item: IssueItem) -> None:
    """Delete an own item; what came from the portal can only be left out."""
    with editing(item.issue):
        IssueItem.objects.filter(pk=item.pk, kind=IssueItem.Kind.OWN).delete()
