"""Template vocabulary: translated texts with an honest fallback, links, pages."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kit_portal.common.charts import number_text
from kit_portal.common.markup import render_markdown
from kit_portal.common.translation_queries import column

register = template.Library()


def _text_and_fallback(thing: Any, field: str) -> tuple[str, bool]:
    """Return the text in the current language, or the German one and True."""
    here, fallback = _columns(field, get_language())
    text = getattr(thing, here) or ""
    if text or here == fallback:
        return text, False
    text = getattr(thing, fallback) or ""
    return text, bool(text)


@lru_cache
def _columns(field: str, language: str | None) -> tuple[str, str]:
    return column(field, language), column(field, settings.LANGUAGE_CODE)


def _mark() -> SafeString:
    return format_html(
        '<span class="fallback-mark" title="{}"><span aria-hidden="true">DE</span>'
        '<span class="kern-sr-only">{}</span></span>',
        _("This text is only available in German"),
        _("(in German)"),
    )


@register.simple_tag
def translated(thing: Any, field: str) -> SafeString | str:
    """Show one line of text; a German fallback carries its language, direction and a mark."""
    text, is_fallback = _text_and_fallback(thing, field)
    if not is_fallback:
        return text
    return format_html('<span lang="de" dir="ltr">{}</span> {}', text, _mark())


@register.simple_tag
def translated_plain(thing: Any, field: str) -> SafeString | str:
    """As ``translated``, without the visible mark: for repeated labels beside a marked heading."""
    text, is_fallback = _text_and_fallback(thing, field)
    return format_html('<span lang="de" dir="ltr">{}</span>', text) if is_fallback else text


@register.simple_tag
def translated_markdown(thing: Any, field: str, top_heading: int = 2) -> SafeString:
    """Show a text of paragraphs; a German fallback is announced above it."""
    text, is_fallback = _text_and_fallback(thing, field)
    html = render_markdown(text, top_heading=top_heading)
    if not is_fallback:
        return html
    return format_html(
        '<p class="fallback-note">{}</p><div lang="de" dir="ltr">{}</div>',
        _("This text is only available in German"),
        html,
    )


@register.filter
def markdown(text: str) -> SafeString:
    """Show Markdown that exists in one language only."""
    return render_markdown(text)


@register.filter
def number(value: float | None) -> str:
    """Show a number in the reader's notation, without needless decimals."""
    return "" if value is None else number_text(float(value))


@register.filter
def phone_href(value: str) -> str:
    """Return what a ``tel:`` link needs: digits and a leading plus (RFC 3966)."""
    return "".join(ch for ch in value if ch.isdigit() or ch == "+")


@register.simple_tag(takes_context=True)
def with_query(context: dict[str, Any], **changes: Any) -> str:
    """Return the current query string with ``changes``; an empty value drops its key."""
    query = context["request"].GET.copy()
    for key, value in changes.items():
        query.pop(key, None)
        if value not in ("", None):
            query[key] = str(value)
    return f"?{query.urlencode()}"
