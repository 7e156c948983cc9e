"""The desk's forms for a draft: its words, its items and their order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from kit_portal.common.locales import site_languages
from kit_portal.common.translation_queries import column
from newsletters import editing
from newsletters.forms import IssueTextForm, ItemForm
from newsletters.models import Issue, IssueItem
from newsletters.release import NotPossibleError
from newsletters.views.desk import back_to, issue_or_404, language_of, may_edit


@login_required
@may_edit
@never_cache
def text(request: HttpRequest, pk: int) -> HttpResponse:
    issue, language = issue_or_404(request, pk), language_of(request)
    initial = {name: getattr(issue, column(name, language)) for name in ("subject", "intro")}
    form = IssueTextForm(request.POST or None, initial=initial, language=language)
    if request.method == "POST" and form.is_valid():
        _try(request, editing.write_issue, issue, language=language, **form.cleaned_data)
        return back_to(issue, language=language)
    context = {"issue": issue, "form": form, **_languages(language)}
    return render(request, "newsletters/issue_text.html", context)


@login_required
@may_edit
@never_cache
def add_item(request: HttpRequest, pk: int) -> HttpResponse:
    issue, language = issue_or_404(request, pk), settings.LANGUAGE_CODE
    form = ItemForm(request.POST or None, language=language)
    if request.method == "POST" and form.is_valid():
        _try(request, editing.add_item, issue, **form.cleaned_data)
        return back_to(issue, language=language)
    context = {"issue": issue, "form": form, **_languages(language)}
    return render(request, "newsletters/item.html", context)


@login_required
@may_edit
@never_cache
def item(request: HttpRequest, pk: int, item_pk: int) -> HttpResponse:
    issue, language = issue_or_404(request, pk), language_of(request)
    found = _item_or_404(issue, item_pk)
    initial = {name: getattr(found, column(name, language)) for name in ("title", "text")}
    form = ItemForm(request.POST or None, initial=initial | {"url": found.url}, language=language)
    if request.method == "POST" and form.is_valid():
        _try(request, editing.write_item, found, language=language, **form.cleaned_data)
        return back_to(issue, language=language)
    context = {"issue": issue, "item": found, "form": form, **_languages(language)}
    return render(request, "newsletters/item.html", context)


@login_required
@may_edit
@require_POST
def include(request: HttpRequest, pk: int, item_pk: int) -> HttpResponse:
    return _change(
        request, pk, item_pk, editing.include_item, included=request.POST.get("included") == "yes"
    )


@login_required
@may_edit
@require_POST
def move(request: HttpRequest, pk: int, item_pk: int) -> HttpResponse:
    return _change(
        request, pk, item_pk, editing.move_item, by=-1 if request.POST.get("to") == "up" else 1
    )


@login_required
@may_edit
@require_POST
def remove(request: HttpRequest, pk: int, item_pk: int) -> HttpResponse:
    return _change(request, pk, item_pk, editing.remove_item)


def _change(
    request: HttpRequest, pk: int, item_pk: int, verb: Callable[..., Any], **values: Any
) -> HttpResponse:
    """Do it and come back to the item's place in the list."""
    issue = issue_or_404(request, pk)
    _try(request, verb, _item_or_404(issue, item_pk), **values)
    page = back_to(issue, language=language_of(request)).headers["Location"]
    return redirect(f"{page}#item-{item_pk}")


def _item_or_404(issue: Issue, item_pk: int) -> IssueItem:
    return get_object_or_404(issue.items.select_related("issue"), pk=item_pk)


def _languages(language: str) -> dict[str, Any]:
    return {"language": language, "languages": site_languages()}


def _try(request: HttpRequest, verb: Callable[..., Any], *args: Any, **values: Any) -> None:
    """Call a verb; what it refuses, the page says."""
    try:
        verb(*args, **values)
    except NotPossibleError as error:
        messages.error(request, str(error.reason))
