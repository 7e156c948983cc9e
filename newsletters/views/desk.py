"""The newsletter desk: what is due, looking at an issue, testing and releasing it."""

from __future__ import annotations

from datetime import datetime
from smtplib import SMTPException
from typing import Any, cast

from csp.constants import SELF
from csp.decorators import csp_replace
from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from kit_portal.accounts.models import User
from kit_portal.common.locales import site_languages
from newsletters import checks, release, tasks, unsure
from newsletters.compose import compose_by_hand
from newsletters.correction import begin_correction
from newsletters.forms import ReleaseForm
from newsletters.guard import changes_of
from newsletters.message import sample_for
from newsletters.models import Delivery, Issue, Newsletter
from newsletters.overview import overview
from newsletters.render import render_all, render_issue, sections_of
from newsletters.statistics import statistics_of
from newsletters.subscription import site_language

may_view = permission_required("newsletters.view_issue", raise_exception=True)
may_begin = permission_required("newsletters.add_issue", raise_exception=True)
may_edit = permission_required("newsletters.change_issue", raise_exception=True)
may_release = permission_required("newsletters.release_issue", raise_exception=True)
# How the preview may be looked at, and which of the mail's two looks that means.
PREVIEWS = {
    "light": gettext_lazy("Light"),
    "dark": gettext_lazy("Dark"),
    "phone": gettext_lazy("Phone, 360 pixels"),
}
SCHEMES = {"light": "light", "dark": "dark", "phone": "light"}
TROUBLED = (Delivery.State.UNSURE, Delivery.State.FAILED, Delivery.State.DEFERRED)


@login_required
@may_view
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    return render(request, "newsletters/desk.html", {"rows": overview(now=timezone.now())})


@login_required
@may_begin
@require_POST
def begin(request: HttpRequest, slug: str) -> HttpResponse:
    newsletter = get_object_or_404(Newsletter.objects.active(), slug=slug)
    issue = compose_by_hand(newsletter, now=timezone.now())
    return redirect("newsletters:issue", issue.pk)


@login_required
@may_view
@never_cache
@require_safe
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    found = issue_or_404(request, pk)
    language = language_of(request)
    is_open = found.is_draft or found.state in (Issue.State.RELEASED, Issue.State.SENT)
    context = {
        "issue": found,
        "changes": changes_of(found) if is_open else [],
        "corrections": found.corrections.all(),
        "view": view_of(request),
        "views": PREVIEWS,
        "sections": sections_of(found, found.items.with_attachments(), language=language),
        "language": language,
        "languages": site_languages(),
        "mail": render_issue(found, language=language),
        **progress_context(found),
    }
    return render(request, "newsletters/issue.html", context)


@login_required
@may_view
@never_cache
@require_safe
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF]})
def frame(request: HttpRequest, pk: int) -> HttpResponse:
    """The mail's HTML for the preview's frame.

    The security policy forbids styles inside a document, here too, so the frame shows the mail
    before its styles are written into the elements, with the same rules as a style sheet.
    """
    found = issue_or_404(request, pk)
    style_url = f"{reverse('newsletters:mail_style')}?scheme={SCHEMES[view_of(request)]}"
    mail = render_issue(found, language=language_of(request), style_url=style_url)
    return HttpResponse(mail.html)


@login_required
@may_view
@never_cache
@require_safe
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    found = issue_or_404(request, pk)
    context = {"issue": found, **progress_context(found)}
    return render(request, "newsletters/_progress.html", context)


@login_required
@may_edit
@require_POST
def send_test(request: HttpRequest, pk: int) -> HttpResponse:
    found = issue_or_404(request, pk)
    user = cast("User", request.user)
    mail = render_issue(found, language=language_of(request))
    try:
        sample_for(found, mail, to=user.email).send()
    except (SMTPException, OSError):
        messages.error(request, _("The mail server did not take the mail."))
    else:
        messages.success(request, _("A test was sent to %(email)s.") % {"email": user.email})
    return back_to(found, language=mail.language)


@login_required
@may_release
@never_cache
def release_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Who gets it, in which languages, when; and what stands against it."""
    found, now = issue_or_404(request, pk), timezone.now()
    if request.method == "GET" and not found.is_draft:
        return redirect("newsletters:issue", pk)
    form = ReleaseForm(request.POST or None, issue=found, now=now)
    if request.method == "POST" and form.is_valid():
        user = cast("User", request.user)
        steps = {"by": user, "now": now, "send_at": form.send_at}
        if _try(request, release.release_issue, found, **steps):
            messages.success(request, _("The issue is released."))
            tasks.tick.delay_on_commit()
        return redirect("newsletters:issue", pk)
    readers = release.readers_of(found)
    names = {language.code: language.name for language in site_languages()}
    context = {
        "issue": found,
        "form": form,
        "audience": readers.count(),
        "by_language": [(code, names.get(code, code), n) for code, n in readers.by_language()],
        "must_be_proposed": found.newsletter.needs_second_person and not found.proposed_by,
        "is_own_proposal": found.newsletter.needs_second_person
        and found.proposed_by == request.user,
        **checks_context(found, now=now),
    }
    if found.is_draft:
        mails = render_all(found)
        context["obstacles"] = release.obstacles(found, mails)
        context["quick"] = checks.quick_findings(found, mails)
    return render(request, "newsletters/release.html", context)


@login_required
@may_view
@never_cache
@require_safe
def check_status(request: HttpRequest, pk: int) -> HttpResponse:
    context = checks_context(issue_or_404(request, pk), now=timezone.now())
    return render(request, "newsletters/_checks.html", context)


@login_required
@may_edit
@require_POST
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a worker for the checks that take a while."""
    found, now = issue_or_404(request, pk), timezone.now()
    if not found.is_being_checked(now=now):
        Issue.objects.filter(pk=pk).update(check_requested_at=now)
        tasks.check_issue.delay_on_commit(pk)
    return redirect(f"{reverse('newsletters:release', args=[pk])}#checks")


