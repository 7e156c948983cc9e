"""What everybody may see: signing up, and the archive."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from directory.models import Office
from kit_portal.common.paging import page_of
from kit_portal.common.pdf import PdfUnavailableError, is_pdf_available
from kit_portal.common.visitors import address_of, network_of
from newsletters import tasks
from newsletters.archive import found_in, issue_pdf
from newsletters.forms import ArchiveForm, SignUpForm
from newsletters.models import Issue, Newsletter
from newsletters.render import sections_of
from newsletters.sign_up import note_sign_up
from newsletters.subscription import site_language


def home(request: HttpRequest) -> HttpResponse:
    """The newsletters with their form. The answer never tells whether an address is known."""
    form = SignUpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not form.is_trapped:
            sign_up = note_sign_up(
                form.cleaned_data["email"],
                newsletters=form.cleaned_data["newsletters"],
                language=form.cleaned_data["language"],
                network=network_of(address_of(request)),
                now=timezone.now(),
            )
            tasks.take_up_sign_up.delay_on_commit(sign_up.pk)
        return redirect("newsletters:requested")
    context = {"form": form, "newsletters": Newsletter.objects.active()}
    return render(request, "newsletters/home.html", context)


@require_safe
def requested(request: HttpRequest) -> HttpResponse:
    return render(request, "newsletters/requested.html")


@require_safe
def archive(request: HttpRequest, slug: str) -> HttpResponse:
    newsletter = get_object_or_404(Newsletter, slug=slug, has_archive=True)
    issues = Issue.objects.visible_to(request.user).archived().filter(newsletter=newsletter)
    form = ArchiveForm(request.GET)
    wanted = form.cleaned_data["q"] if form.is_valid() else ""
    context = {
        "newsletter": newsletter,
        "form": form,
        "wanted": wanted,
        "page": page_of(found_in(issues.newest_first(), wanted), request),
    }
    return render(request, "newsletters/archive.html", context)


@require_safe
def archived_issue(request: HttpRequest, slug: str, slot: str) -> HttpResponse:
    """The issue as a page, in the language of the page: the mail's own styles are not allowed."""
    issue = _archived_or_404(request, slug, slot)
    language = site_language(get_language() or "")
    items = issue.items.in_archive().with_attachments()
    context = {
        "issue": issue,
        "sections": sections_of(issue, items, language=language),
        "is_pdf_available": is_pdf_available(),
    }
    return render(request, "newsletters/archived_issue.html", context)


@require_safe
def archived_pdf(request: HttpRequest, slug: str, slot: str) -> HttpResponse:
    issue = _archived_or_404(request, slug, slot)
    language = site_language(get_language() or "")
    try:
        pdf = issue_pdf(issue, language=language)
    except PdfUnavailableError as error:
        raise Http404 from error
    name = f"{slug}-{slot}-{language}.pdf"
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)


def _archived_or_404(request: HttpRequest, slug: str, slot: str) -> Issue:
    visible = Issue.objects.visible_to(request.user).archived().select_related("newsletter")
    found: Issue = get_object_or_404(visible, newsletter__slug=slug, slot=slot)
    return found


@require_safe
def mail_style(request: HttpRequest) -> HttpResponse:
    """The mails' style sheet for showing one on a page, in one of its two looks if wanted."""
    context = {"office": Office.objects.current()}
    style = str(render_to_string("layouts/mail.css", context))
    media = {"light": "not all", "dark": "all"}.get(request.GET.get("scheme", ""))
    if media:
        style = style.replace("@media (prefers-color-scheme: dark)", f"@media {media}")
    return HttpResponse(style, content_type="text/css; charset=utf-8")
