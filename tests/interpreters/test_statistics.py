"""Counting: missions that were done, tallies from before, and what the public may know."""

from datetime import UTC, date, datetime

import pytest

from interpreters import indicators
from interpreters.charts import language_chart, period_chart
from interpreters.models import Mission, MissionTally, PartnershipTally
from interpreters.statistics import (
    Period,
    Total,
    by_institution_kind,
    by_language,
    by_month,
    languages_offered,
    missions_by_period,
    partnerships_by_period,
    pool_figures,
)
from measures.indicator_sources import counted_value, source_choices
from tests.interpreters.factories import (
    make_institution,
    make_interpreter,
    make_mission,
    make_partnership,
)

TODAY = date(2026, 3, 2)
pytestmark = pytest.mark.django_db


def at(year, month=6):
    return datetime(year, month, 15, 9, 0, tzinfo=UTC)


def tally(count, first, last, *, model=MissionTally, **fields):
    return model.objects.create(
        count=count,
        first_day=date(first, 1, 1),
        last_day=date(last, 12, 31),
        source="Umsetzungsbericht",
        **fields,
    )


def shown(periods):
    return [(period.label, str(period.total)) for period in periods]


def test_missions_by_period_add_tallies_to_the_log(farsi):
    tally(300, 2010, 2015)
    tally(100, 2016, 2016)
    for state in ("done", "done", "cancelled"):
        make_mission(state=state, language=farsi, starts_at=at(2016))
    make_mission(language=farsi, starts_at=at(2017))
    make_mission(kind="guide", starts_at=at(2017))

    periods = missions_by_period("interpreter")

    assert shown(periods) == [("2010–2015", "300"), ("2016", "102"), ("2017", "1")]


def test_total_at_least_stays_at_least():
    tally(300, 2015, 2017, kind="guide", is_at_least=True)
    make_mission(kind="guide", starts_at=at(2018))

    figures = pool_figures(today=TODAY)

    assert str(figures.guide_missions) == "301+"
    assert str(figures.missions) == "0"


def test_year_begins_at_midnight_in_the_office(farsi):
    make_mission(language=farsi, starts_at=datetime(2025, 12, 31, 23, 30, tzinfo=UTC))

    assert shown(missions_by_period("interpreter")) == [("2026", "1")]


def test_pool_figures_count_people_in_each_of_their_pools(farsi, sorani, german):
    make_interpreter("A", pools=["volunteer", "guide"], languages=[farsi, german])
    make_interpreter("B", pools=["internal"], languages=[farsi, sorani])
    make_interpreter("C", pools=["guide"])
    gone = make_interpreter("D", pools=["volunteer"])
    gone.memberships.update(left_on=date(2025, 1, 1))

    figures = pool_figures(today=TODAY)

    numbers = (figures.volunteers, figures.internal, figures.guides, figures.languages)
    assert [total.number for total in numbers] == [1, 1, 2, 2]


def test_languages_offered_leave_out_who_may_not_or_is_gone(farsi, sorani, kurmanji):
    make_interpreter("A", languages=[farsi])
    make_interpreter("B", languages=[farsi])
    silent = make_interpreter("C", languages=[sorani])
    silent.spoken_languages.update(may_interpret=False)
    make_interpreter("D", pools=["guide"], languages=[kurmanji])

    offered = [(one.language, one.speakers.number) for one in languages_offered(today=TODAY)]

    assert offered == [(farsi, 2)]


def test_partnerships_by_period_count_those_that_began():
    tally(88, 2014, 2017, model=PartnershipTally)
    make_partnership("L-1", state="active", started_on=date(2018, 5, 1))
    make_partnership("L-2")

    assert shown(partnerships_by_period()) == [("2014–2017", "88"), ("2018", "1")]


