"""Editing a draft: its words, what is in it and in which order. Each raises NotPossibleError."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from kit_portal.common.translation_queries import column
from newsletters.guard import changes_of, take_over
from newsletters.models import Issue, IssueItem, ItemAttachment
from newsletters.release import editing


def write_issue(issue: Issue, *, language: str, subject: str, intro: str) -> Issue:
    """Set the words of one language; an empty one falls back to German."""
    with editing(issue) as held:
        setattr(held, column("subject", language), subject)
        setattr(held, column("intro", language), intro)
        held.save()
    return held


@dataclass(frozen=True)
class Words:
    """What an item says in one language."""

    title: str
    text: str = ""
    picture_alt: str = ""

    def write_to(self, item: IssueItem, *, language: str) -> None:
        for name, text in asdict(self).items():
            setattr(item, column(name, language), text)


def words_of(item: IssueItem, *, language: str) -> Words:
    return Words(
        **{field.name: getattr(item, column(field.name, language)) or "" for field in fields(Words)}
    )


def add_item(
    issue: Issue, words: Words, *, url: str, picture: ContentFile[bytes] | None = None
) -> IssueItem:
    """Add an own item at the end, in German; other languages are written into it afterwards."""
    with editing(issue) as held:
        item = IssueItem(issue=held, kind=IssueItem.Kind.OWN, position=held.items.count(), url=url)
        words.write_to(item, language=settings.LANGUAGE_CODE)
        if picture:
            item.picture.save(picture.name or "", picture, save=False)
        item.save()
    return item


def write_item(
    item: IssueItem,
    words: Words,
    *,
    language: str,
    url: str,
    picture: ContentFile[bytes] | None = None,
    remove_picture: bool = False,
) -> IssueItem:
    """Set an item's words in one language, and its picture where a new one is given."""
    with editing(item.issue):
        words.write_to(item, language=language)
        item.url = url
        if picture or remove_picture:
            _forget_picture(item)
        if picture:
            item.picture.save(picture.name or "", picture, save=False)
        item.save()
    return item


def _forget_picture(item: IssueItem) -> None:
    """Take the picture away; its file goes once that is certain and no other item shows it.

    A correction shares the picture with the issue that is out.
    """
    if item.picture:
        storage, name = item.picture.storage, str(item.picture.name)

        def forget_file() -> None:
            if not IssueItem.objects.filter(picture=name).exists():
                storage.delete(name)

        transaction.on_commit(forget_file)
        item.picture = ""


def translate_items(
    issue: Issue, words: Mapping[IssueItem, Words], *, language: str
) -> list[IssueItem]:
    """Set the words of many items in one language."""
    with editing(issue):
        for item, one in words.items():
            one.write_to(item, language=language)
            item.save()
    return list(words)


def attach(item: IssueItem, *, title: str, file: UploadedFile[bytes]) -> ItemAttachment:
    with editing(item.issue):
        attachment = ItemAttachment(item=item, file=file, size=file.size or 0)
        setattr(attachment, column("title", settings.LANGUAGE_CODE), title)
        attachment.save()
    return attachment


def detach(attachment: ItemAttachment) -> None:
    storage, name = attachment.file.storage, str(attachment.file.name)
    with editing(attachment.item.issue):
        attachment.delete()
        transaction.on_commit(lambda: storage.delete(name))


def take_over_changes(issue: Issue) -> int:
    """Write to the items what is so now; return how many that concerned."""
    with editing(issue) as held:
        return len([take_over(change) for change in changes_of(held)])


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


def order_items(issue: Issue, keys: Sequence[int]) -> None:
    """Put the items into the order of ``keys``, each within its kind; others keep their places."""
    with editing(issue) as held:
        wanted = {key: place for place, key in enumerate(keys)}
        moved = [item for item in held.items.all() if item.pk in wanted]
        for item in moved:
            item.position = wanted[item.pk]
        IssueItem.objects.bulk_update(moved, ["position"])


def remove_item(item: IssueItem) -> None:
    """Delete an own item; what came from the portal can only be left out."""
    with editing(item.issue):
        IssueItem.objects.filter(pk=item.pk, kind=IssueItem.Kind.OWN).delete()
