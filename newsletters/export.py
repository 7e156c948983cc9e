"""The list of subscribers as a table; what an import reads again."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from kit_portal.common.tables import CellValue, write_csv, write_xlsx
from newsletters.models import Subscriber, Subscription

CHUNK = 1000


def as_csv(subscribers: QuerySet[Subscriber]) -> bytes:
    return write_csv(_headings(), _rows(subscribers))


def as_xlsx(subscribers: QuerySet[Subscriber]) -> bytes:
    return write_xlsx(_headings(), _rows(subscribers), title=_("Subscribers"))


FILES = {
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "xlsx": (as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


def export_response(kind: str, subscribers: QuerySet[Subscriber]) -> HttpResponse:
    write, content_type = FILES[kind]
    response = HttpResponse(write(subscribers), content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="subscribers.{kind}"'
    return response


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
