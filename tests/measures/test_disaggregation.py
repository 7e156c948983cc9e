from datetime import date
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from measures.disaggregation import all_cells, published_cells, suppressed
from measures.models import Indicator
from tests.measures.factories import make_indicator

few = st.lists(st.integers(0, 10), min_size=2, max_size=3)
many = st.lists(st.integers(0, 60), min_size=1, max_size=12)


def table_of(*properties):
    return {
        f"p{index}": {f"{index}.{place}": Decimal(n) for place, n in enumerate(numbers)}
        for index, numbers in enumerate(properties)
    }


def publish(numbers, *, total=None):
    """What is published of one property: None for a hidden part, or nothing but the total."""
    total = sum(numbers) if total is None else total
    hidden = suppressed(table_of(numbers), total=Decimal(total))["p0"]
    if hidden is None:
        return None
    return tuple(None if f"0.{place}" in hidden else n for place, n in enumerate(numbers))


@pytest.mark.parametrize(
    ("numbers", "published"),
    [
        ([30, 12], (30, 12)),
        ([30, 0], (30, 0)),
        ([3, 20, 9], (None, 20, None)),  # the next smallest goes along
        ([4, 4, 5, 20], (None, None, None, 20)),  # two small ones alone could be computed
        ([1, 7, 7, 30], (None, None, None, 30)),  # equals go together
        ([1, 0, 20, 30], (None, 0, None, 30)),
        ([1, 0, 20], None),
        ([3, 0, 0], None),
        ([3, 3, 0], None),
        ([2, 1], None),
        ([4], None),
        ([5], (5,)),
        ([0, 0], (0, 0)),
        ([], ()),
    ],
)
def test_small_parts_are_hidden_and_cannot_be_computed(numbers, published):
    assert publish(numbers) == published


@given(many)
def test_no_small_part_is_published(numbers):
    published = publish(numbers) or ()

    assert not [number for number in published if number and number < 5]


@given(many)
def test_each_hidden_part_could_be_any_of_five_numbers(numbers):
    published = publish(numbers)

    if published and None in published:
        rest = sum(numbers) - sum(filter(None, published))
        hidden = published.count(None)
        assert hidden >= 2
        assert (rest - hidden + 1) - 1 >= 4  # from 1 to what the others leave


@settings(max_examples=60, deadline=None)
@given(few)
def test_nobody_who_knows_the_rule_computes_a_hidden_part(numbers):
    """Try all tables with this total: those that would be published alike are indistinguishable."""
    published, total = publish(numbers), sum(numbers)
    size = range(total + 1)
    alike = [
        other
        for other in product(size, repeat=len(numbers) - 1)
        if (last := total - sum(other)) >= 0 and publish([*other, last]) == published
    ]
    alike = [(*other, total - sum(other)) for other in alike]

    assert tuple(numbers) in alike
    if published and None in published:
        for place, shown in enumerate(published):
            if shown is None:
                assert len({other[place] for other in alike}) >= 2
    if published is None:
        assert len(alike) >= 2


@given(many, many)
def test_properties_of_one_value_do_not_tell_on_each_other(first, second):
    """A category that stands under both is hidden under both, and the rest still protects it."""
    table = table_of(first, second)
    table["p1"]["0.0"] = table["p0"]["0.0"]
    hidden = suppressed(table, total=Decimal(max(sum(first), sum(second), 5)))

    is_hidden = [hidden[name] is None or "0.0" in hidden[name] for name in ("p0", "p1")]
    assert is_hidden[0] == is_hidden[1]
    for name, parts in table.items():
        if hidden[name]:
            numbers = [parts[category] for category in hidden[name]]
            assert len(numbers) >= 2
            assert sum(numbers) - len(numbers) >= 4


def test_small_total_shows_no_parts():
    assert suppressed(table_of([30, 20]), total=Decimal(4)) == {"p0": None}


def test_small_rest_of_a_whole_shows_no_parts():
    table = table_of([20, 18])

    assert suppressed(table, total=Decimal(38), whole=Decimal(40)) == {"p0": None}
    assert suppressed(table, total=Decimal(38), whole=Decimal(38)) == {"p0": set()}
    assert suppressed(table, total=Decimal(38), whole=Decimal(60)) == {"p0": set()}


@pytest.fixture
def indicator(concept):
    return make_indicator(concept=concept)


def add_cells(value, dimension="Geschlecht", **numbers):
    for category, number in numbers.items():
        value.cells.create(dimension=dimension, category=category, number=number)


def shown(breakdowns):
    return [[(cell.category, cell.number) for cell in one.cells] for one in breakdowns]


def test_published_cells_carry_no_hidden_number(indicator):
    value = indicator.values.create(year=2017, value=35)
    add_cells(value, Frauen=22, Männer=10, divers=3)

    (public,) = published_cells(value)

    assert shown([public]) == [[("Frauen", 22), ("Männer", None), ("divers", None)]]
    assert public.has_hidden
    assert "3" not in repr(public.cells[2])


def test_staff_see_all_with_a_mark(indicator):
    value = indicator.values.create(year=2017, value=35)
    add_cells(value, Frauen=22, Männer=10, divers=3)

    (breakdown,) = all_cells(value)

    assert [(cell.number, cell.is_hidden) for cell in breakdown.cells] == [
        (22, False),
        (10, True),
        (3, True),
    ]


def test_withheld_property_names_no_categories(indicator):
    value = indicator.values.create(year=2017, value=3)
    add_cells(value, Frauen=3, Männer=0)

    (public,) = published_cells(value)

    assert (public.dimension, public.cells, public.is_withheld) == ("Geschlecht", (), True)
    assert [cell.is_hidden for cell in all_cells(value)[0].cells] == [True, True]


def test_parts_of_an_amount_are_euros_and_shown(indicator):
    indicator.kind = Indicator.Kind.AMOUNT
    value = indicator.values.create(year=2017, value=100)
    add_cells(value, "Stadtteil", Nord=97, Süd=3)

    assert shown(published_cells(value)) == [[("Nord", 97), ("Süd", 3)]]


def test_only_the_last_of_several_days_is_broken_down(indicator):
    june = indicator.values.create(year=2017, as_of=date(2017, 6, 30), value=40)
    september = indicator.values.create(year=2017, as_of=date(2017, 9, 30), value=43)
    add_cells(june, Frauen=20, Männer=20)
    add_cells(september, Frauen=22, Männer=21)

    assert [published_cells(value)[0].is_withheld for value in (june, september)] == [True, False]

    indicator.values.create(year=2017, value=50)
    assert published_cells(september)[0].is_withheld
