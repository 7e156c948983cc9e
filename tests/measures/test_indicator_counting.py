from datetime import UTC, date, datetime
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from measures import indicator_counting
from measures.indicator_counting import count_indicator, count_indicators, drift_of
from measures.indicator_sources import SourceFailedError, counted_value, register, unregister
from measures.models import IndicatorValue
from measures.tasks import count_indicators as task
from tests.measures.factories import make_concept, make_indicator

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
TODAY = date(2026, 11, 25)


@pytest.fixture
def source():
    """A source that counts what the test says: by year, or by day."""
    numbers = {2025: 436, 2026: 12}

    def value_in(year):
        if isinstance(numbers.get(year), Exception):
            raise numbers[year]
        return numbers.get(year)

    register("test.things", "things", value_in, lambda day: numbers.get(day))
    yield numbers
    unregister("test.things")


@pytest.fixture
def indicator(concept, source):
    return make_indicator(concept=concept, source_key="test.things")


def stored(indicator):
    return {value.year: value.value for value in indicator.values.filter(as_of=None)}


def test_count_stores_this_year_and_the_last(indicator):
    assert count_indicator(indicator, now=NOW)

    assert stored(indicator) == {2025: 436, 2026: 12}
    last = indicator.values.get(year=2026)
    assert (last.counted, last.counted_at, last.counted_within_year) == (12, NOW, TODAY)
    assert indicator.values.get(year=2025).counted_within_year is None


def test_counting_again_follows_the_count(indicator, source):
    count_indicator(indicator, now=NOW)
    source[2026] = 13

    count_indicator(indicator, now=NOW)

    assert stored(indicator) == {2025: 436, 2026: 13}


def test_what_the_source_does_not_know_is_not_stored(indicator, source):
    del source[2025]

    count_indicator(indicator, now=NOW)

    assert stored(indicator) == {2026: 12}


def test_override_keeps_its_value_and_notes_the_count(indicator, source):
    count_indicator(indicator, now=NOW)
    value = indicator.values.get(year=2025)
    value.value, value.override_reason = Decimal(440), "Vier Einsätze auf Papier"
    value.full_clean()
    value.save()
    source[2025] = 441

    count_indicator(indicator, now=NOW)

    value.refresh_from_db()
    assert (value.value, value.counted, value.is_overridden) == (440, 441, True)


def test_another_value_than_the_counted_one_needs_a_reason(indicator):
    count_indicator(indicator, now=NOW)
    value = indicator.values.get(year=2025)
    value.value = Decimal(440)

    with pytest.raises(ValidationError) as error:
        value.full_clean()

    assert list(error.value.message_dict) == ["override_reason"]


def test_value_entered_by_hand_is_not_overwritten(indicator):
    indicator.values.create(year=2025, value=430)
    indicator.values.create(year=2026, value=12)

    count_indicator(indicator, now=NOW)

    assert stored(indicator) == {2025: 430, 2026: 12}
    assert indicator.values.get(year=2025).counted is None
    assert indicator.values.get(year=2026).counted == 12  # the same: it is counted from now on


def test_values_of_days_are_counted_as_of_them(indicator, source):
    day = date(2026, 6, 30)
    value = indicator.values.create(year=2026, as_of=day, value=5)
    value.take_count(Decimal(5), at=NOW)
    source[day] = 6

    count_indicator(indicator, now=NOW)

    value.refresh_from_db()
    assert value.value == 6


def test_closed_year_is_left_alone(indicator, monkeypatch):
    monkeypatch.setattr(
        indicator_counting, "is_open_for_counting", lambda indicator, year: year != 2025
    )

    count_indicator(indicator, now=NOW)

    assert stored(indicator) == {2026: 12}


def test_failing_source_stops_neither_others_nor_the_task(indicator, source, caplog):
    other = make_indicator("other", concept=indicator.concept, source_key="test.other")
    register("test.other", "other", lambda year: 7)
    source[2025] = RuntimeError("no table")
    try:
        task()
        result = count_indicators(now=NOW)
    finally:
        unregister("test.other")

    indicator.refresh_from_db()
    first = indicator.counting_failed_since
    assert (result.counted, result.failed) == (1, 1)
    assert first is not None
    assert set(stored(other).values()) == {7}
    assert "test.things" in caplog.text

    source[2025] = 436
    count_indicator(indicator, now=NOW)
    indicator.refresh_from_db()
    assert indicator.counting_failed_since is None


def test_moment_of_the_first_failure_stays(indicator, source):
    source[2025] = RuntimeError()
    earlier = datetime(2026, 11, 20, tzinfo=UTC)

    count_indicator(indicator, now=earlier)
    count_indicator(indicator, now=NOW)

    indicator.refresh_from_db()
    assert indicator.counting_failed_since == earlier


def test_unknown_source_counts_nothing(db):
    assert counted_value("gone.app", 2025) is None


def test_source_that_breaks_the_database_spoils_no_transaction(concept, source):
    def broken(year):
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM no_such_table")

    register("test.broken", "broken", broken)
    try:
        with pytest.raises(SourceFailedError):
            counted_value("test.broken", 2025)
    finally:
        unregister("test.broken")

    assert make_concept("2030").pk


@pytest.mark.parametrize(
    ("published", "year", "as_of", "text"),
    [
        (436, 2025, None, None),
        (430, 2025, None, "published 430, would be 436 today"),
        (11, 2026, None, None),  # the year is not over
        (11, 2026, date(2026, 6, 30), "published 11, would be 10 today"),
        (10, 2026, date(2026, 6, 30), None),
        (5, 2010, None, None),  # of which nothing is known
        (None, 2025, None, None),
    ],
)
def test_drift_is_said_where_the_same_time_counts_differently(
    indicator, source, published, year, as_of, text, settings
):
    source[date(2026, 6, 30)] = 10
    number = None if published is None else Decimal(published)

    drift = drift_of(number, indicator, year=year, today=TODAY, as_of=as_of)

    from django.utils.translation import override

    with override("en"):
        assert (None if drift is None else str(drift)) == text


def test_failing_source_tells_no_drift(indicator, source):
    source[2025] = RuntimeError()

    assert drift_of(Decimal(1), indicator, year=2025, today=TODAY) is None


@pytest.mark.django_db(transaction=True)
def test_two_counts_at_once_store_one_value(indicator):
    barrier = Barrier(2)

    def count():
        try:
            barrier.wait(10)
            count_indicator(indicator, now=NOW)
        finally:
            connection.close()

    threads = [Thread(target=count) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert IndicatorValue.objects.filter(indicator=indicator).count() == 2
    assert stored(indicator) == {2025: 436, 2026: 12}
