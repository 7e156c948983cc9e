from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest


def page_of(
    items: QuerySet[Any] | Sequence[Any], request: HttpRequest, *, size: int = 20
) -> Page[Any]:
    """Return the page that ``?page=`` asks for; a number out of range gives the nearest page."""
    return Paginator(items, size).get_page(request.GET.get("page"))
