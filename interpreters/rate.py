"""A simple brake on the request form: a few requests an hour from one address."""

from __future__ import annotations

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from kit_portal.common.visitors import address_of

REQUESTS = 10
SECONDS = 3600


def is_too_often(request: HttpRequest) -> bool:
    """Count this request; say whether it is one too many.

    Only a keyed hash of the address is kept, and only for the hour. Offices behind one address
    share the count, so it is generous.
    """
    key = "interpreters:" + salted_hmac("request form", address_of(request)).hexdigest()
    cache.add(key, 0, SECONDS)
    try:
        return cache.incr(key) > REQUESTS
    except ValueError:  # it ran out between the two lines
        return False