def test_breakdowns_of_missions(farsi, sorani):
    school = make_institution("Schule", kind="school")
    make_mission(language=farsi, starts_at=at(2026, 1), institution=school)
    make_mission(language=farsi, starts_at=at(2026, 3))
    make_mission(language=sorani, starts_at=at(2026, 3), institution=school)
    missions = Mission.objects.in_year(2026)

    kinds = by_institution_kind(missions)

    assert by_month(missions) == [1, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    assert by_language(missions) == [(farsi, 2), (sorani, 1)]
    assert [count for _label, count in kinds] == [2, 1]
    assert kinds[1][0] == ""


def test_language_chart_gathers_what_is_rare(farsi):
    counts = [(farsi, 30 - number) for number in range(15)]

    bars = language_chart("Titel", counts, value_heading="Einsätze").bars

    assert [bar.value for bar in bars][-2:] == [19, 18 + 17 + 16]


def test_public_chart_hides_small_numbers():
    periods = [Period(2016, 2016, Total(4)), Period(2017, 2017, Total(5))]

    public = period_chart("Titel", periods, value_heading="Einsätze", is_public=True)
    staff = period_chart("Titel", periods, value_heading="Einsätze", is_public=False)

    assert [(bar.value, bar.shown) for bar in public.bars] == [(0, "< 5"), (5, "5")]
    assert [(bar.value, bar.shown) for bar in staff.bars] == [(4, "4"), (5, "5")]


def test_chart_leaves_out_what_spans_years():
    periods = [
        Period(2010, 2014, Total(246)),
        Period(2015, 2015, Total(40)),
        Period(2016, 2016, Total(60)),
    ]

    chart = period_chart("Titel", periods, value_heading="Einsätze", is_public=True)
    alone = period_chart("Titel", periods[:2], value_heading="Einsätze", is_public=True)

    assert [bar.label for bar in chart.bars] == ["2015", "2016"]
    assert alone is None


def test_indicators_know_one_year_or_nothing(farsi):
    tally(300, 2010, 2015)
    tally(100, 2016, 2016)
    tally(60, 2016, 2016, kind="guide")
    tally(20, 2016, 2016, model=PartnershipTally)

    known = [
        indicators.missions_in(2016),
        indicators.guide_missions_in(2016),
        indicators.partnerships_in(2016),
    ]
    unknown = [
        indicators.missions_in(2015),
        indicators.guide_missions_in(2015),
        indicators.partnerships_in(2015),
    ]

    assert (known, unknown) == ([100, 60, 20], [None, None, None])


def test_indicators_count_up_to_a_day_and_all_so_far(farsi):
    tally(300, 2010, 2015)
    tally(100, 2016, 2016)
    make_mission(language=farsi, starts_at=at(2017, 3))
    make_mission(language=farsi, starts_at=at(2017, 9))

    counts = [
        indicators.missions_on(date(2017, 6, 30)),
        indicators.missions_on(date(2017, 12, 31)),
        indicators.missions_so_far_in(2016),
        indicators.missions_so_far_on(date(2017, 6, 30)),
        indicators.missions_so_far_in(2017),
    ]
    unknown = [
        indicators.missions_on(date(2016, 6, 30)),  # a tally reaches past it
        indicators.missions_so_far_in(2012),
        indicators.missions_so_far_in(2009),
        indicators.partnerships_so_far_in(2017),
    ]

    assert counts == [1, 2, 400, 401, 402]
    assert unknown == [None, None, None, None]


def test_interpreters_of_a_year_are_those_at_its_end():
    make_interpreter("A")
    left = make_interpreter("B")
    left.memberships.update(left_on=date(2024, 6, 30))

    numbers = [indicators.interpreters_in(year) for year in (2019, 2023, 2024)]

    assert numbers == [None, 2, 1]


def test_indicators_are_offered_to_measures():
    tally(100, 2016, 2016)

    keys = [key for key, _label in source_choices() if key.startswith("interpreters.")]

    assert keys == [
        "interpreters.guide_missions",
        "interpreters.guide_missions_so_far",
        "interpreters.interpreters",
        "interpreters.missions",
        "interpreters.missions_so_far",
        "interpreters.partnerships",
        "interpreters.partnerships_so_far",
    ]
    assert counted_value("interpreters.missions", 2016) == 100
