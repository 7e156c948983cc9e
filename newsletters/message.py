"""The message of one delivery: the frozen body of a language, this reader's links and headers."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.translation import override

from newsletters import links
from newsletters.models import Delivery, Issue, RenderedBody, Subscriber
from newsletters.render import Mail, personal


def message_for(
    delivery: Delivery, reader: Subscriber, body: RenderedBody, *, connection: BaseEmailBackend
) -> EmailMultiAlternatives:
    """Return the mail to send over ``connection``."""
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
