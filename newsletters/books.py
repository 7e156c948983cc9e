"""The books of one batch: each mail's step written to its row, with about one commit a mail.

That a mail was taken is written together with the handing over of the next one, so a worker that is
killed leaves one recipient unclear at the most. Both statements are SQL by hand: the ORM takes
longer to compose them than the database to carry them out.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.utils.timezone import localdate

from newsletters.models import Delivery
from newsletters.smtp import Answer

LEASE = timedelta(minutes=5)
HAND_OVER_LEASE = timedelta(minutes=12)  # longer than a server may think about the final dot
BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (5, 15, 60, 240))
GIVE_UP_AFTER = timedelta(days=5)  # RFC 5321, 4.5.4.1
State = Delivery.State

# Each is conditional: a row that went to another worker, or back, is no longer ours to write.
# A late answer also settles a row that was thought unclear.
_SENT = """
    UPDATE newsletters_delivery
    SET state = 'sent', sent_at = %s, smtp_code = %s, enhanced_code = '', error = '',
        lease_until = NULL, attempts = attempts + 1
    WHERE id = %s AND claim_token = %s AND state IN ('final_dot', 'unsure')
"""
_HAND_OVER = """
    UPDATE newsletters_delivery
    SET state = 'final_dot', handed_over_at = %s, lease_until = %s, is_journaled = %s
    WHERE id = %s AND claim_token = %s AND state = 'claimed'
    AND (
        SELECT confirmed_at IS NOT NULL AND left_at IS NULL
        AND (reconfirm_by IS NULL OR reconfirm_by >= %s)
        FROM newsletters_subscription WHERE subscriber_id = %s AND newsletter_id = %s
    )
    AND (
        SELECT state = 'active' AND (paused_until IS NULL OR paused_until <= %s)
        FROM newsletters_subscriber WHERE id = %s
    )
    AND (SELECT state = 'sending' FROM newsletters_issue WHERE id = %s)
"""


class Books:
    """What one worker writes about the rows that it holds."""

    def __init__(self) -> None:
        self._sent: list[Any] = []  # the values of a mail taken but not written yet

    def hand_over(self, delivery: Delivery, *, now: datetime, is_journaled: bool = False) -> bool:
        """Note that the mail is about to leave; False if it must not.

        One conditional update asks it all: is the row still this worker's, has nobody stopped the
        issue, and does the reader still want it (``DeliveryQuerySet.wanted``)? Who left or pauses
        since the release is skipped.
        """
        moment, lease = _moment(now), _moment(now + HAND_OVER_LEASE)
        today = connection.ops.adapt_datefield_value(localdate(now))
        reader, newsletter = delivery.subscriber_id, delivery.issue.newsletter_id
        values = [moment, lease, is_journaled, delivery.pk, delivery.claim_token]
        values += [today, reader, newsletter, today, reader, delivery.issue_id]
        if self._write(_HAND_OVER, values):
            return True
        mine = Delivery.objects.filter(pk=delivery.pk).held_by(delivery.claim_token)
        if not mine.wanted(now).exists():
            mine.update(state=State.SKIPPED, lease_until=None, claim_token="")
        return False

    def take(self, delivery: Delivery, answer: Answer, *, now: datetime) -> None:
        """Remember that the server took the mail, until the next commit."""
        self._sent = [_moment(now), answer.code, delivery.pk, delivery.claim_token]

    def flush(self) -> None:
        """Write what is only remembered."""
        if self._sent:
            self._write(_SENT, self._sent)

    def refuse(self, delivery: Delivery, answer: Answer, *, now: datetime) -> None:
        """4xx: not now; 5xx: never (RFC 5321, 4.2.1)."""
        if 400 <= answer.code < 500:
            self.defer(delivery, now=now, **_said(answer))
        else:
            self.settle(delivery, State.FAILED, **_said(answer))

    def put_off(self, delivery: Delivery, answer: Answer, *, now: datetime) -> None:
        """Again later, whatever the server said: it was not about this reader."""
        self.defer(delivery, now=now, **_said(answer))

    def defer(self, delivery: Delivery, *, now: datetime, **values: Any) -> None:
        again = next_attempt(delivery.attempts + 1, now=now, started=delivery.issue.scheduled_for)
        state = State.DEFERRED if again else State.FAILED
        self.settle(delivery, state, next_attempt_at=again, **values)

    def settle(self, delivery: Delivery, state: str, *, error: str = "", **values: Any) -> None:
        """Write an outcome, unless the row passed to another worker meanwhile."""
        Delivery.objects.filter(pk=delivery.pk, claim_token=delivery.claim_token).filter(
            state__in=(State.CLAIMED, State.FINAL_DOT, State.UNSURE)
        ).update(
            state=state, lease_until=None, error=error[:300], attempts=F("attempts") + 1, **values
        )

    def _write(self, statement: str, values: list[Any]) -> int:
        """Carry out ``statement``, and before it what is remembered, in one transaction."""
        before, self._sent = self._sent, []
        with connection.cursor() as cursor:
            if not before or statement is _SENT:
                cursor.execute(statement, values)
            elif connection.vendor == "postgresql":  # both in one message, so in one commit
                cursor.execute(f"{_SENT};{statement}", before + values)
            else:
                with transaction.atomic():
                    cursor.execute(_SENT, before)
                    cursor.execute(statement, values)
            return int(cursor.rowcount)


def next_attempt(attempts: int, *, now: datetime, started: datetime) -> datetime | None:
    """Return when to try again after ``attempts`` tries; None once five days are over."""
    again = now + BACK_OFF[min(attempts, len(BACK_OFF)) - 1]
    return again if again <= started + GIVE_UP_AFTER else None


def _said(answer: Answer) -> dict[str, Any]:
    return {
        "smtp_code": answer.code,
        "enhanced_code": _enhanced_code(answer.text),
        "error": answer.text,
    }


def _enhanced_code(text: str) -> str:
    """Return the “5.1.1” that an answer begins with (RFC 3463), if it does."""
    first = text.partition(" ")[0]
    parts = first.split(".")
    return first if len(parts) == 3 and all(part.isdigit() for part in parts) else ""


def _moment(value: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(value)
