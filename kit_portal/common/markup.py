"""Markdown that people of the office write → safe HTML."""

from functools import lru_cache

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

# No raw HTML in the source; two heading levels below the page's own.
_markdown = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table")
_TAGS = {
    "p", "br", "strong", "em", "ul", "ol", "li", "a", "blockquote", "code", "hr",
    "h2", "h3", "h4", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip


@lru_cache(maxsize=2000)  # a few kilobytes each; the same few texts are read all day
def render_markdown(text: str, *, top_heading: int = 2) -> SafeString:
    """Return the HTML of ``text``; ``#`` becomes ``h{top_heading}``: no page gets a second h1.

    A heading that skips a level is lifted, since pages and PDF/UA-1 (7.4.2) allow no gap.
    """
    tokens = _markdown.parse(text or "")
    level = top_heading - 1
    for token in tokens:
        if token.type == "heading_open":
            level = min(int(token.tag[1]) + top_heading - 1, level + 1, 4)
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{level}"
    html = _markdown.renderer.render(tokens, _markdown.options, {})
    clean = nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener",
    )
    return mark_safe(clean)  # noqa: S308  cleaned by nh3 one line above
