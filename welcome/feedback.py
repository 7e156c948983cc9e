"""Ideas and complaints: taken in with a tracking code, found by it, answered."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from directory.models import Office
from kit_portal.common.mail import compose_mail
from kit_portal.common.tokens import hash_token
from welcome.models import Feedback

# Crockford's Base32: no letter that is read for another, or as a word one would not print.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 16  # 80 bits: copied by hand in a minute, guessed in no time that matters
_READ_ALIKE = str.maketrans("OIL", "011")


def receive_feedback(
    text: str,
    *,
    kind: str,
    language: str,
    now: datetime,
    email: str = "",
    page_address: str = "",
) -> tuple[Feedback, str]:
    """Store a message; return it and its code, which is kept nowhere."""
    code = new_code()
    feedback = Feedback.objects.create(
        kind=kind,
        text=text,
        email=email,
        page_address=page_address,
        language=language,
        received_at=now,
        code_hash=hash_code(code),
    )
    return feedback, code


def find_feedback(code: str) -> Feedback | None:
    return Feedback.objects.filter(code_hash=hash_code(code)).first()


def answer_feedback(feedback: Feedback, text: str, *, at: datetime, by: Any = None) -> Feedback:
    """Store the answer. A new wording goes out by mail again, the same one does not."""
    is_new = text != feedback.answer or feedback.state != Feedback.State.ANSWERED
    feedback.give_answer(text, at=at, by=by)
    if is_new:
        feedback.answer_mailed_at = None
        feedback.save(update_fields=["answer_mailed_at"])
    return feedback


def mail_answer(feedback: Feedback, *, now: datetime) -> bool:
    """Send the answer to whoever left an address; say whether a mail went out.

    The row is marked before sending: with two workers, or after a crash in between, the person
    gets at most one mail. The answer stays readable with the code in any case.
    """
    waiting = Feedback.objects.with_answer_to_mail().filter(pk=feedback.pk)
    if not waiting.update(answer_mailed_at=now):
        return False
    compose_mail(
        "feedback_answered",
        to=feedback.email,
        language=feedback.language,
        context={"feedback": feedback, "office": Office.objects.current()},
    ).send()
    return True


def new_code() -> str:
    """Return a code like ``K7QM-3XRT-9F2H-PQ4W``."""
    signs = "".join(secrets.choice(ALPHABET) for _sign in range(CODE_LENGTH))
    return "-".join(signs[start : start + 4] for start in range(0, CODE_LENGTH, 4))


def tidy_code(text: str) -> str:
    """Return a typed code without what people add or mistake: spaces, small letters, O for 0."""
    signs = text.upper().translate(_READ_ALIKE)
    return "".join(sign for sign in signs if sign in ALPHABET)


def hash_code(code: str) -> str:
    return hash_token(tidy_code(code))
