from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletters.models import Newsletter
from newsletters.slots import day_slot, is_quiet, is_too_late, next_slot, slot_to_compose

BERLIN = ZoneInfo("Europe/Berlin")
seconds = st.integers(1_704_067_200, 2_019_686_400)  # from 2024 to 2034
moments = seconds.map(lambda second: datetime.fromtimestamp(second, tz=UTC))
send_times = st.times().filter(lambda clock: not time(2) <= clock < time(3))


@st.composite
def newsletters(draw):
    return Newsletter(
        rhythm=draw(st.sampled_from(["weekly", "quarterly"])),
        weekday=draw(st.integers(0, 6)),
        send_time=draw(send_times),
        lead_hours=draw(st.integers(0, 144)),
        late_hours=draw(st.integers(0, 24)),
    )


def berlin(*parts):
    return datetime(*parts, tzinfo=BERLIN).astimezone(UTC)


def weekly(**fields):
    values = {"weekday": 2, "send_time": time(9), "lead_hours": 48, "late_hours": 12}
    return Newsletter(rhythm="weekly", **values | fields)


def test_next_slot_is_the_local_week():
    slot = next_slot(weekly(), now=berlin(2026, 11, 23, 10))

    assert (slot.key, slot.due) == ("2026-W48", berlin(2026, 11, 25, 9))


def test_next_slot_when_due_now_is_next_week():
    slot = next_slot(weekly(), now=berlin(2026, 11, 25, 9))

    assert slot.key == "2026-W49"


@pytest.mark.parametrize(
    ("day", "key"),
    [
        (date(2026, 12, 28), "2026-W53"),
        (date(2027, 1, 1), "2027-W01"),  # the Friday lies in W53, its Wednesday is past
        (date(2027, 1, 4), "2027-W01"),
    ],
)
def test_next_slot_counts_iso_weeks_over_new_year(day, key):
    now = datetime.combine(day, time(12), tzinfo=BERLIN)

    assert next_slot(weekly(), now=now).key == key


@pytest.mark.parametrize(
    ("sunday", "utc_hour"),
    [
        (date(2026, 3, 22), 8),  # winter time
        (date(2026, 3, 29), 7),  # clocks went forward that night
        (date(2026, 10, 25), 8),  # clocks went back that night
    ],
)
def test_next_slot_keeps_the_local_hour_over_clock_changes(sunday, utc_hour):
    newsletter = weekly(weekday=6)
    night = datetime.combine(sunday, time(0, 30), tzinfo=BERLIN)

    slot = next_slot(newsletter, now=night)

    assert slot.due == datetime.combine(sunday, time(utc_hour), tzinfo=UTC)


def test_next_slot_of_a_quarter_is_its_first_weekday():
    newsletter = Newsletter(rhythm="quarterly", weekday=0, send_time=time(8))

    slot = next_slot(newsletter, now=berlin(2026, 10, 6))

    assert (slot.key, slot.due) == ("2027-Q1", berlin(2027, 1, 4, 8))


def test_next_slot_without_rhythm_is_none():
    assert next_slot(Newsletter(rhythm="manual"), now=berlin(2026, 11, 23)) is None


@pytest.mark.parametrize(
    ("now", "key"),
    [
        (berlin(2026, 11, 23, 8, 59), None),
        (berlin(2026, 11, 23, 9), "2026-W48"),
        (berlin(2026, 11, 25, 21), "2026-W48"),  # late, but in time
        (berlin(2026, 11, 25, 21, 1), None),
    ],
)
def test_slot_to_compose_opens_with_lead_and_closes_with_lateness(now, key):
    slot = slot_to_compose(weekly(), now=now)

    assert (slot and slot.key) == key


def test_slot_to_compose_counts_lead_in_real_hours_over_a_clock_change():
    newsletter = weekly(weekday=6, lead_hours=24)  # due on 29 March at 7:00 UTC

    assert slot_to_compose(newsletter, now=datetime(2026, 3, 28, 6, 59, tzinfo=UTC)) is None
    assert slot_to_compose(newsletter, now=datetime(2026, 3, 28, 7, 0, tzinfo=UTC)) is not None


@given(newsletters(), moments)
def test_next_slot_lies_ahead_within_one_period(newsletter, now):
    slot = next_slot(newsletter, now=now)

    longest = timedelta(days=8 if newsletter.rhythm == "weekly" else 100)
    assert now < slot.due <= now + longest


@given(newsletters(), moments)
def test_slots_follow_each_other_once_each(newsletter, now):
    slots = [next_slot(newsletter, now=now)]
    for _number in range(8):
        slots.append(next_slot(newsletter, now=slots[-1].due))

    assert len({slot.key for slot in slots}) == len(slots)
    assert all(earlier.key < later.key for earlier, later in pairwise(slots))
    if newsletter.rhythm == "weekly":
        days = [slot.due.astimezone(BERLIN).date() for slot in slots]
        assert {later - earlier for earlier, later in pairwise(days)} == {timedelta(days=7)}


@given(newsletters(), moments)
def test_slots_are_due_at_the_local_time_and_never_in_the_quiet_hour(newsletter, now):
    slot = next_slot(newsletter, now=now)

    local = slot.due.astimezone(BERLIN)
    assert (local.weekday(), local.time()) == (newsletter.weekday, newsletter.send_time)
    assert not is_quiet(slot.due)


@given(newsletters(), moments)
def test_slot_to_compose_is_open_all_the_way_until_its_time(newsletter, now):
    due = next_slot(newsletter, now=now)
    lead = timedelta(hours=newsletter.lead_hours)

    opened = slot_to_compose(newsletter, now=due.due - lead / 2)

    assert opened.key <= due.key
    assert slot_to_compose(newsletter, now=due.due) == due


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), True),  # 2:30 summer time
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), True),  # 2:30 winter time, once more
        (datetime(2026, 10, 25, 2, 0, tzinfo=UTC), False),
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), False),  # 3:00: there is no 2:30 that night
    ],
)
def test_is_quiet_covers_both_hours_of_a_clock_change(now, expected):
    assert is_quiet(now) is expected


def test_is_too_late_after_the_newsletters_hours():
    due = berlin(2026, 11, 25, 9)

    assert not is_too_late(weekly(), due=due, now=due + timedelta(hours=12))
    assert is_too_late(weekly(), due=due, now=due + timedelta(hours=12, minutes=1))


def test_day_slot_is_the_iso_day():
    assert day_slot(date(2026, 11, 23)) == "2026-11-23"
