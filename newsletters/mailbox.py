"""The mailbox that mails come back to, over IMAP or POP3; nothing here knows what is in them."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from imaplib import IMAP4, IMAP4_SSL
from poplib import POP3, POP3_SSL, error_proto
from typing import Any, Protocol
from urllib.parse import SplitResult, unquote, urlsplit

AT_ONCE = 200  # mails in one visit
MAX_BYTES = 256 * 1024  # of one mail: a report stands before the mail that it returns
MAX_LINES = 3000
TIMEOUT = 30  # seconds
ERRORS = (OSError, IMAP4.error, error_proto)


class Mailbox(Protocol):
    def new_mails(self) -> Iterator[tuple[str, bytes]]:
        """Yield (key, the mail's beginning) of what nobody has looked at."""

    def remove(self, key: str) -> None:
        """Take a mail away."""

    def leave(self, key: str) -> None:
        """Let a mail lie for people."""


class ImapMailbox:
    """What has been looked at bears the flag ``Seen`` and is not read again."""

    def __init__(self, server: IMAP4, folder: str) -> None:
        self._server = server
        _ask(server.select(f'"{folder}"'))

    def new_mails(self) -> Iterator[tuple[str, bytes]]:
        [found] = _ask(self._server.uid("SEARCH", "UNSEEN"))
        for key in (found or b"").decode().split()[:AT_ONCE]:
            answer = _ask(self._server.uid("FETCH", key, f"(BODY.PEEK[]<0.{MAX_BYTES}>)"))
            if parts := [part for part in answer if isinstance(part, tuple)]:
                yield key, parts[0][1]

    def remove(self, key: str) -> None:
        _ask(self._server.uid("STORE", key, "+FLAGS", r"(\Deleted)"))

    def leave(self, key: str) -> None:
        _ask(self._server.uid("STORE", key, "+FLAGS", r"(\Seen)"))

    def close(self) -> None:
        self._server.expunge()
        self._server.logout()


class PopMailbox:
    """POP3 knows no flags: what is left for people is looked at each time, to no effect."""

    def __init__(self, server: POP3) -> None:
        self._server = server

    def new_mails(self) -> Iterator[tuple[str, bytes]]:
        for line in self._server.list()[1][:AT_ONCE]:
            key = line.decode().split()[0]
            yield key, b"\r\n".join(self._server.top(key, MAX_LINES)[1])[:MAX_BYTES]

    def remove(self, key: str) -> None:
        self._server.dele(key)  # type: ignore[arg-type]

    def leave(self, key: str) -> None:
        """It lies there already."""

    def close(self) -> None:
        self._server.quit()


@contextmanager
def open_mailbox(url: str) -> Iterator[Mailbox]:
    """Open ``imap+ssl://user:password@host/folder`` and the like; see settings.

    Raises one of ``ERRORS``.
    """
    parts = urlsplit(url)
    mailbox = _imap(parts) if parts.scheme.startswith("imap") else _pop(parts)
    try:
        yield mailbox
    finally:
        with suppress(*ERRORS):
            mailbox.close()


def _imap(parts: SplitResult) -> ImapMailbox:
    host, context = parts.hostname or "", ssl.create_default_context()
    if parts.scheme == "imap+ssl":
        server: IMAP4 = IMAP4_SSL(host, parts.port or 993, ssl_context=context, timeout=TIMEOUT)
    else:
        server = IMAP4(host, parts.port or 143, timeout=TIMEOUT)
        if parts.scheme == "imap+tls":
            server.starttls(context)
    server.login(unquote(parts.username or ""), unquote(parts.password or ""))
    return ImapMailbox(server, unquote(parts.path.strip("/")) or "INBOX")


def _pop(parts: SplitResult) -> PopMailbox:
    host, context = parts.hostname or "", ssl.create_default_context()
    if parts.scheme == "pop3+ssl":
        server: POP3 = POP3_SSL(host, parts.port or 995, context=context, timeout=TIMEOUT)
    else:
        server = POP3(host, parts.port or 110, timeout=TIMEOUT)
        if parts.scheme == "pop3+tls":
            server.stls(context)
    server.user(unquote(parts.username or ""))
    server.pass_(unquote(parts.password or ""))
    return PopMailbox(server)


def _ask(answer: tuple[str, list[Any]]) -> list[Any]:
    """Return what a server answered; imaplib raises for BAD only, NO it returns."""
    status, data = answer
    if status != "OK":
        raise IMAP4.error(f"The mailbox answered {status}: {data!r}")
    return data
