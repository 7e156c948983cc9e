"""Rendering: an issue as mail, once per language, with placeholders where personal links come."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from directory.models import Office
from kit_portal.common.locales import direction_of
from kit_portal.common.mail import inline_css
from kit_portal.common.markup import render_markdown
from kit_portal.common.translation_queries import column
from newsletters import links
from newsletters.models import Issue, IssueItem, ItemAttachment
from newsletters.models.newsletter import SECTIONS

HEADINGS: dict[str, str | Promise] = {"own": _("From the office"), **SECTIONS}

_BLOCK = re.compile(r"\s*([-*+#>|]|\d+[.)])")  # begins a list item, heading, quotation or table row


@dataclass(frozen=True)
class Wording:
    """A text as one reader gets it: in their language, or in German and marked so."""

    text: str
    language: str
    is_fallback: bool

    @property
    def direction(self) -> str:
        return direction_of(self.language)

    @property
    def plain(self) -> str:
        return reflow(self.text)

    @property
    def html(self) -> SafeString:
        """The text as Markdown; links to the portal's own pages made absolute."""
        html = render_markdown(self.text, top_heading=4)
        return mark_safe(html.replace('href="/', f'href="{settings.SITE_URL}/'))  # noqa: S308  cleaned there


def reflow(text: str) -> str:
    """Return Markdown as plain text reads it: one line a paragraph, lists and headings kept."""
    lines: list[str] = []
    for line in text.strip().splitlines():
        goes_on = lines and lines[-1] and line.strip() and not _BLOCK.match(line)
        if goes_on:
            lines[-1] += f" {line.strip()}"
        else:
            lines.append(line.strip())
    return "\n".join(f"  {line}" if number and line else line for number, line in enumerate(lines))


@dataclass(frozen=True)
class News:
    """One item ready for a template."""

    item: IssueItem
    title: Wording
    text: Wording
    url: str
    picture_url: str
    picture_alt: Wording
    attachments: list[tuple[Wording, ItemAttachment]]

    @property
    def starts_at(self) -> datetime | None:
        return self.item.starts_at


@dataclass(frozen=True)
class Section:
    kind: str
    heading: str | Promise
    news: list[News]


@dataclass(frozen=True)
class Mail:
    """What one language's readers get."""

    language: str
    subject: str
    html: str
    text: str
    omits: str = ""  # kinds of news that are left out

    @property
    def sha256(self) -> str:
        return hashlib.sha256(f"{self.subject}\0{self.html}\0{self.text}".encode()).hexdigest()


def wording(thing: Any, field: str, *, language: str) -> Wording:
    text = getattr(thing, column(field, language)) or ""
    if text or language == settings.LANGUAGE_CODE:
        return Wording(text, language, is_fallback=False)
    text = getattr(thing, column(field, settings.LANGUAGE_CODE)) or ""
    return Wording(text, settings.LANGUAGE_CODE, is_fallback=True)


def sections_of(issue: Issue, items: Iterable[IssueItem], *, language: str) -> list[Section]:
    """Group items under the headings of a letter: the office's own words, then its sections."""
    order = list(dict.fromkeys(["own", *issue.newsletter.sections, *HEADINGS]))
    in_order = sorted(items, key=lambda item: (order.index(item.kind), item.position, item.pk))
    return [
        Section(kind, HEADINGS[kind], [_news(item, language=language) for item in group])
        for kind, group in groupby(in_order, key=lambda item: item.kind)
    ]


def render_issue(
    issue: Issue,
    *,
    language: str,
    items: Iterable[IssueItem] | None = None,
    office: Office | None = None,
    style_url: str = "",
    omits: str = "",
) -> Mail:
    """Return the mail of one language, personal links still placeholders.

    ``items`` and ``office`` are looked up unless given. With ``style_url`` the HTML refers to that
    style sheet instead of carrying styles: for a page whose security policy forbids them.
    ``omits`` says which kinds of news are not among ``items``, at the readers' wish.
    """
    chosen = issue.items.included().with_attachments() if items is None else items
    with override(language):
        context = _context(issue, chosen, language=language) | {
            "office": office or Office.objects.current(),
            "style_url": style_url,
        }
        html = render_to_string("mail/newsletter_issue/body.html", context)
        text = render_to_string("mail/newsletter_issue/body.txt", context)
        subject = " ".join(wording(issue, "subject", language=language).text.split())
    return Mail(
        language=language,
        subject=subject,
        html=html if style_url else inline_css(html),
        text=re.sub(r"\n{3,}", "\n\n", text).strip() + "\n",
        omits=omits,
    )


def render_all(issue: Issue) -> list[Mail]:
    """Render every language of the site: readers may change theirs, and the archive has all."""
    items = list(issue.items.included().with_attachments())
    office = Office.objects.current()
    return [
        render_issue(issue, language=code, items=items, office=office)
        for code, _name in settings.LANGUAGES
    ]


def personal(text: str, *, token: str) -> str:
    return text.replace(links.TOKEN_PLACEHOLDER, token)


def _context(issue: Issue, items: Iterable[IssueItem], *, language: str) -> dict[str, Any]:
    token = links.TOKEN_PLACEHOLDER
    newsletter = issue.newsletter
    sections = sections_of(issue, items, language=language)
    return {
        "language": language,
        "direction": direction_of(language),
        "site_url": settings.SITE_URL,
        "newsletter": newsletter,
        "issue": issue,
        "subject": wording(issue, "subject", language=language),
        "intro": wording(issue, "intro", language=language),
        "sections": sections,
        "first_titles": [news.title.text for section in sections for news in section.news[:2]][:4],
        "archive_url": links.archive_url(issue, language=language)
        if newsletter.has_archive
        else "",
        "leave_url": links.leave_url(newsletter, token, language=language),
        "preferences_url": links.preferences_url(token, language=language),
    }


def _news(item: IssueItem, *, language: str) -> News:
    return News(
        item=item,
        title=wording(item, "title", language=language),
        text=wording(item, "text", language=language),
        url=links.absolute(item.url, language=language) if item.url else "",
        picture_url=links.file_url(item.picture.url) if item.picture else "",
        picture_alt=wording(item, "picture_alt", language=language),
        attachments=[
            (wording(one, "title", language=language), one) for one in item.attachments.all()
        ],
    )
