"""Placeholder until the real one is here."""

from django.http import HttpRequest, HttpResponse


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)

    def view(request, *args, **kwargs):
        return HttpResponse("soon")

    return view
