"""Reading delivery status notifications (RFC 3464), and what older Exim sends in their place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.header import decode_header, make_header
from email.message import Message
from email.parser import HeaderParser
from email.utils import parseaddr

_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_MESSAGE_ID = re.compile(r"^Message-ID:\s*(<[^<>\s]+>)", re.IGNORECASE | re.MULTILINE)
_VAGUE = ("", "5.0.0", "4.0.0")  # a class without a subject: the diagnostic text knows more


@dataclass(frozen=True)
class Failure:
    """A recipient whom a mail did not reach. ``message_id`` is the mail's, if it is quoted."""

    recipient: str
    status: str
    reason: str
    message_id: str


def is_report(message: Message) -> bool:
    return (
        message.get_content_type() == "multipart/report"
        and str(message.get_param("report-type") or "").lower() == "delivery-status"
    ) or "X-Failed-Recipients" in message


def is_automatic(message: Message) -> bool:
    """Say whether a program wrote this: holiday replies and the like (RFC 3834)."""
    submitted = header(message, "Auto-Submitted").lower()
    return (
        (bool(submitted) and submitted != "no")
        or header(message, "Precedence").lower() in {"bulk", "junk", "list", "auto_reply"}
        or any(name in message for name in ("X-Autoreply", "X-Autorespond", "List-Id"))
        or message.get_content_type() == "multipart/report"
    )


def failures(message: Message) -> list[Failure]:
    """Return whom a report names as not reached; delays and successes are passed over."""
    message_id = returned_message_id(message)
    found = [
        _failure(block, message_id)
        for block in _recipient_blocks(message)
        if header(block, "Action").lower() == "failed"
    ]
    return found or list(_old_exim(message, message_id))


def returned_message_id(message: Message) -> str:
    """Return the Message-ID of the mail that comes back, whole, as headers or quoted."""
    return next(filter(None, map(_returned_id_in, message.walk())), "") or (
        _quoted_id(message) if "X-Failed-Recipients" in message else ""
    )


def header(message: Message, name: str) -> str:
    """Return a header as plain text on one line; "" if it is missing or beyond reading."""
    try:
        return " ".join(str(make_header(decode_header(str(message.get(name, ""))))).split())
    except (ValueError, LookupError):
        return ""


def _returned_id_in(part: Message) -> str:
    kind, inner = part.get_content_type(), part.get_payload()
    if kind == "message/rfc822" and isinstance(inner, list) and isinstance(inner[0], Message):
        return header(inner[0], "Message-ID")
    if kind == "text/rfc822-headers":
        return header(HeaderParser().parsestr(_text(part)), "Message-ID")
    return ""


def _quoted_id(message: Message) -> str:
    match = _MESSAGE_ID.search(_text(message))
    return match[1] if match else ""


def _recipient_blocks(message: Message) -> Iterator[Message]:
    """The fields for each recipient stand in blocks of their own, after those for the message."""
    for part in message.walk():
        blocks = part.get_payload()
        if part.get_content_type() == "message/delivery-status" and isinstance(blocks, list):
            yield from (
                block
                for block in blocks
                if isinstance(block, Message) and "Final-Recipient" in block
            )


def _failure(block: Message, message_id: str) -> Failure:
    address = header(block, "Original-Recipient") or header(block, "Final-Recipient")
    reason = header(block, "Diagnostic-Code").partition(";")[2].strip()
    status = _status_in(header(block, "Status"))
    if status in _VAGUE:
        status = _status_in(reason) or status
    return Failure(_bare(address.partition(";")[2]), status, reason, message_id)


def _old_exim(message: Message, message_id: str) -> Iterator[Failure]:
    addresses = header(message, "X-Failed-Recipients")
    texts = [_text(part) for part in message.walk() if part.get_content_type() == "text/plain"]
    words = " ".join(" ".join(texts[:1]).split())
    for address in filter(None, map(_bare, addresses.split(","))):
        _before, _found, after = words.partition(f"{address} ")
        # The reason follows the address, the quoted mail follows a line of dashes.
        reason = after.partition(" ------")[0].strip()[:300]
        yield Failure(address, _status_in(reason), reason, message_id)


def _status_in(text: str) -> str:
    match = _STATUS.search(text)
    return match[1] if match else ""


def _bare(address: str) -> str:
    return parseaddr(address.strip())[1]


def _text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    return payload.decode(errors="replace") if isinstance(payload, bytes) else ""
