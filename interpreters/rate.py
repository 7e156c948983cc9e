"""A simple brake on the request form: a few requests an hour from one address."""

from __future__ import annotations

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

REQUESTS = 10
SECONDS = 3600


def is_too_often(request: HttpRequest) -> bool:
    """Count this request; say whether it is one too many.

    Only a keyed hash of the address is kept, and only for the hour. Offices behind one address
    share the count, so it is generous.
    """
    key = "interpreters:" + salted_hmac("request form", _address(request)).hexdigest()
    cache.add(key, 0, SECONDS)
    try:
        return cache.incr(key) > REQUESTS
    except ValueError:  # it ran out between the two lines
        return False


def _address(request: HttpRequest) -> str:
    """Behind the city's proxy the client's address is the last one that the proxy wrote."""
    forwarded = request.headers.get("X-Forwarded-For", "").split(",")
    proxies: int = getattr(settings, "AXES_IPWARE_PROXY_COUNT", 0)
    if proxies and len(forwarded) >= proxies:
        return str(forwarded[-proxies]).strip()
    return str(request.META.get("REMOTE_ADDR", ""))
