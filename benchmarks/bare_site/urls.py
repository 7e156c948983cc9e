"""The portal's addresses and the baseline: a view that does nothing but return bytes."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from kit_portal.urls import handler400, handler403, handler404, handler500
from kit_portal.urls import urlpatterns as portal

__all__ = ["handler400", "handler403", "handler404", "handler500"]


def bare(request: HttpRequest, size: int) -> HttpResponse:
    return HttpResponse(b"x" * size, content_type="text/html")


urlpatterns = [path("bare/<int:size>", bare), *portal]
