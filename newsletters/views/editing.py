"""The desk's forms for a draft: its words, its items and their order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.base import ContentFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from kit_portal.common.locales import direction_of, site_languages
from kit_portal.common.translation_queries import column
from newsletters import editing
from newsletters.editing import words_of
from newsletters.forms import AttachmentForm, IssueTextForm, ItemForm, ItemWordsForm
from newsletters.models import Issue, IssueItem
from newsletters.release import NotPossibleError
from newsletters.render import sections_of
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
    form = ItemForm(request.POST or None, request.FILES or None, language=language)
    if request.method == "POST" and form.is_valid():
        words, url, picture = _entered(form)
        _try(request, editing.add_item, issue, words, url=url, picture=picture)
        return back_to(issue, language=language)
    context = {"issue": issue, "form": form, **_languages(language)}
    return render(request, "newsletters/item.html", context)


@login_required
@may_edit
@never_cache
def item(request: HttpRequest, pk: int, item_pk: int) -> HttpResponse:
    issue, language = issue_or_404(request, pk), language_of(request)
    found = _item_or_404(issue, item_pk)
    form = ItemForm(
        request.POST or None,
        request.FILES or None,
        initial=asdict(words_of(found, language=language)) | {"url": found.url},
        language=language,
        has_picture=bool(found.picture),
    )
    if request.method == "POST" and form.is_valid():
        words, url, picture = _entered(form)
        _try(
            request,
            editing.write_item,
            found,
            words,
            language=language,
            url=url,
            picture=picture,
            remove_picture=form.cleaned_data.get("remove_picture", False),
        )
        return back_to(issue, language=language)
    return render(request, "newsletters/item.html", _item_page(found, form, language))


@login_required
@may_edit
@require_POST
def attach(request: HttpRequest, pk: int, item_pk: int) -> HttpResponse:
    issue, language = issue_or_404(request, pk), language_of(request)
    found = _item_or_404(issue, item_pk)
    attachment_form = AttachmentForm(request.POST, request.FILES)
    if attachment_form.is_valid():
        _try(request, editing.attach, found, **attachment_form.cleaned_data)
        return redirect("newsletters:item", pk, item_pk)
    form = ItemForm(
        initial=asdict(words_of(found, language=language)) | {"url": found.url},
        language=language,
        has_picture=bool(found.picture),
    )
    context = _item_page(found, form, language) | {"attachment_form": attachment_form}
    return render(request, "newsletters/item.html", context)


@login_required
@may_edit
@require_POST
def detach(request: HttpRequest, pk: int, item_pk: int, attachment_pk: int) -> HttpResponse:
    found = _item_or_404(issue_or_404(request, pk), item_pk)
    attachment = get_object_or_404(
        found.attachments.select_related("item__issue"), pk=attachment_pk
    )
    _try(request, editing.detach, attachment)
    return redirect("newsletters:item", pk, item_pk)


@login_required
@may_edit
@never_cache
def side_by_side(request: HttpRequest, pk: int) -> HttpResponse:
    """German beside another language, the whole issue on one page."""
    issue = issue_or_404(request, pk)
    others = [one for one in site_languages() if one.code != settings.LANGUAGE_CODE]
    asked = language_of(request)
    language = asked if asked != settings.LANGUAGE_CODE else others[0].code
    data = request.POST or None
    initial = {name: getattr(issue, column(name, language)) for name in ("subject", "intro")}
    text_form = IssueTextForm(data, initial=initial, prefix="issue", language=language)
    items = issue.items.included().with_attachments()
    rows = [
        (
            one,
            ItemWordsForm(
                data,
                initial=asdict(words_of(one, language=language)),
                prefix=f"item-{one.pk}",
                has_picture=bool(one.picture),
            ),
        )
        for section in sections_of(issue, items, language=language)
        for one in (news.item for news in section.news)
    ]
    forms = [text_form, *(form for _item, form in rows)]
    if request.method == "POST" and not any(form.errors for form in forms):
        words = {
            one: editing.Words(**form.cleaned_data) for one, form in rows if form.has_changed()
        }
        _try(request, editing.translate_items, issue, words, language=language)
        if text_form.has_changed():
            values = text_form.cleaned_data
            _try(request, editing.write_issue, issue, language=language, **values)
        messages.success(request, _("The texts are saved."))
        return redirect(f"{request.path}?language={language}")
    context = {
        "issue": issue,
        "text_form": text_form,
        "rows": rows,
        "language": language,
        "direction": direction_of(language),
        "languages": others,
        "missing": sum(not words_of(one, language=language).title for one, _form in rows),
    }
    return render(request, "newsletters/side_by_side.html", context)


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
def order(request: HttpRequest, pk: int) -> HttpResponse:
    """The order that dragging made; the script shows it already."""
    keys = [int(key) for key in request.POST.getlist("item") if key.isdigit()]
    try:
        editing.order_items(issue_or_404(request, pk), keys)
    except NotPossibleError as error:
        return HttpResponse(str(error.reason), status=409, content_type="text/plain")
    return HttpResponse(status=204)


@login_required
@may_edit
@require_POST
def take_over(request: HttpRequest, pk: int) -> HttpResponse:
    issue = issue_or_404(request, pk)
    _try(request, editing.take_over_changes, issue)
    return back_to(issue, language=language_of(request))


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


def _entered(form: ItemForm) -> tuple[editing.Words, str, ContentFile[bytes] | None]:
    values = form.cleaned_data
    words = editing.Words(values["title"], values["text"], values["picture_alt"])
    return words, values["url"], values["picture"]


def _item_page(found: IssueItem, form: ItemForm, language: str) -> dict[str, Any]:
    return {
        "issue": found.issue,
        "item": found,
        "form": form,
        "attachments": found.attachments.all(),
        "attachment_form": AttachmentForm(),
        **_languages(language),
    }


def _languages(language: str) -> dict[str, Any]:
    return {"language": language, "languages": site_languages()}


def _try(request: HttpRequest, verb: Callable[..., Any], *args: Any, **values: Any) -> None:
    """Call a verb; what it refuses, the page says."""
    try:
        verb(*args, **values)
    except NotPossibleError as error:
        messages.error(request, str(error.reason))
