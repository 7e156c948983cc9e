"""Concepts out and in again: what was exported changes nothing."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory.models import Organisation
from kit_portal.common.tables import read_sheets
from measures.models import Indicator, Measure
from measures.tables.export import archive_of, csv_of, sheets_of, template_sheets, workbook_of
from measures.tables.headings import sections_of
from measures.tables.kinds import KINDS
from measures.tables.plan import plan_import
from measures.tables.write import write_plan
from tests.measures.factories import (
    add_participant,
    make_concept,
    make_field,
    make_full_concept,
    make_goal,
    make_indicator,
    make_measure,
    make_organisation,
)


def looked_at(content, by, name="konzept.xlsx"):
    sections, faults = sections_of(read_sheets(BytesIO(content), name=name))
    assert faults == []
    return plan_import(sections, by=by)


def exported(concept, viewer):
    return sheets_of([concept], viewer=viewer, with_internal=True)


def rows_of(sheets, name):
    sheet = next(sheet for sheet in sheets if sheet.title == name)
    return [dict(zip(sheet.headers, row, strict=True)) for row in sheet.rows]


@pytest.fixture
def rich(db):
    """A concept that uses every table of the format."""
    concept = make_full_concept()
    goal = make_goal(make_field(concept, 7, "Wohnen"), 3)
    measure = make_measure(goal, "7.3.10", internal_notes="Nur für uns", published=False)
    measure.funding_sources.create(name="Land", amount="12500.50", ends_on=date(2018, 12, 31))
    measure.funding_sources.create(name="Land", amount="1000.00")
    measure.milestones.create(title_de="Start", due_on=date(2017, 1, 1))
    measure.milestones.create(title_de="Start", due_on=date(2018, 1, 1))
    measure.attachments.create(title_de="Seite", url="https://www.example.org/")
    value = Indicator.objects.get(slug="concept").values.get(year=2017)
    value.cells.create(dimension="Geschlecht", category="weiblich", number=3)
    return concept


def test_export_read_again_changes_nothing(rich, lead):
    sheets = exported(rich, lead)

    plan = looked_at(workbook_of(sheets), lead)

    assert set(plan.counts) == {"unchanged"}
    assert plan.counts["unchanged"] == sum(len(s.rows) for s in sheets if s.title in KINDS)
    assert all(len(sheet.rows) for sheet in sheets)


def test_each_csv_file_read_again_changes_nothing(rich, lead):
    archive = ZipFile(BytesIO(archive_of(exported(rich, lead))))

    found = {
        name: set(looked_at(archive.read(name), lead, name=name).counts)
        for name in archive.namelist()
        if name != "evaluations.csv"
    }

    assert found == {f"{name}.csv": {"unchanged"} for name in KINDS}


def test_export_makes_the_same_concept_in_an_empty_database(rich, lead):
    content = workbook_of(exported(rich, lead))
    Indicator.objects.all().delete()
    Measure.objects.all().delete()
    rich.delete()

    write_plan(looked_at(content, lead))

    measure = Measure.objects.get(number="7.3.10")
    assert str(measure.goal) == "7.3 Alle finden einen Kurs."
    assert [str(s.amount) for s in measure.funding_sources.order_by("pk")] == [
        "12500.50",
        "1000.00",
    ]
    assert measure.milestones.count() == 2
    assert set(looked_at(content, lead).counts) == {"unchanged"}


def test_goals_carry_the_number_of_their_field(rich, lead):
    goals = rows_of(exported(rich, lead), "goals")

    assert [(goal["action_field"], goal["number"]) for goal in goals] == [(1, 1), (7, 3)]


def test_the_public_gets_no_drafts_and_no_notes(rich):
    make_indicator("hidden", concept=rich, is_public=False).values.create(year=2017, value=1)

    sheets = sheets_of([rich], viewer=AnonymousUser())

    assert [row["number"] for row in rows_of(sheets, "measures")] == ["1.1.1", "1.1.2"]
    assert {row["slug"] for row in rows_of(sheets, "indicators")} == {"concept", "measure"}
    text = archive_of(sheets) + workbook_of(sheets)
    assert rows_of(sheets, "funding_sources") == rows_of(sheets, "indicator_cells") == []
    assert not {"internal_notes", "override_reason"} & {h for s in sheets for h in s.headers}
    assert "Nur für uns".encode() not in text


def test_template_explains_every_column_and_is_no_import(db):
    *tables, explanations = template_sheets()

    assert [sheet.title for sheet in tables] == list(KINDS)
    explained = {(row[0], row[1]) for row in explanations.rows}
    assert explained == {(sheet.title, header) for sheet in tables for header in sheet.headers}
    sections, faults = sections_of(
        read_sheets(BytesIO(workbook_of(template_sheets())), name="vorlage.xlsx")
    )
    assert (len(sections), faults) == (len(KINDS), [])


def test_csv_writes_decimals_as_german_spreadsheets_read_them(rich, lead):
    text = csv_of(exported(rich, lead), "funding_sources").decode("utf-8-sig")

    assert "2016;7.3.10;Land;12500,50;;2018-12-31" in text.splitlines()


@pytest.mark.parametrize("count", [1, 3])
def test_number_of_queries_does_not_grow_with_the_measures(
    goal, lead, count, django_assert_num_queries
):
    lead.has_perm("measures.view_measure")
    for number in range(count):
        measure = make_measure(goal, f"1.1.{number}")
        measure.milestones.create(title_de="Start")
        add_participant(measure, make_organisation(f"o{number}"))
        make_indicator(f"i{number}", measure=measure).values.create(year=2017, value=1)

    with django_assert_num_queries(17):
        sheets_of([goal.action_field.concept], viewer=lead)


LETTERS = st.characters(codec="utf-8", exclude_characters="\x00", exclude_categories=("Cs",))
TEXTS = st.one_of(
    st.text(LETTERS, max_size=40),
    st.sampled_from(
        [
            *("Größe, Übermaß", "مرحبا\nبالعالم", "=1+1", "'=1", "''=", "-5", "+49 461", "@x"),
            *(
                '"Zitat"',
                'a";b\n"',
                "Zeile\r\nzwei",
                "\tTab",
                " Rand ",
                "4.10",
                "true",
                "17.03.2016",
            ),
            *("x\x0by", "a;b,c\td", "Ende\r", "ä" * 40_000, "="),
        ]
    ),
)
TITLES = TEXTS.map(lambda text: f"T{text}"[:200])
DAYS = st.none() | st.dates(date(2016, 1, 1), date(2022, 12, 31))
AMOUNTS = st.none() | st.decimals(0, Decimal("9999999999.99"), places=2)


@pytest.mark.django_db
@given(data=st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=[*HealthCheck])
def test_whatever_a_measure_says_comes_back_as_it_was(lead, data):
    with transaction.atomic():
        draw = data.draw
        measure = make_measure(
            make_goal(make_field(make_concept("rund"))),
            draw(st.from_regex(r"\A[0-9A-Za-z]{1,4}(\.[0-9]{1,2}){0,3}\Z")),
            title_de=draw(TITLES),
            title_ar=draw(TITLES),
            description_de=draw(TEXTS),
            place=draw(TEXTS)[:120],
            internal_notes=draw(TEXTS),
            starts_on=draw(DAYS),
        )
        measure.milestones.create(title_de=draw(TITLES), due_on=draw(DAYS), reached_on=draw(DAYS))
        measure.funding_sources.create(name=draw(TITLES), amount=draw(AMOUNTS), ends_on=draw(DAYS))
        for number in range(draw(st.integers(0, 40))):
            role = draw(st.sampled_from(["lead", "partner", "funding"]))
            name = f"{number} {draw(TITLES)[:150]}"
            organisation = Organisation.objects.create(slug=f"o{number}", name=name)
            add_participant(measure, organisation, role)
        sheets = exported(measure.concept, lead)

        workbook = looked_at(workbook_of(sheets), lead)
        files = [
            looked_at(csv_of(sheets, name), lead, name=f"{name}.csv")
            for name in ("measures", "milestones", "funding_sources")
        ]

        assert [f for plan in (workbook, *files) for f in plan.fates if f.fate != "unchanged"] == []
        transaction.set_rollback(True)
