"""The pages behind the personal link: what a reader gets, and what is stored about them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kit_portal.common.pdf import PdfUnavailableError, is_pdf_available
from kit_portal.common.visitors import address_of, network_of
from newsletters import address_change, consent, last_issue, personal_file, tasks
from newsletters import preferences as preferring
from newsletters import subscription as subscribing
from newsletters.models import Consent, Newsletter, Subscriber
from newsletters.reader_forms import AddressForm, PreferencesForm
from newsletters.views.personal import READ_AND_POST, gone

View = Callable[..., HttpResponse]


def of_reader(view: View) -> View:
    """Look up whose link it is; the view gets the subscriber in place of the token."""

    @never_cache
    @wraps(view)
    def with_reader(request: HttpRequest, token: str, **kwargs: str) -> HttpResponse:
        subscriber = Subscriber.objects.by_link(token).first()
        if subscriber is None:
            return gone(request)
        return view(request, subscriber, token, **kwargs)

    return with_reader


@require_http_methods(READ_AND_POST)
@of_reader
def preferences(request: HttpRequest, subscriber: Subscriber, token: str) -> HttpResponse:
    now = timezone.now()
    form = PreferencesForm(
        request.POST or None, subscriber=subscriber, today=timezone.localdate(now)
    )
    if request.method == "POST" and form.is_valid():
        preferring.choose_newsletters(
            subscriber,
            form.cleaned_data["newsletters"],
            now=now,
            network=network_of(address_of(request)),
        )
        preferring.change_wishes(
            subscriber,
            language=form.cleaned_data["language"],
            omits=form.omits,
            paused_until=form.cleaned_data["paused_until"],
        )
        with override(subscriber.language):  # the page itself changes to the new language
            messages.success(request, _("Saved."))
            return redirect("newsletters:preferences", token)
    return _page(request, subscriber, token, form=form)


@require_POST
@of_reader
def change_address(request: HttpRequest, subscriber: Subscriber, token: str) -> HttpResponse:
    form = AddressForm(request.POST, subscriber=subscriber)
    if not form.is_valid():
        return _page(request, subscriber, token, address_form=form)
    email = form.cleaned_data["email"]
    if change := address_change.request_change(subscriber, email, now=timezone.now()):
        tasks.send_address_mail.delay_on_commit(change.pk)
        done = _("We have sent a mail to %(email)s. Open the link in it to finish.")
        messages.success(request, done % {"email": email})
    else:
        messages.warning(request, _("We have just sent a mail. Try again in ten minutes."))
    return redirect("newsletters:preferences", token)


@require_POST
@of_reader
def try_again(request: HttpRequest, subscriber: Subscriber, token: str) -> HttpResponse:
    if preferring.try_again(subscriber):
        messages.success(request, _("Thank you. The next mail comes to you again."))
    return redirect("newsletters:preferences", token)


@require_POST
@of_reader
def ask_for_last_issue(
    request: HttpRequest, subscriber: Subscriber, token: str, slug: str
) -> HttpResponse:
    mine = subscriber.subscriptions.current().select_related("newsletter")
    subscription = get_object_or_404(mine, newsletter__slug=slug)
    if last_issue.offers_last_issue(subscription):
        last_issue.ask_for_last_issue(subscription, now=timezone.now())
        tasks.send_last_issue.delay_on_commit(subscription.pk)
    messages.success(request, _("The last issue is on its way to you."))
    return redirect("newsletters:preferences", token)


@require_http_methods(READ_AND_POST)
@of_reader
def leave_all(request: HttpRequest, subscriber: Subscriber, token: str) -> HttpResponse:
    if request.method == "POST":
        everything = Newsletter.objects.all()
        subscribing.leave(subscriber, everything, source=Consent.Source.LINK, now=timezone.now())
    context = {"is_subscribed": subscriber.subscriptions.current().exists(), "token": token}
    return render(request, "newsletters/leave_all.html", context)


@require_safe
@of_reader
def my_data(request: HttpRequest, subscriber: Subscriber, token: str) -> HttpResponse:
    return data_response(subscriber)


@require_safe
@of_reader
def my_pdf(request: HttpRequest, subscriber: Subscriber, token: str) -> HttpResponse:
    return pdf_response(subscriber, language=subscribing.site_language(subscriber.language))


def data_response(subscriber: Subscriber) -> HttpResponse:
    response = JsonResponse(
        personal_file.as_data(subscriber),
        json_dumps_params={"indent": 2, "ensure_ascii": False, "default": str},
    )
    response["Content-Disposition"] = 'attachment; filename="newsletter-data.json"'
    return response


def pdf_response(subscriber: Subscriber, *, language: str) -> HttpResponse:
    try:
        pdf = personal_file.as_pdf(subscriber, language=language)
    except PdfUnavailableError as error:
        return HttpResponse(str(error), status=503, content_type="text/plain; charset=utf-8")
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = 'attachment; filename="newsletter-data.pdf"'
    return response


def _page(
    request: HttpRequest,
    subscriber: Subscriber,
    token: str,
    *,
    form: PreferencesForm | None = None,
    address_form: AddressForm | None = None,
) -> HttpResponse:
    today = timezone.localdate()
    context = {
        "subscriber": subscriber,
        "token": token,
        "form": form or PreferencesForm(subscriber=subscriber, today=today),
        "address_form": address_form or AddressForm(subscriber=subscriber),
        "is_paused": subscriber.is_paused(today),
        "has_any": subscriber.subscriptions.current().exists(),
        "consent_text": consent.TEXTS[consent.CURRENT],
        "has_pdf": is_pdf_available(),
    }
    return render(request, "newsletters/preferences.html", context)
