"""The desk's pages about subscribers: who cannot be reached, and what is stored about one."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from newsletters import preferences, subscription
from newsletters.models import Consent, Newsletter, Subscriber
from newsletters.unreachable import unreachable_organisations
from newsletters.views.my import data_response, pdf_response

may_see = permission_required("newsletters.view_subscriber", raise_exception=True)
may_change = permission_required("newsletters.change_subscriber", raise_exception=True)


@login_required
@may_see
@never_cache
@require_safe
def unreachable(request: HttpRequest) -> HttpResponse:
    organisations = unreachable_organisations()
    suspended = Subscriber.objects.suspended().count()
    context = {"organisations": organisations, "others": suspended - len(organisations)}
    return render(request, "newsletters/unreachable.html", context)


@login_required
@may_change
@require_POST
def settle_unreachable(request: HttpRequest, pk: int) -> HttpResponse:
    """After the phone call: send again, or unsubscribe."""
    subscriber = get_object_or_404(Subscriber, pk=pk)
    if request.POST.get("again") == "yes":
        if preferences.try_again(subscriber):
            messages.success(request, _("The next issue goes there again."))
    else:
        everything, now = Newsletter.objects.all(), timezone.now()
        subscription.leave(subscriber, everything, source=Consent.Source.STAFF, now=now)
        preferences.try_again(subscriber)  # nothing is left that could come back
        messages.success(request, _("Unsubscribed."))
    return redirect("newsletters:unreachable")


@login_required
@may_see
@never_cache
@require_safe
def proof(request: HttpRequest, pk: int) -> HttpResponse:
    return data_response(get_object_or_404(Subscriber, pk=pk))


@login_required
@may_see
@never_cache
@require_safe
def proof_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    language = subscription.site_language(get_language() or "")
    return pdf_response(get_object_or_404(Subscriber, pk=pk), language=language)
