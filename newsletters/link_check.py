"""Whether the links of a mail lead somewhere. It runs in a worker and bothers no public page."""

from __future__ import annotations

import ipaddress
import re
import socket
import urllib.request
from collections.abc import Callable, Iterable
from html import unescape
from http import HTTPStatus
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

from django.conf import settings
from django.test import Client
from django.utils.translation import get_language, override

from newsletters.links import TOKEN_PLACEHOLDER

AT_MOST = 80
SECONDS = 8
_HREF = re.compile(r'href="(https?://[^"]+)"')
# Says that somebody without rights may not look, or that it does not like machines: not broken.
UNKNOWABLE = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS}


class _PrivateAddressError(URLError):
    """The link leads into a private network, where the portal must not look around."""


def links_in(htmls: Iterable[str]) -> list[str]:
    """Return the addresses that the mails link to, each once, personal ones left out."""
    found = (unescape(href) for html in htmls for href in _HREF.findall(html))
    return [url for url in dict.fromkeys(found) if TOKEN_PLACEHOLDER not in url]


def broken_links(
    urls: Iterable[str], *, fetch: Callable[[str], int] | None = None
) -> list[tuple[str, str]]:
    """Return (address, answer) of those that lead nowhere; the answer is a status or a reason.

    All of our own pages are asked, and at most ``AT_MOST`` elsewhere.
    """
    broken = []
    for url in _asked(list(urls)):
        try:
            status = _status_here(url) if _is_ours(url) else (fetch or _status_elsewhere)(url)
        except (OSError, ValueError, HTTPException) as error:
            broken.append((url, str(getattr(error, "reason", error)) or type(error).__name__))
            continue
        if status >= HTTPStatus.BAD_REQUEST and status not in UNKNOWABLE:
            broken.append((url, str(status)))
    return broken


def _asked(urls: list[str]) -> list[str]:
    elsewhere = [url for url in urls if not _is_ours(url)]
    return [url for url in urls if _is_ours(url)] + elsewhere[:AT_MOST]


def _is_ours(url: str) -> bool:
    return url == settings.SITE_URL or url.startswith(f"{settings.SITE_URL}/")


def _status_here(url: str) -> int:
    """Ask our own pages as a stranger would, without going through the network."""
    parts = urlsplit(url)
    visitor = Client(raise_request_exception=False)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    with override(get_language()):  # the page asked for leaves its own language behind
        answer = visitor.get(
            path or "/", follow=True, secure=parts.scheme == "https", headers={"host": parts.netloc}
        )
    return answer.status_code


class _CarefulRedirects(urllib.request.HTTPRedirectHandler):
    max_redirections = 5

    def redirect_request(self, *args: Any, **options: Any) -> Any:
        request = super().redirect_request(*args, **options)
        if request is not None:
            _refuse_private(request.full_url)
        return request


def _status_elsewhere(url: str) -> int:
    _refuse_private(url)
    opener = urllib.request.build_opener(_CarefulRedirects)
    for method in ("HEAD", "GET"):  # some servers know no HEAD
        request = urllib.request.Request(  # noqa: S310  the scheme was checked above
            url, method=method, headers={"User-Agent": "link check"}
        )
        try:
            with opener.open(request, timeout=SECONDS) as answer:
                return int(answer.status)
        except HTTPError as error:
            if method == "GET":
                return error.code
    raise AssertionError("both methods answer or raise")


def _refuse_private(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("no web address")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    for *_rest, address in socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM):
        found = ipaddress.ip_address(address[0])
        if not found.is_global or found.is_multicast:
            raise _PrivateAddressError("private address")
