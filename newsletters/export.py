"""The list of subscribers as a table; what an import reads again."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from kit_portal.common.tables import CellValue, write_csv, write_xlsx
from newsletters.models import Subscriber, Subscription

CHUNK = 1000


def as_csv(subscribers: QuerySet[Subscriber]) -> bytes:
    return write_csv(_headings(), _rows(subscribers))


def as_xlsx(subscribers: QuerySet[Subscriber]) -> bytes:
    return write_xlsx(_headings(), _rows(subscribers), title=_("Subscribers"))


def _headings() -> list[str]:
    return [
        "E-Mail",
        _("Language"),
        _("State"),
        _("Newsletters"),
        _("Stored since"),
        _("Pause until"),
    ]


def _rows(subscribers: QuerySet[Subscriber]) -> Iterator[list[CellValue | None]]:
    current = Subscription.objects.current().select_related("newsletter")
    people = subscribers.prefetch_related(Prefetch("subscriptions", queryset=current))
    for one in people.iterator(chunk_size=CHUNK):
        yield [
            one.email,
            one.language,
            one.get_state_display(),
            " ".join(held.newsletter.slug for held in one.subscriptions.all()),
            timezone.localdate(one.created_at),
            one.paused_until,
        ]
