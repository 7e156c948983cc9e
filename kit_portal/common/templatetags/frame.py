"""The frame around every page: header, menus, footer. It is the larger half of a small page, so
what depends on nothing but the language and the office is rendered once per process.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from kit_portal.common.addresses import in_language
from kit_portal.common.locales import site_languages

register = template.Library()

_MOST_PARTS = 500  # a few per language; more only while somebody edits the office
_parts: dict[tuple[Hashable, ...], SafeString] = {}


@register.simple_tag
def fixed_part(template_name: str, key: Hashable = None, **variables: Any) -> SafeString:
    """Include ``template_name`` with ``variables``, rendered once for each ``key``.

    ``key`` has to change with everything that the part shows, but for the language.
    """
    whole = (template_name, get_language(), key)
    part = _parts.get(whole)  # asked once: another thread may clear in between
    if part is None:
        part = render_to_string(template_name, variables)
        if len(_parts) >= _MOST_PARTS:
            _parts.clear()
        _parts[whole] = part
    return part


@register.simple_tag(takes_context=True)
def main_menu(context: dict[str, Any]) -> SafeString:
    """The main menu with the entry marked under which the current page lies."""
    menu = fixed_part("components/_main_menu.html")
    return _marked_menu(menu, context["request"].path)


@lru_cache(maxsize=_MOST_PARTS)
def _marked_menu(menu: SafeString, path: str) -> SafeString:
    for address in re.findall(r'href="([^"]+)"', menu):
        if path.startswith(address):
            return mark_safe(  # noqa: S308  a template's output and a constant
                menu.replace(f'href="{address}"', f'href="{address}" aria-current="page"')
            )
    return menu


@register.simple_tag(takes_context=True)
def alternate_links(context: dict[str, Any]) -> SafeString:
    """Tell search engines this page's address in every language (``hreflang``)."""
    return _alternate_links(context["request"].get_full_path(), get_language())


@lru_cache(maxsize=_MOST_PARTS)
def _alternate_links(path: str, here: str | None) -> SafeString:
    links = [
        f'<link rel="alternate" hreflang="{language.code}"'
        f' href="{settings.SITE_URL}{in_language(escape(path), language.code)}">'
        for language in site_languages()
    ]
    return mark_safe("\n  ".join(links))  # noqa: S308  the path is escaped, the rest is settings


@register.simple_tag(takes_context=True)
def language_items(context: dict[str, Any], css: str) -> SafeString:
    """The site's languages by their own names, each a link to this page in it."""
    return _language_items(context["request"].get_full_path(), get_language(), css)


@lru_cache(maxsize=_MOST_PARTS)
def _language_items(path: str, here: str | None, css: str) -> SafeString:
    items = [
        f'<li><a class="{css}" href="{in_language(escape(path), language.code)}"'
        f' lang="{language.code}" dir="{language.direction}" hreflang="{language.code}"'
        f"{_CURRENT if language.code == here else ''}>{language.name}</a></li>"
        for language in site_languages()
    ]
    return mark_safe("".join(items))  # noqa: S308  the path is escaped, the rest is settings


_CURRENT = ' aria-current="true"'
