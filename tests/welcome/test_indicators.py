from datetime import UTC, date, datetime

from django.utils import timezone

from measures.indicator_sources import counted_value
from welcome import indicators
from welcome.models import Event


def make_event(slug, starts_at, **fields):
    fields = {"title_de": slug, "published_at": datetime(2020, 1, 1, tzinfo=UTC)} | fields
    return Event.objects.create(slug=slug, starts_at=starts_at, **fields)


def test_events_of_a_year_are_public_and_took_place(db):
    make_event("a", datetime(2024, 3, 1, 18, tzinfo=UTC))
    make_event("new-year", datetime(2024, 12, 31, 23, 30, tzinfo=UTC))  # local time: 2025
    make_event("draft", datetime(2024, 4, 1, tzinfo=UTC), published_at=None)
    make_event(
        "cancelled",
        datetime(2024, 5, 1, tzinfo=UTC),
        cancelled_at=datetime(2024, 4, 30, tzinfo=UTC),
    )

    assert [indicators.events_in(year) for year in (2023, 2024, 2025)] == [None, 1, 1]
    assert indicators.events_on(date(2024, 2, 29)) is None
    assert counted_value("welcome.events", 2024, date(2024, 3, 1)) == 1
    assert indicators.events_in(timezone.localdate().year + 1) is None
