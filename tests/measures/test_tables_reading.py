"""What offices type into cells, and what the database's rules say of it in memory."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kit_portal.common.tables import Cell
from measures.models import FundingSource, IndicatorValue, Measure
from measures.tables.reading import (
    CellError,
    amount_in,
    day_in,
    flag_in,
    names_in,
    numbering_in,
    text_in,
    whole_number_in,
)
from measures.tables.rules import broken_rules


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("1234", "1234"),
        ("1234,5", "1234.5"),
        ("1234.5", "1234.5"),
        ("1.234,50", "1234.5"),
        ("1.234.567", "1234567"),
        ("1 234 567,89", "1234567.89"),
        ("12.500,00 €", "12500"),
        ("-3,25", "-3.25"),
        ("0,07", "0.07"),
        (35, "35"),
        (0.1, "0.1"),
        (999999999999.99, "999999999999.99"),
    ],
)
def test_amounts_are_read_as_germans_and_machines_write_them(value, number):
    assert amount_in(Cell("A1", value)) == Decimal(number)


@pytest.mark.parametrize(
    "value", ["12.500", "12,500", "1,2,3", "viel", "1,234.50", "³", 1 / 3, "1e9"]
)
def test_amounts_that_mean_nothing_or_two_things_are_refused(value):
    with pytest.raises(CellError) as error:
        amount_in(Cell("A1", value))

    assert error.value.remedy


@pytest.mark.parametrize(
    "value",
    [
        "2016-03-17",
        "17.03.2016",
        "17.3.2016",
        "17. 3. 2016",
        date(2016, 3, 17),
        datetime(2016, 3, 17),  # noqa: DTZ001  workbooks know no time zones
    ],
)
def test_days_are_read_as_germans_and_machines_write_them(value):
    assert day_in(Cell("A1", value)) == date(2016, 3, 17)


@pytest.mark.parametrize(
    "value", ["31.02.2016", "2016-02-30", "17.03.16", "03/17/2016", "März", 42444]
)
def test_days_that_do_not_exist_or_can_be_misread_are_refused(value):
    with pytest.raises(CellError):
        day_in(Cell("A1", value))


def test_empty_cells_are_no_values():
    cell = Cell("A1", " ")

    assert (amount_in(cell), day_in(cell), whole_number_in(cell)) == (None, None, None)
    assert (text_in(cell), flag_in(cell), names_in(cell)) == ("", False, [])


@pytest.mark.parametrize(
    ("value", "flag"), [("ja", True), ("Nein", False), (True, True), (0, False)]
)
def test_flags_are_read_in_german_and_english(value, flag):
    assert flag_in(Cell("A1", value)) is flag


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (flag_in, "vielleicht"),
        (whole_number_in, "vier"),
        (whole_number_in, True),
        (whole_number_in, 4.5),
        (text_in, date(2001, 1, 1)),
        (numbering_in, 4.1),
    ],
)
def test_what_a_spreadsheet_made_of_a_cell_is_refused(read, value):
    with pytest.raises(CellError):
        read(Cell("A1", value))


def test_lists_are_divided_by_semicolons_and_lines_but_not_by_commas():
    cell = Cell("A1", "Amt für Soziales, Jugend; Stadtbibliothek\nVHS;")

    assert names_in(cell) == ["Amt für Soziales, Jugend", "Stadtbibliothek", "VHS"]


DAYS = st.none() | st.dates(date(2016, 1, 1), date(2016, 1, 3))
NUMBERS = st.none() | st.integers(-2, 3).map(Decimal)
ROWS = st.one_of(
    st.builds(Measure, starts_on=DAYS, ends_on=DAYS, is_permanent=st.booleans()),
    st.builds(FundingSource, amount=NUMBERS, starts_on=DAYS, ends_on=DAYS),
    st.builds(
        IndicatorValue,
        value=st.integers(-2, 3).map(Decimal),
        whole=NUMBERS,
        counted=NUMBERS,
        override_reason=st.sampled_from(["", "gezählt"]),
    ),
)


@pytest.mark.django_db
@given(row=ROWS)
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_rules_in_memory_are_the_rules_of_the_database(row):
    asked = set()
    for constraint in row._meta.constraints:
        if not hasattr(constraint, "fields"):
            try:
                constraint.validate(type(row), row)
            except ValidationError:
                asked.add(constraint.name)

    assert {name for name, _message in broken_rules(row)} == asked
