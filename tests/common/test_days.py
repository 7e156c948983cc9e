from datetime import date, datetime, time
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from kit_portal.common.days import (
    Rule,
    at_clock,
    parse_clock,
    parse_day,
    parse_moment,
    parse_rule,
)

TODAY = date(2026, 11, 23)  # a Monday
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2016-03-17", date(2016, 3, 17)),
        ("today", TODAY),
        ("today+14", date(2026, 12, 7)),
        ("today - 23", date(2026, 10, 31)),
    ],
)
def test_parse_day_reads_days_and_distances(text, day):
    assert parse_day(text, today=TODAY) == day


@pytest.mark.parametrize("text", ["tomorrow", "today+", "2016-02-30", "17.03.2016", ""])
def test_parse_day_names_the_remedy(text):
    with pytest.raises(ValueError, match="is no day; write 2016-03-17, today or today"):
        parse_day(text, today=TODAY)


def test_parse_moment_is_local_time_on_both_sides_of_the_clock_change():
    summer = parse_moment("2026-07-01 18:30", today=TODAY)
    winter = parse_moment("today+14 8:30", today=TODAY)

    assert summer == datetime(2026, 7, 1, 18, 30, tzinfo=BERLIN)
    assert winter == datetime(2026, 12, 7, 8, 30, tzinfo=BERLIN)
    assert summer.utcoffset() != winter.utcoffset()


def test_parse_moment_takes_a_day_alone_as_midnight():
    assert parse_moment("2026-07-01", today=TODAY) == at_clock(date(2026, 7, 1), time.min)


def test_parse_clock_refuses_what_is_no_time():
    with pytest.raises(ValueError, match="“25:00” is no time of day; write 18:30"):
        parse_clock("25:00")


def test_rule_of_weeks_gives_each_weekday():
    days = parse_rule("week", "tuesday").between(TODAY, date(2026, 12, 8))

    assert days == [date(2026, 11, 24), date(2026, 12, 1), date(2026, 12, 8)]


def test_rule_of_two_weeks_gives_the_same_days_whenever_it_is_asked():
    rule = parse_rule("2 weeks", "wednesday")

    early = rule.between(date(2026, 1, 1), date(2026, 12, 31))
    late = rule.between(date(2026, 6, 3), date(2026, 12, 31))

    assert late == [day for day in early if day >= date(2026, 6, 3)]
    assert {(b - a).days for a, b in pairwise(early)} == {14}


def test_rule_of_months_gives_second_tuesdays():
    rule = parse_rule("month", "2nd tuesday", months=["2", "12"])

    days = rule.between(date(2026, 1, 1), date(2027, 2, 28))

    assert days == [date(2026, 2, 10), date(2026, 12, 8), date(2027, 2, 9)]


def test_rule_of_months_gives_last_weekdays():
    days = parse_rule("month", "last friday").between(date(2026, 1, 1), date(2026, 3, 31))

    assert days == [date(2026, 1, 30), date(2026, 2, 27), date(2026, 3, 27)]


def test_rule_of_years_gives_the_day():
    days = parse_rule("year", "10-03").between(TODAY, date(2028, 12, 31))

    assert days == [date(2027, 10, 3), date(2028, 10, 3)]


def test_rule_pauses_over_the_turn_of_the_year():
    rule = parse_rule("week", "thursday", pauses=["12-21 to 01-06"])

    days = rule.between(date(2026, 12, 10), date(2027, 1, 14))

    assert days == [date(2026, 12, 10), date(2026, 12, 17), date(2027, 1, 7), date(2027, 1, 14)]


def test_rule_pauses_within_a_year():
    rule = Rule(weekday=3, pauses=(((7, 10), (8, 20)),))

    assert not rule.holds(date(2026, 7, 16))
    assert rule.holds(date(2026, 7, 9))


@pytest.mark.parametrize(
    ("every", "on", "message"),
    [
        ("fortnight", "tuesday", "“fortnight” is no rhythm"),
        ("week", "tueday", "“tueday” is no weekday"),
        ("month", "tuesday", "“tuesday” is no day of a month"),
        ("year", "13-01", "“13-01” is no day of the year"),
    ],
)
def test_parse_rule_names_the_remedy(every, on, message):
    with pytest.raises(ValueError, match=message):
        parse_rule(every, on)
