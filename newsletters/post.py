"""The way out: one connection that takes mails, by SMTP or by whatever mail backend is set."""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from types import TracebackType
from typing import Protocol, Self

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend
from django.utils.module_loading import import_string

from newsletters import smtp
from newsletters.envelope import Envelope
from newsletters.smtp import Answer, FinalDotSMTP, FinalDotSMTPS, LostError, Step

# Told whether the journal's copy goes along; says whether the mail may go.
HandOver = Callable[[bool], bool]


class Letter(Protocol):
    """One mail, in both forms that a way out may want."""

    envelope: Envelope

    def content(self) -> bytes:
        """Return the mail as it goes over the wire, dots doubled, without the final one."""

    def message(self, connection: BaseEmailBackend) -> EmailMultiAlternatives:
        """Return the mail as Django's mail backends take it."""


class Post(Protocol):
    def send(
        self, letter: Letter, *, hand_over: HandOver, following: Letter | None = None
    ) -> Answer | None:
        """Send it, or return None where ``hand_over`` said no. The next may be begun meanwhile.

        Raises LostError where the connection broke on the way, SMTPException or OSError where
        there was none to begin with, ValueError for a mail that cannot be written.
        """

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...


def open_post() -> Post:
    """Return the way out that EMAIL_URL names, to be entered as a context."""
    if import_string(settings.EMAIL_BACKEND) is EmailBackend:
        return SmtpPost()
    return BackendPost()


class SmtpPost(EmailBackend):
    """A mail server: Django's way of connecting (TLS, login), our way of talking."""

    connection: FinalDotSMTP | None

    def __init__(self) -> None:
        super().__init__(timeout=smtp.TIMEOUTS.greeting)

    @property
    def connection_class(self) -> type[FinalDotSMTP]:
        return FinalDotSMTPS if self.use_ssl else FinalDotSMTP

    def open(self) -> bool | None:
        if self.connection is not None and self.connection.sock is None:
            self.connection = None  # it broke or was closed: a new one
        is_new = super().open()
        if is_new and self.connection is not None:
            self.connection.ehlo_or_helo_if_needed()
        return is_new

    def send(
        self, letter: Letter, *, hand_over: HandOver, following: Letter | None = None
    ) -> Answer | None:
        content = letter.content()
        if self.connection is not None and self.connection.begun not in (None, letter.envelope):
            self.connection.close()  # another mail was begun, and came to nothing
        self.open()
        assert self.connection is not None  # noqa: S101  or open() had raised
        return self.connection.transmit(
            letter.envelope,
            content,
            hand_over=hand_over,
            following=following.envelope if following else None,
        )


class BackendPost:
    """Any other backend of Django: it takes a whole mail, so handing over comes before it."""

    def __init__(self) -> None:
        self.connection: BaseEmailBackend = get_connection()

    def __enter__(self) -> Self:
        self.connection.open()
        return self

    def __exit__(self, *_error: object) -> None:
        self.connection.close()

    def send(
        self, letter: Letter, *, hand_over: HandOver, following: Letter | None = None
    ) -> Answer | None:
        message = letter.message(self.connection)
        if not hand_over(False):
            return None
        try:
            message.send()
        except smtplib.SMTPSenderRefused as error:
            return _answer(Step.MAIL, error.smtp_code, error.smtp_error)
        except smtplib.SMTPRecipientsRefused as error:
            return _answer(Step.RCPT, *next(iter(error.recipients.values())))
        except smtplib.SMTPResponseException as error:
            return _answer(Step.DOT, error.smtp_code, error.smtp_error)
        except OSError as error:  # somewhere in the conversation: perhaps the mail was taken
            raise LostError(error, after_dot=True) from error
        return Answer(Step.DOT, 250)


def _answer(step: Step, code: int, text: bytes | str) -> Answer:
    return Answer(step, code, text.decode(errors="replace") if isinstance(text, bytes) else text)
