"""Not faster than the mail server wants: one token bucket for each, shared by all workers.

The bucket is a row of the database, so that it needs no Redis. It holds the mails of one second
(one mail at least): in any period no more are sent than the rate says, and those of a second.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.db import transaction

from newsletters.models import RelayAllowance

Clock = Callable[[], datetime]


class Throttle:
    """One worker's share. Tokens are drawn from the bucket a second's worth at a time."""

    def __init__(self, *, clock: Clock, sleep: Callable[[float], object] = time.sleep) -> None:
        self.rate: float | None = settings.NEWSLETTER_RATE  # mails a second
        self.relay = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
        self.clock, self.sleep = clock, sleep
        self.drawn = 0

    @property
    def is_on(self) -> bool:
        return self.rate is not None

    def wait(self, *, until: datetime) -> bool:
        """Wait for the next mail's turn; False if it comes after ``until``."""
        if self.rate is None:
            return True
        while not self.drawn:
            self.drawn, missing = draw(self.relay, rate=self.rate, now=self.clock())
            if not self.drawn:
                if self.clock().timestamp() + missing > until.timestamp():
                    return False
                self.sleep(missing)
        self.drawn -= 1
        return True


def draw(relay: str, *, rate: float, now: datetime) -> tuple[int, float]:
    """Take what is in the bucket; return (tokens, seconds until there is one if there is none)."""
    size = max(1.0, rate)
    with transaction.atomic():
        RelayAllowance.objects.get_or_create(
            relay=relay, defaults={"tokens": size, "counted_at": now}
        )
        row = RelayAllowance.objects.select_for_update().get(relay=relay)
        # A clock that was set back must not stop the mail.
        passed = max(0.0, (now - row.counted_at).total_seconds())
        tokens = min(size, row.tokens + passed * rate)
        taken = int(tokens + 1e-9)
        row.tokens, row.counted_at = tokens - taken, now
        row.save(update_fields=["tokens", "counted_at"])
    return taken, 0.0 if taken else (1 - row.tokens) / rate
