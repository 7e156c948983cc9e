"""What every template may know: whose portal this is."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from directory.models import Office


def office(request: HttpRequest) -> dict[str, Any]:
    """Give templates ``office``; it costs its one query only where it is used."""
    return {"office": SimpleLazyObject(Office.objects.current), "site_url": settings.SITE_URL}
