"""The Check Up: its public pages, and the office's work with comments and profiles."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kit_portal.common.pdf import is_pdf_available
from measures.adoption import adopt_profile, undo_adoption
from measures.check_up_forms import AdoptionForm, CommentsForm
from measures.coverage import coverage_of
from measures.models import ForumComment, Measure, MeasureProfile
from measures.overview import check_ups_of
from measures.profile_pdf import ProfileTooLongError, file_name, profile_pdf, sections_of


def check_up(request: HttpRequest) -> HttpResponse:
    check_ups = [
        (check_up, coverage_of(check_up.concept, viewer=request.user))
        for check_up in check_ups_of(request.user)
    ]
    return render(request, "measures/check_up.html", {"check_ups": check_ups})


def profile(request: HttpRequest, slug: str) -> HttpResponse:
    return _profile_page(request, _profile_or_404(request, slug))


def _profile_page(
    request: HttpRequest, found: MeasureProfile, form: AdoptionForm | None = None
) -> HttpResponse:
    became = Measure.objects.visible_to(request.user).select_related("concept")
    may_adopt = request.user.has_perm("measures.add_measure")
    context = {
        "profile": found,
        "sections": sections_of(found),
        "findings": found.findings.visible_to(request.user).order_by("position", "pk"),
        "comments": found.comments.visible_to(request.user).order_by("forum", "pk"),
        "measure": became.filter(profile=found).first(),
        "is_pdf_available": is_pdf_available() and found.is_public,
        "form": (form or AdoptionForm()) if may_adopt and not found.measure_id else None,
    }
    return render(request, "measures/profile.html", context, status=400 if form else 200)


def _profile_or_404(request: HttpRequest, slug: str) -> MeasureProfile:
    visible = MeasureProfile.objects.visible_to(request.user)
    found: MeasureProfile = get_object_or_404(
        visible.select_related("focus_group__concept"), slug=slug
    )
    return found


def profile_file(request: HttpRequest, slug: str) -> HttpResponse:
    """A page takes less than a second, and the same page is made once: it may happen here."""
    published = MeasureProfile.objects.published().select_related("focus_group__concept")
    found = get_object_or_404(published, slug=slug)
    language = get_language() or "de"
    if not is_pdf_available():
        messages.error(request, _("PDFs cannot be made here at the moment. Print the page."))
        return redirect(found)
    try:
        pdf = profile_pdf(found, language=language)
    except ProfileTooLongError:
        messages.error(request, _too_long(request))
        return redirect(found)
    name = file_name(found)
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)


def _too_long(request: HttpRequest) -> str:
    if request.user.has_perm("measures.change_measureprofile"):
        return _(
            "The texts do not fit on one page, even in small type. Shorten them in the "
            "administration; about 4,500 characters fit in all."
        )
    return _("This profile is too long for one page. Print the page instead.")


@require_POST
@login_required
@permission_required("measures.add_measure", raise_exception=True)
def adopt(request: HttpRequest, slug: str) -> HttpResponse:
    found = _profile_or_404(request, slug)
    form = AdoptionForm(request.POST)
    if not form.is_valid():
        return _profile_page(request, found, form)
    try:
        measure = adopt_profile(found, goal=form.cleaned_data["goal"])
    except (IntegrityError, ValidationError):  # its number was given away by hand just now
        messages.error(request, _("The number was taken at the same moment. Try again."))
        return redirect(found)
    messages.success(request, _("The profile has become the draft %s.") % measure)
    return redirect(measure)


@require_POST
@login_required
@permission_required("measures.add_measure", raise_exception=True)
def unadopt(request: HttpRequest, slug: str) -> HttpResponse:
    found = _profile_or_404(request, slug)
    try:
        undo_adoption(found)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The draft is deleted; the profile is a proposal again."))
    return redirect(found)


@login_required
@permission_required("measures.add_forumcomment", raise_exception=True)
def comments(request: HttpRequest) -> HttpResponse:
    """Enter what was collected: forum and profile stay, so that the next lines can follow."""
    forum = request.GET.get("forum", "")
    form = CommentsForm(
        request.POST or None, initial={"forum": forum, "profile": request.GET.get("profile")}
    )
    if request.method == "POST" and form.is_valid():
        count = form.save()
        messages.success(
            request, ngettext("%d comment saved.", "%d comments saved.", count) % count
        )
        chosen = form.cleaned_data
        query = QueryDict(mutable=True)
        query.update({"forum": chosen["forum"], "profile": chosen["profile"].pk})
        return redirect(f"{reverse('measures:comments')}?{query.urlencode()}#id_texts")
    entered = ForumComment.objects.filter(forum=forum).select_related("profile__focus_group")
    context = {
        "form": form,
        "forum": forum,
        "forums": ForumComment.objects.order_by("forum").values_list("forum", flat=True).distinct(),
        "comments": entered.order_by("profile__focus_group__position", "profile__position", "pk"),
    }
    return render(request, "measures/comments.html", context)


@require_POST
@login_required
@permission_required("measures.change_forumcomment", raise_exception=True)
def comments_publish(request: HttpRequest) -> HttpResponse:
    """Show the ticked comments of a forum to the public, and no others of it."""
    forum = request.POST.get("forum", "")
    public = {key for key in request.POST.getlist("public") if key.isdecimal()}
    of_forum = ForumComment.objects.filter(forum=forum)
    for comment in of_forum:
        if comment.is_public != (str(comment.pk) in public):
            comment.is_public = not comment.is_public
            comment.save(update_fields=["is_public", "modified_at"])
    count = of_forum.filter(is_public=True).count()
    messages.success(
        request, ngettext("%d comment is public.", "%d comments are public.", count) % count
    )
    query = QueryDict(mutable=True)
    query["forum"] = forum
    return redirect(f"{reverse('measures:comments')}?{query.urlencode()}")
