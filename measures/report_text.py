"""A text of the report that knows in which language it is."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template.defaultfilters import linebreaksbr
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from kit_portal.common.locales import direction_of
from kit_portal.common.markup import render_markdown
from kit_portal.common.translation_queries import column


def alphabetical(name: str) -> str:
    """Return what a German index sorts by: ä as a, ß as ss, no capitals (DIN 5007, variant 1)."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


@dataclass(frozen=True)
class Text:
    """A text with the language it is really in: the report's own, or German as fallback."""

    value: str
    language: str

    def __str__(self) -> str:
        return self.value

    def __bool__(self) -> bool:
        return bool(self.value)

    @property
    def attributes(self) -> SafeString | str:
        """What an element around the text needs where its language is not the page's."""
        if self.language == get_language():
            return ""
        return format_html(' lang="{}" dir="{}"', self.language, direction_of(self.language))

    @property
    def html(self) -> SafeString | str:
        return self._marked(self.value, "span")

    @property
    def lines(self) -> SafeString | str:
        """With its line breaks kept."""
        return self._marked(linebreaksbr(self.value), "span")

    @property
    def markdown(self) -> SafeString | str:
        return self._marked(render_markdown(self.value, top_heading=4), "div")

    @property
    def chapter(self) -> SafeString | str:
        """As Markdown whose headings stand below the chapter's own."""
        return self._marked(render_markdown(self.value, top_heading=3), "div")

    def _marked(self, content: str, element: str) -> SafeString | str:
        if not self.attributes:
            return content
        return format_html("<{0}{1}>{2}</{0}>", element, self.attributes, content)


NO_TEXT = Text("", settings.LANGUAGE_CODE)


def text_of(thing: Any, field: str) -> Text:
    """Read a translated field as a reader of the current language gets it."""
    here = get_language() or settings.LANGUAGE_CODE
    if value := getattr(thing, column(field, here)):
        return Text(value, here)
    return Text(getattr(thing, column(field, settings.LANGUAGE_CODE)) or "", settings.LANGUAGE_CODE)
