"""Makers of one row each, shallow: a test states what it asserts."""

from datetime import UTC, date, datetime, timedelta

from django.core.files.base import ContentFile
from django.utils import timezone

from directory.models import Organisation
from kit_portal.accounts.models import User
from roundtable.models import AgendaDocument, AgendaItem, Body, Meeting, Membership, Motion


def make_body(slug="table", kind="round_table", **fields):
    return Body.objects.create(slug=slug, kind=kind, name_de=fields.pop("name", slug), **fields)


def make_user(name="somebody", **fields):
    return User.objects.create_user(f"{name}@example.org", "correct-horse-1", name=name, **fields)


def make_organisation(slug="association"):
    return Organisation.objects.create(slug=slug, name=slug)


def make_membership(body, **fields):
    fields = {"starts_on": date(2010, 4, 1)} | fields
    return Membership.objects.create(body=body, **fields)


def make_meeting(body, *, days=7, published=True, **fields):
    """``days`` counts from now."""
    starts_at = fields.pop("starts_at", timezone.now() + timedelta(days=days))
    published_at = datetime(2026, 1, 1, tzinfo=UTC) if published else None
    return Meeting.objects.create(
        body=body, starts_at=starts_at, published_at=published_at, **fields
    )


def make_item(meeting, *, part="public", order=1, title="Item", **fields):
    return AgendaItem.objects.create(
        meeting=meeting, part=part, order=order, title_de=title, **fields
    )


def make_document(item, *, title="Paper", is_public=True, content=b"content of the paper"):
    return AgendaDocument.objects.create(
        agenda_item=item,
        title=title,
        is_public=is_public,
        file=ContentFile(content, name="paper.pdf"),
    )


def make_motion(body, *, title="Motion", **fields):
    return Motion.objects.create(body=body, title_de=title, text_de="Text", **fields)
