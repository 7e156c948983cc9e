"""Who can tell whether a mail server took a mail: its log on this machine, a journal mailbox.

Silence counts only from a witness that surely would have spoken: the log has been written since,
and names other mails of the issue; the mailbox has got others of them.
"""

from __future__ import annotations

import imaplib
import logging
import mmap
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from django.conf import settings

log = logging.getLogger(__name__)

PATIENCE = 30  # seconds, for the mailbox


@dataclass(frozen=True)
class Testimony:
    """Which Message-IDs were seen, and up to when one that was taken would have been."""

    seen: frozenset[str]
    speaks_until: datetime | None = None


class Witness(Protocol):
    def about(self, message_ids: Collection[str], *, prefix: str, now: datetime) -> Testimony:
        """Say what is known of these mails; ``prefix`` begins the ids of all of their issue.

        Raises OSError or imaplib.IMAP4.error where it cannot be asked.
        """

    def could_know(self, *, is_journaled: bool) -> bool:
        """Whether this witness was there when the mail was handed over."""


def witnesses() -> list[Witness]:
    """Return those that the settings name."""
    found: list[Witness] = []
    if settings.NEWSLETTER_RELAY_LOG:
        found.append(RelayLog(Path(settings.NEWSLETTER_RELAY_LOG)))
    if settings.NEWSLETTER_JOURNAL and settings.NEWSLETTER_JOURNAL_IMAP:
        found.append(Journal(settings.NEWSLETTER_JOURNAL_IMAP))
    return found


class RelayLog:
    """The log of a mail server on this machine: Postfix, Exim, Sendmail or OpenSMTPD.

    Postfix notes a Message-ID when the headers come, before the mail is taken: there the queue
    manager's line of the same queue id counts. The others note it with the acceptance.
    """

    def __init__(self, path: Path) -> None:
        # The newest rotated log, too, as logrotate names it.
        self.paths = [path.with_name(f"{path.name}.1"), path]

    def could_know(self, *, is_journaled: bool) -> bool:
        return True

    def about(self, message_ids: Collection[str], *, prefix: str, now: datetime) -> Testimony:
        seen: set[str] = set()
        knows_issue = False
        for path in self.paths:
            with _content(path) as content:
                knows_issue = knows_issue or content.find(prefix.encode()) >= 0
                seen |= {one for one in message_ids if _is_taken(content, one)}
        written_at = datetime.fromtimestamp(self.paths[-1].stat().st_mtime, tz=now.tzinfo)
        return Testimony(frozenset(seen), written_at if knows_issue else None)


def _is_taken(content: mmap.mmap | bytes, message_id: str) -> bool:
    for line in _lines_with(content, message_id.strip("<>").encode()):
        queue_id = re.search(rb"(\w+): (?:resent-)?message-id=<", line)
        if queue_id is None or content.find(queue_id[1] + b": from=<") >= 0:
            return True
    return False


def _lines_with(content: mmap.mmap | bytes, needle: bytes) -> Iterator[bytes]:
    at = content.find(needle)
    while at >= 0:
        end = content.find(b"\n", at)
        end = len(content) if end < 0 else end
        yield content[content.rfind(b"\n", 0, at) + 1 : end]
        at = content.find(needle, end)


@contextmanager
def _content(path: Path) -> Iterator[mmap.mmap | bytes]:
    """The file's bytes, however large it is; those of a file that is not there or empty are b""."""
    if not path.exists() or not path.stat().st_size:
        yield b""
        return
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        yield content


class Journal:
    """A mailbox that got each mail as a second recipient in the same transaction.

    One answer of the server was for both, so what is not here was not taken.
    """

    def __init__(self, url: str) -> None:
        self.url = urlsplit(url)

    def could_know(self, *, is_journaled: bool) -> bool:
        return is_journaled

    def about(self, message_ids: Collection[str], *, prefix: str, now: datetime) -> Testimony:
        with self._connect() as mailbox:
            mailbox.login(unquote(self.url.username or ""), unquote(self.url.password or ""))
            folder = unquote(self.url.path.strip("/")) or "INBOX"
            mailbox.select(f'"{folder}"', readonly=True)
            seen = {one for one in message_ids if _holds(mailbox, one)}
            return Testimony(frozenset(seen), now if _holds(mailbox, prefix) else None)

    def _connect(self) -> imaplib.IMAP4:
        host, port = self.url.hostname or "", self.url.port
        if self.url.scheme == "imaps":
            return imaplib.IMAP4_SSL(host, port or 993, timeout=PATIENCE)
        return imaplib.IMAP4(host, port or 143, timeout=PATIENCE)


def _holds(mailbox: imaplib.IMAP4, text: str) -> bool:
    _kind, [found] = mailbox.search(None, "HEADER", "Message-ID", f'"{text}"')
    return bool(found)
