from datetime import date
from decimal import Decimal

from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from measures.funding_horizon import MOST_BARS, horizon_of
from measures.report_entries import FundingEntry
from tests.measures.report_samples import make_entry, make_report

TODAY = date(2018, 5, 2)


def funded(number, *sources):
    return make_entry(number, funding=[FundingEntry("x", *source) for source in sources])


def until(*day, amount=None):
    return (amount, None, date(*day))


def test_measures_lose_their_funding_when_the_last_source_ends_within_a_year():
    report = make_report(
        funded("1", until(2019, 5, 2)),
        funded("2", until(2019, 5, 3)),
        funded("3", until(2018, 9, 1), until(2020, 1, 1)),
        funded("4", until(2018, 9, 1), (None, None, None)),
        funded("5", until(2018, 5, 1)),
        funded("6"),
    )

    horizon = horizon_of(report)

    assert [measure.number for measure in horizon.losing] == ["1"]
    with override("en"):
        assert horizon.message == "1 measure loses its funding within 12 months"


def test_sums_are_in_euros_and_unknown_amounts_add_nothing():
    report = make_report(
        funded("1", until(2018, 12, 31, amount=Decimal("12500.50"))),
        funded("2", until(2020, 6, 30, amount=Decimal(40000)), until(2020, 1, 1)),
        funded("3", (Decimal(100), None, None)),
        funded("4", until(2017, 12, 31, amount=Decimal(999))),
    )

    horizon = horizon_of(report)

    assert (horizon.total, horizon.ending_soon) == (Decimal("52600.50"), Decimal("12500.50"))
    assert [(entry.year, entry.sources, entry.amount) for entry in horizon.by_year] == [
        (2018, 1, Decimal("12500.50")),
        (2020, 2, Decimal(40000)),
    ]


def test_what_ends_first_stands_first_and_what_has_no_end_last():
    report = make_report(
        funded("1", (None, None, None)),
        funded("2", until(2020, 1, 1)),
        funded("3", until(2019, 1, 1)),
    )

    assert [row.measure.number for row in horizon_of(report).rows] == ["3", "2", "1"]


def test_leap_day_has_a_day_a_year_later():
    report = make_report(funded("1", until(2021, 3, 1)), made_on=date(2020, 2, 29))

    assert horizon_of(report).losing == []


def test_without_an_end_there_is_nothing_to_draw():
    assert horizon_of(make_report(funded("1", (None, None, None)))).timeline is None


days = st.dates(date(2018, 5, 2), date(2040, 12, 31))


spans = st.tuples(days, st.none() | st.dates(date(2000, 1, 1), TODAY))


@given(st.lists(spans, min_size=1, max_size=40))
def test_bars_stay_within_the_drawing_in_both_directions(spans):
    measures = [funded(str(i), (None, start, end)) for i, (end, start) in enumerate(spans)]
    for language in ("de", "ar"):
        with override(language):
            timeline = horizon_of(make_report(*measures)).timeline
            assert len(timeline.bars) == min(len(spans), MOST_BARS)
            for bar in timeline.bars:
                assert 0 <= bar.x <= bar.x + bar.width <= timeline.width
                assert 0 <= bar.end_x <= timeline.width
                assert bar.y + 18 <= timeline.height
