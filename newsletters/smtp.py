"""SMTP with the final dot in our own hands, and quick: TCP_NODELAY, PIPELINING, one connection.

``smtplib`` sends a mail's content and the dot that makes the server responsible for it in one go.
Here the caller is asked between the two: what breaks before the dot was surely not sent and can be
repeated; only after it nobody knows (RFC 1047).
"""

from __future__ import annotations

import select
import smtplib
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, NamedTuple

from newsletters.envelope import Envelope


class Step(Enum):
    """How far a conversation got."""

    MAIL = "MAIL"
    RCPT = "RCPT"
    COPY = "RCPT of the copy"
    DATA = "DATA"
    DOT = "."


class Timeouts(NamedTuple):
    """Seconds (RFC 5321, 4.5.3.2)."""

    greeting: float = 300
    command: float = 300
    data: float = 120
    block: float = 180
    dot: float = 600
    quit: float = 10  # our own: nothing depends on the answer


TIMEOUTS = Timeouts()


@dataclass(frozen=True)
class Answer:
    """What the server said last about a mail, and to what."""

    step: Step
    code: int
    text: str = ""

    @property
    def is_good(self) -> bool:
        return self.code == 354 if self.step is Step.DATA else 200 <= self.code < 300

    @property
    def is_acceptance(self) -> bool:
        return self.step is Step.DOT and self.is_good

    @property
    def is_closing(self) -> bool:
        """421 announces that the server closes the connection."""
        return self.code == 421


class LostError(Exception):
    """The connection broke; ``after_dot`` says whether the server may have taken the mail."""

    def __init__(self, reason: object, *, after_dot: bool) -> None:
        super().__init__(str(reason))
        self.after_dot = after_dot


class FinalDotSMTP(smtplib.SMTP):
    """A connection that asks before it sends the final dot."""

    begun: Envelope | None = None  # whose commands went out with the dot of the mail before

    def connect(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        answer = super().connect(*args, **kwargs)
        assert self.sock is not None  # noqa: S101  connected
        # Without it, a last packet waits 40 ms for the acknowledgement of the one before (Nagle).
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return answer

    def quit(self) -> tuple[int, bytes]:
        self._be_patient(TIMEOUTS.quit)
        return super().quit()

    def transmit(
        self,
        envelope: Envelope,
        content: bytes,
        *,
        hand_over: Callable[[bool], bool],
        following: Envelope | None = None,
    ) -> Answer | None:
        """Send one mail and return the server's last answer, a refusal perhaps.

        ``content`` has its dots doubled and ends with a line's end. ``hand_over`` is asked when
        only the final dot is missing, and told whether the copy goes along: if it says no, the
        connection is closed, so that the server must throw the mail away, and None is returned.
        The commands of the mail ``following`` go out with the dot, as RFC 2920 shows with QUIT.
        Raises LostError.
        """
        is_dot_sent = False
        try:
            has_copy, refusal = self._introduce(envelope)
            if refusal:
                return refusal
            self._write(content, TIMEOUTS.block)
            if not hand_over(has_copy):
                self.close()
                return None
            if self._is_gone():
                raise smtplib.SMTPServerDisconnected("Connection closed before the final dot")
            is_dot_sent = True
            answer = self._say_dot(following)
        except OSError as error:  # smtplib's errors are among them
            self.close()
            raise LostError(error, after_dot=is_dot_sent) from error
        if not 200 <= answer.code < 300 and not 400 <= answer.code < 600:
            self.close()
            raise LostError(f"{answer.code} {answer.text}", after_dot=True)
        return answer

    def _introduce(self, envelope: Envelope) -> tuple[bool, Answer | None]:
        """Go up to DATA. Return whether a copy goes along, and the refusal, if one came."""
        has_copy = False
        is_begun, self.begun = self.begun is envelope, None
        for number, group in enumerate(self._groups(envelope)):
            answers = self._ask(group, is_asked=is_begun and number == 0)
            has_copy = has_copy or any(a.step is Step.COPY and a.is_good for a in answers)
            wrong = [a for a in answers if not a.is_good and a.step is not Step.COPY]
            if wrong:
                if answers[-1].step is Step.DATA and answers[-1].is_good:
                    self.close()  # it wants to go on all the same: a dot would send an empty mail
                elif not answers[-1].is_closing:
                    self.rset()
                return has_copy, next((a for a in wrong if a.is_closing), wrong[0])
        return has_copy, None

    def _groups(self, envelope: Envelope) -> list[list[tuple[Step, str]]]:
        """Return the commands that may be sent without waiting for each answer (RFC 2920)."""
        about, notify, silent = "", "", ""
        if self.has_extn("dsn"):
            about = f" RET=HDRS ENVID={xtext(envelope.key)}"
            notify, silent = " NOTIFY=FAILURE,DELAY", " NOTIFY=NEVER"
        mail = (Step.MAIL, f"MAIL FROM:<{envelope.sender}>{about}")
        rcpt = (Step.RCPT, f"RCPT TO:<{envelope.recipient}>{notify}")
        copy = (Step.COPY, f"RCPT TO:<{envelope.copy}>{silent}")
        data = (Step.DATA, "DATA")
        if not self.has_extn("pipelining"):
            return [[mail], [rcpt], *([[copy]] if envelope.copy else []), [data]]
        # With a copy DATA has to wait: there must be no mail of which only the copy is taken.
        return [[mail, rcpt, copy], [data]] if envelope.copy else [[mail, rcpt, data]]

    def _ask(self, group: list[tuple[Step, str]], *, is_asked: bool) -> list[Answer]:
        """Send commands together and return the answers, up to one that closes the connection."""
        if not is_asked:
            self._write(_lines(group), TIMEOUTS.command)
        answers: list[Answer] = []
        for step, _line in group:
            self._be_patient(TIMEOUTS.data if step is Step.DATA else TIMEOUTS.command)
            answers.append(self._answer(step))
            if answers[-1].is_closing:
                break
        return answers

    def _say_dot(self, following: Envelope | None = None) -> Answer:
        dot = b".\r\n"
        if following and self.has_extn("pipelining"):
            dot += _lines(self._groups(following)[0])
            self.begun = following
        self._write(dot, TIMEOUTS.block)
        self._be_patient(TIMEOUTS.dot)
        return self._answer(Step.DOT)

    def _is_gone(self) -> bool:
        """Whether the server hung up, or spoke out of turn: then it takes no mail."""
        assert self.sock is not None  # noqa: S101  the content was just written
        if not select.select([self.sock], [], [], 0)[0]:
            return False
        self.sock.settimeout(0)
        try:
            self.sock.recv(1)
        except (BlockingIOError, ssl.SSLWantReadError):  # a record of TLS's own
            return False
        return True

    def _answer(self, step: Step) -> Answer:
        code, text = self.getreply()
        return Answer(step, code, text.decode(errors="replace"))

    def _write(self, data: bytes, timeout: float) -> None:
        self._be_patient(timeout)
        self.send(data)

    def _be_patient(self, seconds: float) -> None:
        if self.sock is not None:
            self.sock.settimeout(seconds)


class FinalDotSMTPS(FinalDotSMTP, smtplib.SMTP_SSL):
    """The same with TLS from the first byte."""


def _lines(group: list[tuple[Step, str]]) -> bytes:
    return "".join(f"{line}\r\n" for _step, line in group).encode()


def xtext(text: str) -> str:
    """Return ``text`` as a parameter's value (RFC 3461, 4)."""
    return "".join(c if "!" <= c <= "~" and c not in "+=" else f"+{ord(c):02X}" for c in text)
