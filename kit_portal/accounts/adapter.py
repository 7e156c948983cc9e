from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by the office; nobody signs up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


def name_of_attempt(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str | None:
    """Return whom a login tries to be: the form says “login”, allauth's credentials “email”."""
    given = (credentials or {}).get("email") or request.POST.get("login")
    return given.lower() if given else None
