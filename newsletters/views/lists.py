"""The desk's pages about all subscribers: taking over a list, asking anew, giving out."""

from __future__ import annotations

from collections import Counter
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.db import IntegrityError
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kit_portal.accounts.models import User
from kit_portal.common.paging import page_of
from newsletters import importing, reconfirmation, tasks
from newsletters.export import export_response
from newsletters.list_forms import ListForm, ReconfirmForm
from newsletters.models import Newsletter, Reconfirmation, Subscriber, SubscriberImport
from newsletters.views.people import may_change, may_see

may_add = permission_required("newsletters.add_subscriber", raise_exception=True)


@login_required
@may_see
@never_cache
@require_safe
def subscribers(request: HttpRequest) -> HttpResponse:
    counted = Subscriber.objects.order_by().values_list("state").annotate(count=Count("pk"))
    counts = dict(counted)
    context = {
        "counts": [(state, counts.get(state.value, 0)) for state in Subscriber.State],
        "newsletters": Newsletter.objects.with_recipients(),
    }
    return render(request, "newsletters/subscribers.html", context)


@login_required
@may_change
@never_cache
@require_safe
def export_list(request: HttpRequest, kind: str) -> HttpResponse:
    """Everybody, or who has one newsletter (``?newsletter=``)."""
    people = Subscriber.objects.order_by("email", "pk")
    if slug := request.GET.get("newsletter"):
        people = people.having(get_object_or_404(Newsletter, slug=slug))
    return export_response(kind, people)


@login_required
@may_add
@never_cache
def upload(request: HttpRequest) -> HttpResponse:
    """A file comes in; nothing is taken over yet."""
    form = ListForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        stored = importing.store_list(
            form.cleaned_data["file"].name,
            form.entries,
            newsletters=form.cleaned_data["newsletters"],
            by=cast("User", request.user),
            now=timezone.now(),
        )
        return redirect("newsletters:import", stored.pk)
    return render(request, "newsletters/upload.html", {"form": form})


@login_required
@may_add
@never_cache
def look(request: HttpRequest, pk: int) -> HttpResponse:
    """What each row would do; the button takes over all of it or nothing."""
    stored = get_object_or_404(SubscriberImport, pk=pk)
    if request.method == "POST":
        return _take_over(request, stored)
    lines = importing.plan(stored)
    counts = Counter(line.fate for line in lines)
    order = list(importing.Fate)
    lines.sort(key=lambda line: order.index(line.fate))
    names = dict(Newsletter.objects.in_bulk(stored.newsletters))
    context = {
        "stored": stored,
        "newsletters": names.values(),
        "counts": [(fate, counts[fate]) for fate in order if counts[fate]],
        "faulty": counts[importing.Fate.FAULTY],
        "taken": sum(counts[fate] for fate in importing.TAKEN),
        "page": page_of(lines, request, size=100),
    }
    return render(request, "newsletters/import.html", context)


@login_required
@may_add
@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    SubscriberImport.objects.waiting().filter(pk=pk).delete()
    messages.success(request, _("The list was dropped, nothing has changed."))
    return redirect("newsletters:subscribers")


@login_required
@may_add
@never_cache
def ask_anew(request: HttpRequest, slug: str) -> HttpResponse:
    """Asking those who were taken over whether they still want the newsletter."""
    newsletter = get_object_or_404(Newsletter, slug=slug)
    now = timezone.now()
    today = timezone.localdate(now)
    form = ReconfirmForm(request.POST or None, today=today)
    if request.method == "POST" and form.is_valid():
        until, user = form.cleaned_data["until"], cast("User", request.user)
        run = reconfirmation.begin(newsletter, until=until, by=user, now=now)
        if run:
            tasks.attend_to_readers.delay_on_commit()
            asked = ngettext("%d person is asked.", "%d people are asked.", run.asked_count)
            messages.success(request, asked % run.asked_count)
        else:
            messages.warning(request, _("There is nobody to ask."))
        return redirect("newsletters:ask_anew", slug)
    context = {
        "newsletter": newsletter,
        "form": form,
        "waiting": reconfirmation.taken_over(newsletter, today=today).count(),
        "runs": Reconfirmation.objects.filter(newsletter=newsletter).with_progress(),
    }
    return render(request, "newsletters/ask_anew.html", context)


def _take_over(request: HttpRequest, stored: SubscriberImport) -> HttpResponse:
    if stored.done_at:
        raise Http404
    try:
        count = importing.take_over(stored, now=timezone.now())
    except IntegrityError:
        messages.error(
            request,
            _("Somebody subscribed at this very moment. Nothing was taken over: try again."),
        )
        return redirect("newsletters:import", stored.pk)
    if count is None:
        messages.error(request, _("The list has faults. Nothing was taken over."))
        return redirect("newsletters:import", stored.pk)
    done = ngettext("%d address was taken over.", "%d addresses were taken over.", count)
    messages.success(request, done % count)
    return redirect("newsletters:subscribers")
