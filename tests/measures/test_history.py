import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils.translation import override

from measures.history import fates_of, history_of
from measures.models import MeasureLink
from tests.measures.factories import link, make_concept, make_field, make_goal, make_measure

EVERYBODY = AnonymousUser()


@pytest.fixture
def three(office):
    """Three concepts, the last one a draft, each with a function that makes measures."""

    def maker(slug, published):
        year = int(slug)
        concept = make_concept(slug, published=published, period_from=year, period_to=year + 5)
        goal = make_goal(make_field(concept))
        return lambda number: make_measure(goal, number, title_de=f"Titel {slug} {number}")

    return maker("2010", True), maker("2016", True), maker("2022", False)


def numbers(history):
    return [
        (step.predecessor.number, step.successor.number if step.successor else None)
        for step in history.steps
    ]


def test_history_leads_through_all_concepts_in_both_directions(three, editor):
    first, second, third = (make("1") for make in three)
    link(first, second)
    link(second, third)

    seen = [numbers(history_of(measure, viewer=editor)) for measure in (first, second, third)]

    assert seen == [[("1", "1"), ("1", "1")]] * 3


def test_history_branches(three):
    old, new, _draft = three
    a, b, c, d = old("1"), old("2"), new("3"), new("4")
    link(a, c, "merged")
    link(b, c, "merged")
    link(b, d, "split")

    assert numbers(history_of(c, viewer=EVERYBODY)) == [("1", "3"), ("2", "3")]
    assert numbers(history_of(b, viewer=EVERYBODY)) == [("2", "3"), ("2", "4")]


def test_hidden_step_is_left_out(three, editor):
    old, new, draft = three
    a, b = old("1"), new("2")
    link(a, b)
    link(b, draft("3"))

    assert numbers(history_of(b, viewer=EVERYBODY)) == [("1", "2")]
    assert numbers(history_of(b, viewer=editor)) == [("1", "2"), ("2", "3")]


def test_end_is_told_with_the_concept_that_left_it_out(three, editor):
    old, _new, draft = three
    kept, ended = old("1"), old("2")
    concept = draft("9").concept
    link(kept, None, "ended")
    link(ended, None, "ended", left_out_of=concept)

    assert numbers(history_of(kept, viewer=EVERYBODY)) == [("1", None)]
    assert numbers(history_of(ended, viewer=EVERYBODY)) == []
    assert numbers(history_of(ended, viewer=editor)) == [("2", None)]


def test_measure_alone_has_no_history(measure):
    assert not history_of(measure, viewer=EVERYBODY)


def test_circle_in_the_data_ends(three):
    old, new, _draft = three
    a, b = old("1"), new("2")
    link(a, b)
    MeasureLink.objects.create(predecessor=b, successor=a, kind="continued")

    assert len(history_of(a, viewer=EVERYBODY).steps) == 2


def test_history_needs_two_queries_however_long(three, django_assert_num_queries):
    old, new, _draft = three
    here = new("1")
    link(old("1"), here)
    history_of(here, viewer=EVERYBODY)
    with django_assert_num_queries(2):
        history_of(here, viewer=EVERYBODY).river  # noqa: B018

    for number in range(2, 9):
        link(old(str(number)), here, "merged")
    with django_assert_num_queries(2):
        history_of(here, viewer=EVERYBODY).river  # noqa: B018


def test_river_runs_in_reading_direction(three):
    old, new, _draft = three
    here = new("2")
    link(old("1"), here)
    history = history_of(here, viewer=EVERYBODY)

    left = [stone.x for stone in history.river.stones]
    with override("ar"):
        right = [stone.x for stone in history.river.stones]

    assert left[0] < left[1]
    assert right[0] > right[1]
    assert [stone.is_here for stone in history.river.stones] == [False, True]


def test_measure_page_tells_the_story_without_the_hidden_part(three, client):
    old, new, draft = three
    here = new("2")
    link(old("1"), here, reason_de="Hat sich bewährt.", resolution="RV-1/2016")
    link(here, draft("3"))

    page = client.get("/de/measures/2016/2/").content.decode()

    assert "Titel 2010 1" in page
    assert "Hat sich bewährt." in page
    assert "RV-1/2016" in page
    assert "<title>" in page.split('<svg class="chart__svg river"')[1].split("</svg>")[0]
    assert "2022" not in page


# --- what became of a concept --------------------------------------------------------------------


@pytest.fixture
def fates(three):
    old, new, draft = three
    a, b, c, d = (old(number) for number in "1234")
    e, f = new("1"), new("2")
    link(a, e)
    link(b, e, "merged")
    link(b, f, "merged")
    link(c, None, "ended", reason_de="Zu teuer.")
    link(d, draft("1"))
    return a.concept


def test_every_measure_is_counted_and_the_undecided_are_named(fates):
    found = fates_of(fates, viewer=EVERYBODY)

    assert [(kind, count) for kind, _label, count in found.counts] == [
        ("continued", 1),
        ("merged", 1),
        ("ended", 1),
        ("undecided", 1),
    ]
    assert [fate.measure.number for fate in found.undecided] == ["4"]


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", ["1", "2", "3", "4"]),
        ("?kind=ended", ["3"]),
        ("?kind=undecided", ["4"]),
        ("?kind=nonsense", []),
        ("?field=1", ["1", "2", "3", "4"]),
        ("?field=2", []),
        ("?field=x", ["1", "2", "3", "4"]),
    ],
)
def test_page_filters(fates, client, query, shown):
    response = client.get(f"/de/measures/2010/what-became/{query}")

    assert [fate.measure.number for fate in response.context["fates"].rows] == shown
    assert "Titel 2022" not in response.content.decode()


def test_page_of_a_draft_concept_is_not_there(fates, client):
    assert client.get("/de/measures/2022/what-became/").status_code == 404


def test_page_needs_as_many_queries_for_three_as_for_one(three, client, django_assert_num_queries):
    old, new, _draft = three
    link(old("1"), new("1"))
    client.get("/de/measures/2010/what-became/")
    with django_assert_num_queries(5):
        client.get("/de/measures/2010/what-became/")

    for number in "234":
        link(old(number), new(number))
    with django_assert_num_queries(5):
        client.get("/de/measures/2010/what-became/")
