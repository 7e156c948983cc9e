"""The admin, grouped by the work of the office and opened by the portal's own sign-in."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

# The order in which the office meets its work; what is not named comes last.
ORDER = [
    "measures",
    "roundtable",
    "interpreters",
    "welcome",
    "newsletters",
    "directory",
    "accounts",
]


class PortalAdminSite(admin.AdminSite):
    site_header = site_title = _("Administration")
    index_title = _("The office's work")

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """One sign-in for the portal, so lock-out and second factor hold here too."""
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next") or request.get_full_path())

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        apps = super().get_app_list(request, app_label)
        rank = {label: index for index, label in enumerate(ORDER)}
        return sorted(apps, key=lambda app: rank.get(app["app_label"], len(ORDER)))
