"""Pages behind personal links. A GET changes nothing: mail scanners open every link."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from newsletters import subscription
from newsletters.forms import LanguageForm
from newsletters.models import Consent, Newsletter, Subscriber


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    asked_for = list(subscription.asked_for(token))
    if not asked_for:
        return _gone(request)
    if request.method == "POST":
        asked_for = subscription.confirm(token, now=timezone.now())
    context = {
        "subscriptions": asked_for,
        "is_confirmed": all(one.is_current for one in asked_for),
        "preferences_token": asked_for[0].subscriber.link_token if asked_for else "",
    }
    return render(request, "newsletters/confirm.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest, token: str) -> HttpResponse:
    subscriber = Subscriber.objects.by_link(token).first()
    if subscriber is None:
        return _gone(request)
    form = LanguageForm(request.POST or None, initial={"language": subscriber.language})
    if request.method == "POST" and form.is_valid():
        subscription.change_language(subscriber, form.cleaned_data["language"])
        with override(subscriber.language):  # the page itself changes to the new language
            return redirect("newsletters:preferences", token=token)
    context = {
        "subscriber": subscriber,
        "subscriptions": subscriber.subscriptions.current().select_related("newsletter"),
        "form": form,
        "token": token,
    }
    return render(request, "newsletters/preferences.html", context)


@never_cache
@csrf_exempt  # RFC 8058: mail programs post without cookies; the token in the address is the right
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """A button for people, and the one click that mail programs post. Never a redirect."""
    newsletter = get_object_or_404(Newsletter, slug=slug)
    subscriber = Subscriber.objects.by_link(token).first()
    if subscriber is None:
        return _gone(request)
    if request.method == "POST":
        is_one_click = request.POST.get("List-Unsubscribe") == "One-Click"
        subscription.leave(
            subscriber,
            [newsletter],
            source=Consent.Source.ONE_CLICK if is_one_click else Consent.Source.LINK,
            now=timezone.now(),
        )
    held = subscriber.subscriptions.current().filter(newsletter=newsletter)
    context = {"newsletter": newsletter, "token": token, "is_subscribed": held.exists()}
    return render(request, "newsletters/leave.html", context)


def _gone(request: HttpRequest) -> HttpResponse:
    """The same words for a link that was never given out and one that has ended."""
    return render(request, "newsletters/link_gone.html", status=404)
