from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.hours import OpeningState, opening_state, week_of
from directory.models import ContactPoint, OpeningHours

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = date(2026, 3, 2)


def at(clock, *, day=MONDAY):
    return datetime.combine(day, time.fromisoformat(clock), tzinfo=BERLIN)


def span(weekday, opens, closes):
    return OpeningHours(
        weekday=weekday, opens_at=time.fromisoformat(opens), closes_at=time.fromisoformat(closes)
    )


def test_opening_state_is_unknown_without_hours():
    assert opening_state([], now=at("10:00")) is None


def test_opening_state_says_until_when():
    hours = [span(0, "08:30", "12:00")]

    assert opening_state(hours, now=at("08:30")) == OpeningState(True, until=time(12))


def test_opening_state_is_closed_at_the_closing_time():
    hours = [span(0, "08:30", "12:00"), span(0, "14:00", "16:00")]

    assert opening_state(hours, now=at("12:00")) == OpeningState(
        False, opens_on=MONDAY, opens_at=time(14), is_today=True
    )


def test_opening_state_joins_spans_that_touch():
    hours = [span(0, "08:00", "12:00"), span(0, "12:00", "16:00"), span(0, "15:00", "15:30")]

    assert opening_state(hours, now=at("09:00")) == OpeningState(True, until=time(16))


def test_opening_state_names_the_next_day_with_hours():
    hours = [span(3, "14:00", "18:00")]

    assert opening_state(hours, now=at("20:00")) == OpeningState(
        False, opens_on=date(2026, 3, 5), opens_at=time(14)
    )


def test_opening_state_after_the_only_day_is_a_week_later():
    hours = [span(0, "08:00", "12:00")]

    assert opening_state(hours, now=at("13:00")) == OpeningState(
        False, opens_on=MONDAY + timedelta(days=7), opens_at=time(8)
    )


@pytest.mark.parametrize(
    ("day", "utc_hour"), [(date(2026, 1, 5), 8), (date(2026, 7, 6), 7)], ids=["winter", "summer"]
)
def test_opening_state_goes_by_the_clock_on_the_wall(day, utc_hour):
    now = datetime.combine(day, time(utc_hour), tzinfo=ZoneInfo("UTC"))

    assert opening_state([span(0, "09:00", "10:00")], now=now).is_open
    assert not opening_state([span(0, "09:00", "10:00")], now=now - timedelta(minutes=1)).is_open


times = st.times(max_value=time(23, 58)).map(lambda one: one.replace(second=0, microsecond=0))
spans = st.builds(
    lambda weekday, opens, minutes: OpeningHours(
        weekday=weekday,
        opens_at=opens,
        closes_at=min(
            (datetime.combine(MONDAY, opens) + timedelta(minutes=minutes)).time(), time(23, 59)
        )
        if datetime.combine(MONDAY, opens) + timedelta(minutes=minutes)
        < datetime.combine(MONDAY, time(23, 59))
        else time(23, 59),
    ),
    st.integers(0, 6),
    times,
    st.integers(1, 600),
)
moments = st.datetimes(
    datetime(2026, 1, 1),  # noqa: DTZ001  hypothesis adds the zone
    datetime(2027, 1, 1),  # noqa: DTZ001
    timezones=st.just(ZoneInfo("UTC")),
)


@given(st.lists(spans, min_size=1, max_size=12), moments)
def test_opening_state_agrees_with_the_spans(hours, now):
    here = now.astimezone(BERLIN)
    is_within = any(
        one.weekday == here.weekday() and one.opens_at <= here.time() < one.closes_at
        for one in hours
    )

    state = opening_state(hours, now=now)

    assert state.is_open == is_within
    if state.is_open:
        assert state.until > here.time()
        closing = datetime.combine(here.date(), state.until, tzinfo=BERLIN)
        assert not opening_state(hours, now=closing).is_open
    else:
        opening = datetime.combine(state.opens_on, state.opens_at, tzinfo=BERLIN)
        assert here < opening <= here + timedelta(days=8)
        assert state.is_today == (state.opens_on == here.date())
        if opening.utcoffset() == here.utcoffset():
            assert opening_state(hours, now=opening).is_open


@given(st.lists(spans, max_size=12))
def test_week_of_covers_the_same_minutes_without_overlap(hours):
    week = week_of(hours, now=at("10:00"))

    assert [day.weekday for day in week] == list(range(7))
    assert [day.is_today for day in week] == [True] + [False] * 6
    for day in week:
        edges = [edge for pair in day.spans for edge in pair]
        assert edges == sorted(set(edges))


@pytest.mark.django_db
def test_open_at_finds_what_opening_state_calls_open():
    for weekday in range(7):
        place = ContactPoint.objects.create(slug=f"day-{weekday}")
        OpeningHours.objects.create(
            contact_point=place, weekday=weekday, opens_at=time(9), closes_at=time(12)
        )
    for day in range(7):
        for clock in ("08:59", "09:00", "11:59", "12:00"):
            now = at(clock, day=MONDAY + timedelta(days=day))

            found = set(ContactPoint.objects.open_at(now))

            assert found == {
                place
                for place in ContactPoint.objects.all()
                if opening_state(place.opening_hours.all(), now=now).is_open
            }