@login_required
@may_edit
@require_POST
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    steps = {"by": cast("User", request.user), "now": timezone.now()}
    if _try(request, release.propose_issue, issue_or_404(request, pk), **steps):
        messages.success(request, _("The issue is proposed: a second person can release it."))
    return redirect("newsletters:release", pk)


@login_required
@may_release
@require_POST
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    return _step(request, pk, release.pause_issue, _("The sending has stopped."))


@login_required
@may_release
@require_POST
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    done = _step(request, pk, release.resume_issue, _("The sending goes on."))
    tasks.tick.delay_on_commit()
    return done


@login_required
@may_edit
@require_POST
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a correction for those who received the issue."""
    found = issue_or_404(request, pk)
    try:
        correction = begin_correction(found, now=timezone.now())
    except release.NotPossibleError as error:
        messages.error(request, str(error.reason))
        return redirect("newsletters:issue", pk)
    return redirect("newsletters:issue", correction.pk)


@login_required
@may_release
@require_POST
def archive_issue(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an issue that is out from the public archive, or put it back."""
    found = issue_or_404(request, pk)
    if request.POST.get("public") == "no":
        found.withdraw()
        messages.success(request, _("The issue can no longer be read on the website."))
    elif found.state in Issue.GONE_OUT and found.newsletter.has_archive:
        found.publish(at=timezone.now(), by=request.user)
        messages.success(request, _("The issue can be read on the website again."))
    return redirect("newsletters:issue", pk)


@login_required
@may_release
@require_POST
def archive_item(request: HttpRequest, pk: int, item_pk: int) -> HttpResponse:
    """Take one item of an issue that is out from the archive, or put it back."""
    found = issue_or_404(request, pk)
    item = get_object_or_404(found.items.included(), pk=item_pk)
    item.withdrawn_at = timezone.now() if request.POST.get("public") == "no" else None
    item.save(update_fields=["withdrawn_at"])
    return redirect(f"{reverse('newsletters:issue', args=[pk])}#item-{item_pk}")


@login_required
@may_view
@require_safe
def statistics(request: HttpRequest, slug: str) -> HttpResponse:
    newsletter = get_object_or_404(Newsletter, slug=slug)
    context = {"statistics": statistics_of(newsletter, now=timezone.now())}
    return render(request, "newsletters/statistics.html", context)


@login_required
@may_release
@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    return _step(request, pk, release.take_back, _("The issue is a draft again."))


@login_required
@may_release
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    return _step(request, pk, release.cancel_issue, _("The issue was dropped."))


@login_required
@may_release
@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    return _step(request, pk, release.reopen_issue, _("The issue is a draft again."))


@login_required
@may_release
@require_POST
def settle(request: HttpRequest, pk: int, delivery_pk: int) -> HttpResponse:
    """An unclear mail: send again, or leave it."""
    found = issue_or_404(request, pk)
    delivery = get_object_or_404(found.deliveries, pk=delivery_pk)
    decide = unsure.send_again if request.POST.get("again") == "yes" else unsure.leave
    decide(delivery)
    tasks.tick.delay_on_commit()
    return redirect("newsletters:issue", pk)


def issue_or_404(request: HttpRequest, pk: int) -> Issue:
    visible = Issue.objects.visible_to(request.user).select_related("newsletter", "released_by")
    return cast("Issue", get_object_or_404(visible, pk=pk))


def language_of(request: HttpRequest) -> str:
    """Return the language looked at: of the form sent, or of the address."""
    return site_language(request.POST.get("language") or request.GET.get("language", ""))


def back_to(found: Issue, *, language: str) -> HttpResponse:
    return redirect(f"{reverse('newsletters:issue', args=[found.pk])}?language={language}")


def view_of(request: HttpRequest) -> str:
    """Return how the preview is to be looked at."""
    wanted = request.GET.get("view", "")
    return wanted if wanted in PREVIEWS else "light"


def checks_context(found: Issue, *, now: datetime) -> dict[str, Any]:
    return {
        "issue": found,
        "slow": checks.kept_findings(found),
        "is_being_checked": found.is_being_checked(now=now),
    }


def progress_context(found: Issue) -> dict[str, Any]:
    if found.is_draft or found.state == Issue.State.CANCELLED:
        return {}
    counts = found.deliveries.counts()
    is_soon = found.scheduled_for <= timezone.now()
    troubled = found.deliveries.filter(state__in=TROUBLED).select_related("subscriber")
    return {
        "counts": [(state, counts[state.value]) for state in Delivery.State if counts[state.value]],
        "done": sum(counts[state.value] for state in Delivery.FINISHED),
        "refresh_seconds": 2 if is_soon else 30,
        "troubled": troubled.order_by("-state", "pk")[:50],
    }


def _step(request: HttpRequest, pk: int, verb: Any, done: str) -> HttpResponse:
    if _try(request, verb, issue_or_404(request, pk), now=timezone.now()):
        messages.success(request, done)
    return redirect("newsletters:issue", pk)


def _try(request: HttpRequest, verb: Any, *args: Any, **kwargs: Any) -> bool:
    """Call a verb; what it refuses, the page says."""
    try:
        verb(*args, **kwargs)
    except release.NotPossibleError as error:
        messages.error(request, str(error.reason))
        return False
    return True
