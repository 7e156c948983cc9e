"""The mail of one delivery: a frozen mail's bytes, with this reader's parts put in."""

from __future__ import annotations

import re
from datetime import datetime
from email.charset import QP, Charset
from email.utils import format_datetime
from typing import cast

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, SafeMIMEMultipart
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.translation import override

from newsletters import links
from newsletters.envelope import Envelope, deliverable, envelope_from
from newsletters.models import Delivery, Issue, RenderedBody, Subscriber
from newsletters.render import Mail, personal

# Stand in frozen mails where a reader's own headers come.
ADDRESS = "reader@address-goes-here.invalid"
MESSAGE_ID = "<message-id@goes-here.invalid>"
DATE = "Thu, 01 Jan 1970 00:00:00 +0000"
TOKEN = links.TOKEN_PLACEHOLDER.encode()

# Any relay takes it as it is, so that no signature breaks on the way; and unlike base64 it leaves
# the letters of a token alone.
QUOTED_PRINTABLE = Charset("utf-8")
QUOTED_PRINTABLE.body_encoding = QP
# The encoding may break a line within a token.
_BROKEN_TOKEN = re.compile(
    rb"(?:=\r\n)?".join(re.escape(TOKEN[i : i + 1]) for i in range(len(TOKEN)))
)


def freeze(issue: Issue, mail: Mail) -> RenderedBody:
    """Return the unsaved row that freezes ``mail``, as text and as the bytes that are sent."""
    return RenderedBody(
        issue=issue,
        language=mail.language,
        omits=mail.omits,
        subject=mail.subject,
        html=mail.html,
        text=mail.text,
        sha256=mail.sha256,
        mime_template=_template(issue, mail),
    )


def _template(issue: Issue, mail: Mail) -> bytes:
    """Return the whole mail with placeholders: ASCII, short lines that end with CR LF."""
    message = _message(issue, mail, token=links.TOKEN_PLACEHOLDER)
    message.encoding = QUOTED_PRINTABLE
    message.to = [ADDRESS]
    message.extra_headers |= {"Message-ID": MESSAGE_ID, "Date": DATE}
    mime = cast("SafeMIMEMultipart", message.message())
    head, gap, body = mime.as_bytes(linesep="\r\n").partition(b"\r\n\r\n")
    return head + gap + _BROKEN_TOKEN.sub(_on_a_line_of_its_own, body)


def _on_a_line_of_its_own(found: re.Match[bytes]) -> bytes:
    return TOKEN if found[0] == TOKEN else b"=\r\n" + TOKEN + b"=\r\n"


class Template:
    """A frozen mail, taken apart once for a batch: each reader's is put together."""

    def __init__(self, body: RenderedBody) -> None:
        self.body = body
        # psycopg hands out a memoryview
        self._head, gap, content = bytes(body.mime_template).partition(b"\r\n\r\n")
        content = gap + content
        if not content.endswith(b"\r\n"):
            content += b"\r\n"
        # A line that begins with a dot gets another one (RFC 5321, 4.5.2). No token begins so.
        self._pieces = content.replace(b"\r\n.", b"\r\n..").split(TOKEN)

    def addressed(self, *, to: str, message_id: str, token: str, at: datetime) -> bytes:
        """Return the mail as it goes over the wire.

        Raises ValueError for what no header can carry.
        """
        if "\n" in message_id or "\r" in message_id:
            raise ValueError("The message id has more than one line.")
        secret = token.encode()
        head = (
            self._head.replace(ADDRESS.encode(), to.encode())
            .replace(MESSAGE_ID.encode(), message_id.encode())
            .replace(DATE.encode(), format_datetime(at).encode())
            .replace(TOKEN, secret)
        )
        return head + secret.join(self._pieces)


class ReadersLetter:
    """One reader's mail, made where it is wanted."""

    def __init__(self, delivery: Delivery, template: Template, *, at: datetime) -> None:
        reader = delivery.subscriber
        assert reader is not None  # noqa: S101  who was erased is skipped when rows are claimed
        self.delivery, self.reader, self.template, self.at = delivery, reader, template, at
        self.envelope = Envelope(
            sender=envelope_from(delivery),
            recipient=deliverable(reader.email),
            key=delivery.message_id.strip("<>"),
            copy=settings.NEWSLETTER_JOURNAL,
        )

    def content(self) -> bytes:
        return self.template.addressed(
            to=self.envelope.recipient,
            message_id=self.delivery.message_id,
            token=self.reader.current_token(),
            at=self.at,
        )

    def message(self, connection: BaseEmailBackend) -> EmailMultiAlternatives:
        return message_for(self.delivery, self.reader, self.template.body, connection=connection)


def message_for(
    delivery: Delivery, reader: Subscriber, body: RenderedBody, *, connection: BaseEmailBackend
) -> EmailMultiAlternatives:
    """Return the mail for a backend that is no mail server."""
    mail = Mail(body.language, body.subject, body.html, body.text)
    message = _message(delivery.issue, mail, token=reader.current_token())
    message.to, message.connection = [reader.email], connection
    message.extra_headers["Message-ID"] = delivery.message_id
    return message


def copy_for(issue: Issue, reader: Subscriber, mail: Mail) -> EmailMultiAlternatives:
    """Return an issue of the past for one reader."""
    message = _message(issue, mail, token=reader.current_token())
    message.to = [reader.email]
    return message


def sample_for(issue: Issue, mail: Mail, *, to: str) -> EmailMultiAlternatives:
    """Return the mail as a test for staff: its personal links lead to nobody's data."""
    message = _message(issue, mail, token=links.TOKEN_PLACEHOLDER)
    message.to = [to]
    return message


def _message(issue: Issue, mail: Mail, *, token: str) -> EmailMultiAlternatives:
    newsletter = issue.newsletter
    leave = links.leave_url(newsletter, token, language=mail.language)
    with override(mail.language):
        sender = newsletter.from_header
    message = EmailMultiAlternatives(
        mail.subject,
        personal(mail.text, token=token),
        from_email=sender,
        reply_to=[newsletter.reply_to] if newsletter.reply_to else None,
        headers={
            "List-Id": newsletter.list_id_header,
            "List-Unsubscribe": f"<{leave}>, <{links.leave_mailto(newsletter, token)}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Content-Language": mail.language,
            "Precedence": "bulk",
            "Auto-Submitted": "auto-generated",
        },
    )
    if newsletter.has_archive:
        with override(mail.language):
            archive = settings.SITE_URL + newsletter.get_absolute_url()
        message.extra_headers["List-Archive"] = f"<{archive}>"
    message.attach_alternative(personal(mail.html, token=token), "text/html")
    return message
