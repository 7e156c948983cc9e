"""Staff hold personal data, so their password alone opens nothing (BSI ORP.4.A21)."""

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

_SESSION_KEY = "second_factor_seen"


class StaffSecondFactorMiddleware:
    """Send staff without a second factor to its set-up page; leave sign-out and set-up open."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if settings.STAFF_SECOND_FACTOR and self._must_set_up(request):
            return self._to_setup(request)
        return self.get_response(request)

    def _must_set_up(self, request: HttpRequest) -> bool:
        user = request.user
        if not (user.is_authenticated and user.is_staff):
            return False
        if request.path.startswith(reverse("account_login").removesuffix("login/")):
            return False  # the account pages themselves
        if request.session.get(_SESSION_KEY) == user.pk:
            return False
        if not is_mfa_enabled(user):
            return True
        request.session[_SESSION_KEY] = user.pk
        return False

    def _to_setup(self, request: HttpRequest) -> HttpResponse:
        messages.info(
            request, _("Staff sign in with a second factor. Please set up yours to go on.")
        )
        return redirect("mfa_activate_totp")
