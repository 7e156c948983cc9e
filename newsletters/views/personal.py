"""Pages behind the links of a mail. A GET changes nothing: mail scanners open every link."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from kit_portal.common.visitors import address_of, network_of
from newsletters import address_change, subscription, tasks
from newsletters.last_issue import offers_last_issue
from newsletters.models import Consent, Newsletter, Subscriber

READ_AND_POST = ["GET", "HEAD", "POST"]


@never_cache
@require_http_methods(READ_AND_POST)
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    asked_for = list(subscription.asked_for(token))
    if not asked_for:
        return gone(request)
    if request.method == "POST":
        network = network_of(address_of(request))
        asked_for = subscription.confirm(token, now=timezone.now(), network=network)
    is_confirmed = bool(asked_for) and all(one.is_settled for one in asked_for)
    context = {
        "subscriptions": asked_for,
        "is_confirmed": is_confirmed,
        "is_anew": all(one.is_current for one in asked_for),
        "with_last_issue": [one for one in asked_for if is_confirmed and offers_last_issue(one)],
        "token": _token_of(asked_for[0].subscriber) if is_confirmed else "",
    }
    return render(request, "newsletters/confirm.html", context)


@never_cache
@csrf_exempt  # RFC 8058: mail programs post without cookies; the token in the address is the right
@require_http_methods(READ_AND_POST)
def leave(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """A button for people, and the one click that mail programs post. Never a redirect."""
    newsletter = get_object_or_404(Newsletter, slug=slug)
    subscriber = Subscriber.objects.by_link(token).first()
    if subscriber is None:
        return gone(request)
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


@never_cache
@require_http_methods(READ_AND_POST)
def address(request: HttpRequest, token: str) -> HttpResponse:
    """The new mailbox says yes to a change of address."""
    change = address_change.asked_for(token, now=timezone.now())
    if change is None:
        return gone(request)
    context = {"email": change.email, "is_changed": False, "is_taken": False, "token": ""}
    if request.method == "POST":
        try:
            moved = address_change.confirm_change(token, now=timezone.now())
        except address_change.AddressTakenError:
            context["is_taken"] = True
        else:
            if moved is None:
                return gone(request)
            tasks.send_address_mail.delay_on_commit(change.pk)
            context |= {"is_changed": True, "token": moved.current_token()}
    return render(request, "newsletters/address.html", context)


def _token_of(subscriber: Subscriber) -> str:
    """A page must not draw a new link, because it may be looked at by a GET."""
    try:
        return subscriber.link_token
    except LookupError:
        return ""


def gone(request: HttpRequest) -> HttpResponse:
    """The same words for a link that was never given out and one that has ended."""
    return render(request, "newsletters/link_gone.html", status=404)
