from datetime import date
from decimal import Decimal

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from measures.aims import Aims, target_state
from measures.charts import Point, chart_title, measured_text, years_chart


def aims(**fields):
    return Aims(**{"target_value": Decimal(100), "target_year": 2020, **fields})


def series(*values, first=2015, **last):
    points = [Point(first + index, Decimal(value)) for index, value in enumerate(values)]
    if last:
        end = points.pop()
        points.append(Point(end.year, end.value, **last))
    return points


FROM_ZERO = {"baseline_value": Decimal(0), "baseline_year": 2015}


@pytest.mark.parametrize(
    ("values", "fields", "state"),
    [
        ((20, 40, 100), FROM_ZERO, "reached"),
        ((20, 40, 60), FROM_ZERO, "on_the_way"),  # 2017: 40 would do
        ((20, 30, 39), FROM_ZERO, "behind"),
        ((0, 0, 0, 0, 0, 99), FROM_ZERO, "missed"),  # 2020 is over
        ((50,), {}, "open"),
        ((100,), {}, None),  # where it begins there is no direction
        ((50,), {"trend": "up"}, "open"),
        ((50,), {"trend": "down"}, "reached"),
        ((200, 160), {"trend": "down"}, "on_the_way"),
        ((200, 190), {"trend": "down"}, "behind"),
        ((50, 60), {"trend": "up", "target_year": None}, "on_the_way"),
        ((50, 40), {"trend": "up", "target_year": None}, "behind"),
        ((50, 50), {"trend": "up", "target_year": None}, "open"),
        ((50, 60), {"target_value": None}, None),
    ],
)
def test_target_is_judged_in_honest_words(values, fields, state):
    assert target_state(aims(**fields), series(*values)) == state


def test_year_that_is_not_over_is_judged_only_when_it_has_arrived():
    running = {"as_of": date(2017, 3, 1), "is_partial": True}

    assert target_state(aims(**FROM_ZERO), series(20, 40, 1, **running)) == "on_the_way"
    assert target_state(aims(**FROM_ZERO), series(20, 40, 100, **running)) == "reached"


def test_values_before_a_break_compare_with_nothing():
    points = [
        Point(2015, Decimal(90)),
        Point(2016, Decimal(40), is_break=True),
        Point(2018, Decimal(70)),
    ]

    assert target_state(aims(trend="up", **FROM_ZERO), points) == "on_the_way"  # from 40, not 0


@given(st.lists(st.integers(0, 200), min_size=1, max_size=6), st.integers(0, 200))
def test_reached_is_said_only_at_the_target_or_beyond(values, target):
    state = target_state(aims(target_value=Decimal(target), trend="up"), series(*values))

    assert (state == "reached") == (values[-1] >= target)


def test_title_says_value_and_target():
    with override("en"):
        title = chart_title("People", series(20, 40, 60), aims(**FROM_ZERO))

    assert title == "People: 60 in 2017 – on the way to the target"


def test_share_is_compared_in_percent_and_says_both_numbers():
    point = Point(2016, Decimal(35), Decimal(511))
    with override("en"):
        chart = years_chart("Hired", "people", [point], aims(target_value=Decimal(10)))

    assert [row.in_table for row in chart.rows] == ["35 of 511 (6.8 %)", "10 %"]
    assert chart.drawn[0].y > chart.levels[0].y  # the column ends below the line


def test_days_of_a_year_stand_in_order_and_an_unfinished_year_is_an_outline():
    points = [
        Point(2017, Decimal(1), as_of=date(2017, 3, 31)),
        Point(2017, Decimal(2), as_of=date(2017, 6, 30), is_partial=True),
    ]
    with override("de"):
        chart = years_chart("x", "", points)

    assert [bar.label for bar in chart.bars] == ["31.03.2017", "30.06.2017"]
    assert [bar.series for bar in chart.bars] == [1, "partial"]


def test_break_is_drawn_and_said_in_the_table():
    points = [Point(2015, Decimal(5)), Point(2016, Decimal(4), note="anders", is_break=True)]
    with override("en"):
        chart = years_chart("x", "", points)

    assert chart.breaks == [200]
    assert "Break in the series" in chart.break_text
    assert chart.rows[1].note == "break in the series: anders"


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [("1200", "amount", "1.200 €"), ("12.5", "amount", "12,50 €"), ("1200", "count", "1.200")],
)
def test_values_are_written_by_their_kind(value, kind, text):
    with override("de"):
        assert measured_text(Decimal(value), kind) == text
