"""What SpamAssassin says of a mail, where it is installed: its own rules, no network."""

from __future__ import annotations

import re
import shutil
import subprocess
from email.utils import formatdate

from django.core.mail import EmailMessage

SECONDS = 120
_SCORE = re.compile(rb"^X-Spam-Status:.*?score=(-?[0-9.]+)", re.MULTILINE)


def is_available() -> bool:
    return shutil.which("spamassassin") is not None


def spam_score(message: EmailMessage) -> float | None:
    """Return the score of ``message``; below 0 is good. None where it cannot be told."""
    program = shutil.which("spamassassin")
    if program is None:
        return None
    # Without a line of a receiving server, rules fire that no delivered mail meets; so does one of
    # another day, or with an IPv4 address that is meant for documents.
    received = (
        "Received: from mail.example.org (mail.example.org [IPv6:2001:db8::25]) by mx.example.net "
        f"(Postfix) with ESMTPS id 4XyZ; {formatdate(localtime=True)}\r\n"
    )
    try:
        answer = subprocess.run(  # noqa: S603  a fixed program and fixed arguments
            [program, "--local", "--test-mode"],
            input=received.encode() + message.message().as_bytes(),
            capture_output=True,
            check=True,
            timeout=SECONDS,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    found = _SCORE.search(answer.stdout)
    return float(found[1]) if found else None
