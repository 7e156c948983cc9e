"""The public archive of a newsletter: searching it, its Atom feed, an issue as a PDF."""

from __future__ import annotations

import base64
import hashlib
import mimetypes
from typing import Any, cast

from django.contrib.auth.models import AnonymousUser
from django.contrib.syndication.views import Feed
from django.core.cache import cache
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language

from directory.models import Office
from kit_portal.common.pdf import render_pdf
from kit_portal.common.translation_queries import icontains_any
from newsletters.models import Issue, IssueItem, Newsletter
from newsletters.render import News, sections_of, wording

FEED_LENGTH = 20
A_DAY = 86_400  # seconds


def found_in(issues: QuerySet[Issue], text: str) -> QuerySet[Issue]:
    """Issues that contain every word of ``text`` in what the public may still read of them."""
    for word in text.split():
        items = IssueItem.objects.in_archive().filter(issue=OuterRef("pk"))
        told = items.filter(icontains_any("title", word) | icontains_any("text", word))
        issues = issues.filter(
            icontains_any("subject", word) | icontains_any("intro", word) | Exists(told)
        )
    return issues


class ArchiveFeed(Feed):  # type: ignore[type-arg]
    """The latest issues of one newsletter in the language of the address."""

    feed_type = Atom1Feed

    def get_object(self, request: HttpRequest, *args: Any, **options: Any) -> Newsletter:
        found = Newsletter.objects.filter(slug=options["slug"], has_archive=True).first()
        if found is None:
            raise Http404
        return found

    def title(self, newsletter: Newsletter) -> str:
        return newsletter.name

    def subtitle(self, newsletter: Newsletter) -> str:
        return newsletter.description

    def link(self, newsletter: Newsletter) -> str:
        return newsletter.get_absolute_url()

    def feed_url(self, newsletter: Newsletter) -> str:
        return reverse("newsletters:feed", args=(newsletter.slug,))

    def items(self, newsletter: Newsletter) -> QuerySet[Issue]:
        public = Issue.objects.visible_to(AnonymousUser()).archived()
        return cast(
            "QuerySet[Issue]",
            public.filter(newsletter=newsletter)
            .select_related("newsletter")
            .prefetch_related("items")
            .newest_first()[:FEED_LENGTH],
        )

    def item_title(self, item: Any) -> str:
        return str(item.subject)

    def item_description(self, item: Issue) -> str:
        shown = [one for one in item.items.all() if one.is_included and not one.withdrawn_at]
        return " · ".join(one.title for one in shown)

    def item_pubdate(self, item: Issue) -> Any:
        return item.scheduled_for

    def item_updateddate(self, item: Issue) -> Any:
        return item.modified_at


def _picture(news: News) -> str:
    """Return the picture as a data address, since a document fetches nothing."""
    if not news.item.picture:
        return ""
    try:
        with news.item.picture.open("rb") as file:
            content = base64.b64encode(file.read()).decode()
    except OSError:  # a lost file must not cost the issue
        return ""
    kind = mimetypes.guess_type(news.item.picture.name or "")[0] or "image/jpeg"
    return f"data:{kind};base64,{content}"


def issue_pdf(issue: Issue, *, language: str) -> bytes:
    """Return the issue as an accessible PDF of what the archive shows, made once for each state.

    Raises PdfUnavailableError where the text libraries are missing.
    """
    items = list(issue.items.in_archive().with_attachments())
    sections = sections_of(issue, items, language=language)
    context = {
        "issue": issue,
        "sections": [
            (section.heading, [(news, _picture(news)) for news in section.news])
            for section in sections
        ],
        "subject": wording(issue, "subject", language=language),
        "intro": wording(issue, "intro", language=language),
        "office": Office.objects.current(),
    }
    state = repr((issue.pk, issue.modified_at, get_language(), language, sections))
    key = f"newsletter-pdf-{hashlib.sha256(state.encode()).hexdigest()}"
    pdf: bytes | None = cache.get(key)
    if pdf is None:
        pdf = render_pdf(
            "newsletters/issue_pdf.html", context, language=language, stylesheet="letter.css"
        )
        cache.set(key, pdf, A_DAY)
    return pdf
