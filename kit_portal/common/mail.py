"""Mail: three templates → one message in the recipient's language; and the demo's outbox."""

from __future__ import annotations

from collections.abc import Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import css_inline
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage as DjangoMessage
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import override

from kit_portal.common.locales import direction_of

_inliner = css_inline.CSSInliner(load_remote_stylesheets=False, keep_at_rules=True)


def inline_css(html: str) -> str:
    """Mail clients drop style sheets; write the rules to the elements."""
    return _inliner.inline(html)


def compose_mail(
    folder: str,
    *,
    to: str,
    language: str,
    context: dict[str, Any],
    headers: dict[str, str] | None = None,
) -> EmailMultiAlternatives:
    """Render ``mail/<folder>/subject.txt``, ``body.txt`` and ``body.html`` in ``language``."""
    with override(language):
        context = context | {
            "language": language,
            "direction": direction_of(language),
            "site_url": settings.SITE_URL,
        }
        subject = " ".join(render_to_string(f"mail/{folder}/subject.txt", context).split())
        message = EmailMultiAlternatives(
            subject, render_to_string(f"mail/{folder}/body.txt", context), to=[to], headers=headers
        )
        html = render_to_string(f"mail/{folder}/body.html", context)
        message.attach_alternative(inline_css(html), "text/html")
    return message


class OutboxFolderBackend(BaseEmailBackend):
    """The demo's post office: each mail is one .eml file in ``settings.OUTBOX_FOLDER``."""

    def send_messages(self, email_messages: Sequence[DjangoMessage]) -> int:
        folder = Path(settings.OUTBOX_FOLDER)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            stamp = timezone.now().strftime("%Y%m%d-%H%M%S-%f")
            path = folder / f"{stamp}-{get_random_string(6)}.eml"
            path.write_bytes(message.message().as_bytes())
        return len(email_messages)


def read_outbox(*, limit: int) -> list[tuple[str, EmailMessage]]:
    """Return the newest mails of the outbox as (file name, message), newest first."""
    paths = sorted(Path(settings.OUTBOX_FOLDER).glob("*.eml"), reverse=True)[:limit]
    return [(path.name, read_eml(path)) for path in paths]


def read_eml(path: Path) -> EmailMessage:
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert isinstance(message, EmailMessage)  # what policy.default makes
    return message
