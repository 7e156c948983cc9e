"""Taking over the office's own list: what each row would do, then all of it or nothing.

Who left or whose mail came back is never added again, whatever a list says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TypeVar

from django.db import transaction
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from kit_portal.accounts.models import User
from newsletters import consent
from newsletters.list_file import Entry
from newsletters.models import Consent, Newsletter, Subscriber, SubscriberImport, Subscription
from newsletters.models.subscriber import hash_address

CHUNK = 500  # addresses in one question to the database
State = Subscriber.State
Thing = TypeVar("Thing")


class Fate(TextChoices):
    """What becomes of a row, worst first."""

    FAULTY = "faulty", _("faulty")
    DUPLICATE = "duplicate", _("twice in the file")
    LEFT = "left", _("has left before")
    BOUNCED = "bounced", _("mail does not arrive")
    KNOWN = "known", _("known already")
    ADDED = "added", _("known, gets more")
    NEW = "new", _("new")


TAKEN = (Fate.ADDED, Fate.NEW)


@dataclass(frozen=True)
class Line:
    entry: Entry
    fate: Fate
    newsletters: tuple[int, ...] = ()  # primary keys of what is added
    subscriber: Subscriber | None = None


def store_list(
    name: str,
    entries: Iterable[Entry],
    *,
    newsletters: Iterable[Newsletter],
    by: User,
    now: datetime,
) -> SubscriberImport:
    """Keep an uploaded list for the look before it is taken over."""
    return SubscriberImport.objects.create(
        name=name[:200],
        newsletters=[newsletter.pk for newsletter in newsletters],
        entries=[asdict(entry) for entry in entries],
        uploaded_at=now,
        uploaded_by=by,
    )


def plan(upload: SubscriberImport) -> list[Line]:
    """Say what would become of each row, in a number of queries that grows by the 500."""
    entries = [Entry(**values) for values in upload.entries]
    known = _known({hash_address(entry.email) for entry in entries if not entry.fault})
    seen: set[str] = set()
    lines = []
    for entry in entries:
        key = hash_address(entry.email)
        lines.append(_line(entry, upload.newsletters, known.get(key), is_repeated=key in seen))
        if not entry.fault:
            seen.add(key)
    return lines


@transaction.atomic
def take_over(upload: SubscriberImport, *, now: datetime) -> int | None:
    """Add all that may be added and return how many; None if the list has faults or is done.

    Raises IntegrityError, with nothing changed, if somebody subscribes at this very moment.
    """
    lines = plan(upload)
    if any(line.fate == Fate.FAULTY for line in lines):
        return None
    taken = [line for line in lines if line.fate in TAKEN]
    waiting = SubscriberImport.objects.waiting().filter(pk=upload.pk)
    if not waiting.update(done_at=now, added_count=len(taken), entries=[]):
        return None
    _add(taken, at=now)
    upload.refresh_from_db()
    return len(taken)


def _line(
    entry: Entry, newsletters: Sequence[int], known: Subscriber | None, *, is_repeated: bool
) -> Line:
    if entry.fault:
        return Line(entry, Fate.FAULTY)
    if is_repeated:
        return Line(entry, Fate.DUPLICATE)
    if known is None:
        return Line(entry, Fate.NEW, tuple(newsletters))
    if known.state == State.SUSPENDED:
        return Line(entry, Fate.BOUNCED)
    held = {one.newsletter_id: one for one in known.subscriptions.all()}
    missing = tuple(pk for pk in newsletters if pk not in held)
    if known.state == State.LEFT or (
        not missing and all(held[pk].left_at for pk in newsletters if pk in held)
    ):
        return Line(entry, Fate.LEFT)
    return Line(entry, Fate.ADDED if missing else Fate.KNOWN, missing, known)


def _known(hashes: set[str]) -> dict[str, Subscriber]:
    return {
        one.address_hash: one
        for chunk in _chunks(sorted(hashes))
        for one in Subscriber.objects.filter(address_hash__in=chunk).prefetch_related(
            "subscriptions"
        )
    }


def _add(lines: list[Line], *, at: datetime) -> None:
    new = [line for line in lines if line.subscriber is None]
    made = Subscriber.objects.bulk_create(
        (
            Subscriber.build(line.entry.email, language=line.entry.language, state=State.ACTIVE)
            for line in new
        ),
        batch_size=CHUNK,
    )
    people = dict(zip(map(id, new), made, strict=True))
    subscriptions = Subscription.objects.bulk_create(
        (
            Subscription(
                subscriber=line.subscriber or people[id(line)],
                newsletter_id=newsletter,
                requested_at=at,
                confirmed_at=at,
            )
            for line in lines
            for newsletter in line.newsletters
        ),
        batch_size=CHUNK,
    )
    for chunk in _chunks([line.subscriber.pk for line in lines if line.subscriber]):
        Subscriber.objects.filter(pk__in=chunk, state=State.PENDING).update(state=State.ACTIVE)
    Consent.objects.note(
        subscriptions,
        event=Consent.Event.CONFIRMED,
        source=Consent.Source.IMPORT,
        version=consent.TAKEN_OVER,
        at=at,
    )


def _chunks(things: Sequence[Thing]) -> Iterator[Sequence[Thing]]:
    for start in range(0, len(things), CHUNK):
        yield things[start : start + CHUNK]
