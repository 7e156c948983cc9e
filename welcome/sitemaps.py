"""What search engines may find: every public page, once, with its address in each language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from directory.models import ContactPoint
from kit_portal.common.addresses import in_language
from measures.models import Concept, Measure
from roundtable.models import Meeting, Motion
from welcome.models import Event, Page

LISTS = (
    "welcome:home",
    "welcome:pages",
    "welcome:events",
    "welcome:announcements",
    "welcome:feedback",
    "directory:contact_points",
    "directory:responsibilities",
    "measures:concepts",
    "roundtable:home",
    "interpreters:home",
    "newsletters:home",
)


@dataclass
class Entry:
    """One page: ``addresses`` are (language, absolute address), ``modified_at`` may be unknown."""

    addresses: list[tuple[str, str]]
    modified_at: datetime | None

    @cached_property
    def alternates(self) -> SafeString:
        """The links to all languages; the same for each address of the page (hreflang rules)."""
        link = '<xhtml:link rel="alternate" hreflang="{}" href="{}"/>'
        return format_html_join("", link, [*self.addresses, ("x-default", self.addresses[0][1])])


def site_entries() -> Iterator[Entry]:
    for name in LISTS:
        yield _entry(reverse(name), None)
    for thing in _public_things():
        yield _entry(thing.get_absolute_url(), thing.modified_at)


def _public_things() -> Iterator[Any]:
    nobody = AnonymousUser()
    yield from Page.objects.visible_to(nobody).only("slug", "modified_at")
    yield from ContactPoint.objects.visible_to(nobody).only("slug", "modified_at")
    yield from Event.objects.visible_to(nobody).only("slug", "modified_at")
    yield from Concept.objects.visible_to(nobody)
    yield from Measure.objects.visible_to(nobody).select_related("concept")
    yield from Motion.objects.visible_to(nobody)
    yield from Meeting.objects.visible_to(nobody)


def _entry(path: str, modified_at: datetime | None) -> Entry:
    addresses = [
        (code, f"{settings.SITE_URL}{in_language(path, code)}")
        for code, _name in settings.LANGUAGES
    ]
    return Entry(addresses, modified_at)
