import itertools

import pytest
from django.template.loader import render_to_string
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from kit_portal.common.charts import (
    NARROW,
    WIDTH,
    Bar,
    Level,
    columns,
    horizontal_bars,
    number_text,
    shares,
)

KINDS = [columns, horizontal_bars, shares]
amounts = st.lists(st.integers(0, 10**9), min_size=1, max_size=12)


def draw(kind, values, *, language="de", width=WIDTH):
    with override(language):
        return kind(
            "Title",
            [Bar(f"b{index}", value) for index, value in enumerate(values)],
            label_heading="Label",
            value_heading="Value",
            width=width,
        )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["de", "ar"])
@given(values=amounts)
def test_bars_stay_inside_the_drawing(kind, language, values):
    chart = draw(kind, values, language=language, width=NARROW)

    for drawn in chart.drawn:
        assert drawn.x >= 0
        assert drawn.y >= 0
        assert drawn.x + drawn.width <= NARROW
        assert drawn.y + drawn.height <= chart.height


@given(values=amounts)
def test_shares_fill_the_whole(values):
    chart = draw(shares, values)

    assert sum(drawn.width for drawn in chart.drawn) == pytest.approx(WIDTH if sum(values) else 0)


def test_longest_bar_leaves_room_for_its_number():
    chart = draw(horizontal_bars, [1, 2, 4])

    assert [drawn.width for drawn in chart.drawn] == [132.5, 265, 530]
    assert chart.drawn[-1].value_x == 538


def test_columns_grow_upwards():
    low, high = draw(columns, [1, 2]).drawn

    assert (low.y, low.height) == (89, 61)
    assert (high.y, high.height) == (28, 122)


def test_time_runs_in_reading_direction():
    german, arabic = (
        [drawn.label_x for drawn in draw(columns, [1, 2, 3], language=language).drawn]
        for language in ("de", "ar")
    )

    assert german == sorted(german)
    assert arabic == german[::-1]


@pytest.mark.parametrize("kind", KINDS)
def test_chart_without_numbers_does_not_divide_by_zero(kind):
    assert len(draw(kind, [0, 0]).drawn) == 2
    assert draw(kind, []).drawn == []


@pytest.mark.parametrize(
    ("value", "german", "english"),
    [(436, "436", "436"), (2200, "2.200", "2,200"), (6.84, "6,8", "6.8"), (5.0, "5", "5")],
)
def test_numbers_follow_the_reader(value, german, english):
    with override("de"):
        assert number_text(value) == german
    with override("en"):
        assert number_text(value) == english


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("plain", [True, False])
def test_chart_comes_with_its_table(kind, plain):
    chart = draw(kind, [1436, 2], language="de")

    with override("de"):
        html = render_to_string("components/_chart.html", {"chart": chart, "plain": plain})

    assert "<title>Title</title>" in html
    assert '<th scope="row">b0</th><td class="num">1.436</td>' in html
    assert ("<details" in html) is not plain


def test_geometry_is_written_for_machines_not_for_readers():
    """A decimal comma in an SVG attribute draws nothing."""
    chart = draw(horizontal_bars, [1, 3], language="de")

    with override("de"):
        html = render_to_string("components/_chart.html", {"chart": chart})

    assert 'width="176.7"' in html


def test_table_can_say_more_than_the_drawing():
    with override("en"):
        bar = Bar("2016", 6.8, text="6.8 %", long_text="35 of 511")

    assert (bar.shown, bar.in_table) == ("6.8 %", "35 of 511")
    assert Bar("2016", 5).in_table == "5"


@pytest.mark.parametrize("language", ["de", "ar"])
def test_levels_and_breaks_lie_inside_the_drawing(language):
    bars = [Bar("2015", 4), Bar("2016", 2, starts_anew=True), Bar("2017", 3)]
    levels = [Level("Target", 10, "target"), Level("Baseline", 1, "baseline")]
    with override(language):
        chart = columns(
            "t",
            bars,
            label_heading="l",
            value_heading="v",
            width=300,
            levels=levels,
            break_text="break",
        )
        html = render_to_string("components/_chart.html", {"chart": chart})

    assert chart.breaks == [100 if language == "de" else 200]
    assert [drawn.y for drawn in chart.levels] == [28, 137.8]
    assert [row.label for row in chart.rows[3:]] == ["Target", "Baseline"]
    assert html.count("chart__level ") == 2
    assert html.index("<title>") < html.index("<rect") < html.index("<line")
    assert "opacity" not in html


@given(st.integers(1, 60))
def test_texts_of_many_columns_do_not_run_into_each_other(count):
    with override("de"):
        chart = columns(
            "t",
            [Bar(str(1990 + index), 1000) for index in range(count)],
            label_heading="l",
            value_heading="v",
            width=NARROW,
        )

    shown = [drawn.label_x for drawn in chart.drawn if drawn.shows_label]
    assert chart.drawn[-1].shows_label
    assert all(b - a >= 34 for a, b in itertools.pairwise(shown))


def test_notes_are_a_column_of_the_table_only_where_there_are_any():
    def table(**fields):
        chart = columns(
            "t", [Bar("2016", 1, **fields)], label_heading="l", value_heading="v", note_heading="N"
        )
        return render_to_string("components/_chart.html", {"chart": chart})

    assert '<th scope="col">N</th>' in table(note="estimated")
    assert '<th scope="col">N</th>' not in table()
