"""The dry run: each row's fate, with the place and the remedy of what is wrong."""

from datetime import date
from io import BytesIO

import pytest
from django.contrib.auth.models import Permission
from django.utils.translation import override

from directory.models import Organisation, Quarter, Topic
from kit_portal.accounts.models import User
from kit_portal.common.tables import read_sheets, write_csv
from measures.models import Indicator, Measure, TargetGroup
from measures.tables.fates import Change, excerpt
from measures.tables.headings import sections_of
from measures.tables.plan import plan_import
from measures.tables.write import write_plan
from tests.measures.factories import (
    add_participant,
    make_concept,
    make_field,
    make_goal,
    make_indicator,
    make_measure,
    make_organisation,
)


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


def sections(text, name="tabelle.csv", chosen=""):
    tables = read_sheets(BytesIO(text.encode()), name=name)
    found, faults = sections_of(tables, chosen=chosen)
    assert faults == []
    return found


@pytest.fixture
def look(lead):
    def looking(text, *, by=lead, **options):
        return plan_import(sections(text, **options), by=by)

    return looking


def fates(plan):
    return [(fate.name, fate.fate) for fate in plan.fates]


def faults(plan):
    return [fault for fate in plan.fates for fault in fate.faults]


def places(plan):
    return [place for place, _message, _remedy in faults(plan)]


def test_rows_are_new_changed_or_unchanged(measure, look):
    make_measure(measure.goal, "1.1.2")

    plan = look(
        "concept;number;goal;title\n"
        "2016;1.1.1;1.1;Neuer Titel\n"
        "2016;1.1.2;1.1;Maßnahme 1.1.2\n"
        "2016;1.1.3;1.1;Dritte\n"
    )

    assert fates(plan) == [
        ("2016 · 1.1.1", "changed"),
        ("2016 · 1.1.2", "unchanged"),
        ("2016 · 1.1.3", "new"),
    ]
    assert plan.fates[0].changes == [Change("title [de]", "Maßnahme 1.1.1", "Neuer Titel")]
    assert plan.counts == {"changed": 1, "unchanged": 1, "new": 1}


def test_dry_run_writes_nothing(measure, look):
    look("concept;number;goal;title\n2016;1.1.1;1.1;Anders\n2016;9;1.1;Neu\n")

    assert [m.title_de for m in Measure.objects.all()] == ["Maßnahme 1.1.1"]


def test_german_headings_and_labels_are_understood(measure, look):
    plan = look(
        "Konzept;Nummer;Titel;Titel (ar);Status;Beginn;Dauerhaft\n"
        "2016;1.1.1;Vorlesen;قراءة;Abgeschlossen;01.02.2017;ja\n",
        name="Maßnahmen.csv",
    )
    write_plan(plan)

    measure.refresh_from_db()
    assert (measure.title_de, measure.title_ar) == ("Vorlesen", "قراءة")
    assert (measure.starts_on, measure.is_permanent) == (date(2017, 2, 1), True)


def test_columns_the_file_lacks_stay_and_empty_cells_empty(measure, look):
    measure.place, measure.description_de = "Rathaus", "Text"
    measure.save()

    write_plan(look("concept;number;place\n2016;1.1.1;\n"))

    measure.refresh_from_db()
    assert (measure.place, measure.description_de) == ("", "Text")


def test_rows_missing_in_the_file_stay(measure, look):
    write_plan(look("concept;number;goal;title\n2016;1.1.2;1.1;Zweite\n"))

    assert [m.number for m in Measure.objects.order_by("number")] == ["1.1.1", "1.1.2"]


def test_new_measures_are_drafts(measure, look):
    write_plan(look("concept;number;goal;title\n2016;1.1.2;1.1;Zweite\n"))

    assert not Measure.objects.get(number="1.1.2").is_published


def test_relations_are_named_by_short_address_or_name(measure, look):
    make_organisation("library", "Stadtbibliothek")
    make_organisation("school", "Volkshochschule")
    add_participant(measure, Organisation.objects.get(slug="library"), "lead")
    Topic.objects.create(slug="sprache", name_de="Sprache")
    TargetGroup.objects.create(slug="eltern", name_de="Eltern")
    Quarter.objects.create(slug="nordstadt", name="Nordstadt")

    plan = look(
        "concept;number;lead;partners;topics;target_groups;quarter\n"
        "2016;1.1.1;volkshochschule;Stadtbibliothek;sprache;Eltern;nordstadt\n"
    )
    changes = {change.label: (change.old, change.new) for change in plan.fates[0].changes}
    write_plan(plan)

    measure.refresh_from_db()
    assert changes["lead"] == ("library", "school")
    assert [(p.role, p.organisation.slug) for p in measure.participants.all()] == [
        ("lead", "school"),
        ("partner", "library"),
    ]
    assert [topic.slug for topic in measure.topics.all()] == ["sprache"]
    assert [group.slug for group in measure.target_groups.all()] == ["eltern"]
    assert measure.quarter.slug == "nordstadt"


def test_unknown_organisation_is_answered_with_the_nearest_names(measure, look):
    make_organisation("library", "Stadtbibliothek")

    plan = look("concept;number;partners\n2016;1.1.1;Stadtbibliotek\n")

    assert faults(plan) == [
        (
            "C2",
            "“Stadtbibliotek” is not in the list “organisations”.",
            "Did you mean “Stadtbibliothek”? Otherwise enter it in the administration first.",
        )
    ]


def test_several_organisations_of_one_short_name_have_to_be_told_apart(measure, look):
    for slug in ("awo-a", "awo-b"):
        Organisation.objects.create(slug=slug, name=slug.upper(), short_name="AWO")

    plan = look("concept;number;partners\n2016;1.1.1;AWO\n")

    assert [(place, remedy) for place, _message, remedy in faults(plan)] == [
        ("C2", "Write the short address: awo-a, awo-b.")
    ]


@pytest.mark.parametrize(
    ("row", "place", "message"),
    [
        ("2016;1.1.1;1.1;2031-01-01;;", "D2", "outside the years of the concept, 2016–2022"),
        ("2016;1.1.1;1.1;;2015-12-31;", "E2", "outside the years of the concept"),
        ("2016;1.1.1;1.1;2018-01-02;2018-01-01;", "E2", "The end lies before the beginning."),
        ("2016;1.1.1;1.1;;2018-01-01;ja", "F2", "A permanent measure has no end."),
        ("2016;1.1.1;1.1;31.02.2018;;", "D2", "There is no day"),
        ("2016;1.1.1;1.9;;;", "C2", "There is no goal “1.9” in this concept."),
        ("2019;1.1.1;1.1;;;", "A2", "“2019” is not in the table “concepts”."),
        ("2016;1 1;1.1;;;", "B2", "Use digits and letters divided by dots"),
        ("2016;1.1.1;;;;", "C2", "“goal” is missing."),
        ("2016;;1.1;;;", "B2", "nobody knows what this row is about"),
    ],
)
def test_faulty_cells_are_named(measure, look, row, place, message):
    measure.is_permanent = False
    measure.save()

    plan = look(f"concept;number;goal;starts_on;ends_on;is_permanent\n{row}\n", chosen="measures")

    assert plan.fates[0].fate == "faulty"
    assert [place_ for place_, text, _remedy in faults(plan) if message in text] == [place]
    assert all(remedy for _place, _message, remedy in faults(plan))


def test_day_outside_the_concept_that_was_there_before_does_not_stop_other_changes(measure, look):
    measure.starts_on = date(2014, 1, 1)
    measure.save()

    plan = look("concept;number;starts_on;place\n2016;1.1.1;2014-01-01;Rathaus\n")

    assert fates(plan) == [("2016 · 1.1.1", "changed")]


def test_number_that_stands_twice_names_the_other_row(measure, look):
    plan = look("concept;number;place\n2016;1.1.1;A\n2016;1.1.1;B\n")

    assert [fate.fate for fate in plan.fates] == ["changed", "faulty"]
    assert faults(plan) == [
        (
            "B3",
            "Row 2 of the file says the same.",
            "Delete one of the two rows or correct its number.",
        )
    ]


def test_new_row_lacks_what_it_needs(goal, look):
    plan = look("concept;number;goal;title\n2016;1.1.1;1.1;\n2016;1.1.2;;Titel\n")

    assert places(plan) == ["D2", "C3"]


def test_whole_concept_comes_in_one_file_in_any_order(lead):
    files = {
        "measures": "concept;number;goal;title\n2030;1;1.1;Erste\n",
        "goals": "concept;action_field;number;text\n2030;1;1;Ziel\n",
        "action_fields": "concept;number;title\n2030;1;Feld\n",
        "concepts": "slug;title;period_from\n2030;Neu;2030\n",
        "milestones": "concept;measure;title;due_on\n2030;1;Start;2031-01-01\n",
    }
    found = [part for name, text in files.items() for part in sections(text, name=f"{name}.csv")]

    plan = plan_import(found, by=lead)
    write_plan(plan)

    assert plan.counts == {"new": 5}
    measure = Measure.objects.get()
    assert (measure.concept.slug, str(measure.goal)) == ("2030", "1.1 Ziel")
    assert [stone.title_de for stone in measure.milestones.all()] == ["Start"]


@pytest.mark.parametrize(
    ("row", "fate", "place"),
    [
        ("share;2017;;35;511", "new", None),
        ("share;2017;;600;511", "faulty", "D2"),
        ("share;2017;;35;", "faulty", "E2"),
        ("share;;31.12.2017;35;511", "new", None),
        ("share;2016;;40;500", "changed", None),
        ("share;2016;;1.234;500", "faulty", "D2"),
        ("sharee;2016;;40;500", "faulty", "A2"),
        ("share;;;40;500", "faulty", "B2"),
    ],
)
def test_values_of_indicators(concept, look, row, fate, place):
    share = make_indicator("share", kind="share", concept=concept)
    share.values.create(year=2016, value=30, whole=500)

    plan = look(f"indicator;year;as_of;value;whole\n{row}\n")

    assert [fate_.fate for fate_ in plan.fates] == [fate]
    assert places(plan) == ([place] if place else [])


def test_parts_of_values_are_rows_of_their_own(concept, look):
    make_indicator("share", concept=concept).values.create(year=2016, value=30)

    text = "indicator;year;dimension;category;number\nshare;2016;Geschlecht;weiblich;12\n"
    write_plan(look(text))

    assert [str(cell) for cell in Indicator.objects.get().values.get().cells.all()] == [
        "Geschlecht: weiblich"
    ]
    assert fates(look(text)) == [("share · 2016 · Geschlecht · weiblich", "unchanged")]


def test_part_above_its_value_is_faulty_even_if_the_value_is_new(concept, lead):
    make_indicator("share", concept=concept)
    found = [
        *sections("indicator;year;value\nshare;2016;30\n", name="indicator_values.csv"),
        *sections(
            "indicator;year;dimension;category;number\nshare;2016;Alter;jung;31\n",
            name="indicator_cells.csv",
        ),
    ]

    assert faults(plan_import(found, by=lead)) == [
        (
            "E2",
            "The part is larger than its whole.",
            "Correct the number, or the value that it is a part of.",
        )
    ]


def user_with(*codenames):
    user = User.objects.create_user("wer@example.org", "x", name="Wer")
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return user


def test_public_concept_needs_the_permission_to_change_it(measure, look):
    draft = make_concept("draft", published=False)
    make_measure(make_goal(make_field(draft)), "7")
    user = user_with("add_measure", "change_measure")

    plan = look("concept;number;place\n2016;1.1.1;X\ndraft;7;X\n", by=user)

    assert [fate.fate for fate in plan.fates] == ["faulty", "changed"]
    assert places(plan) == ["2"]


def test_tables_one_may_not_write_to_are_refused(measure, look):
    plan = look(
        "concept;number;title\n2016;2;Neu\n", by=user_with("add_measure"), chosen="action_fields"
    )

    assert [(place, message) for place, message, _remedy in faults(plan)] == [
        ("2", "You may not write to the table “action fields”.")
    ]


def test_long_texts_show_the_place_where_they_differ():
    old, new = "a" * 500 + "alt" + "z" * 500, "a" * 500 + "neu" + "z" * 500

    short = excerpt(Change("Text", old, new))

    assert "alt" in short.old
    assert "neu" in short.new
    assert max(len(short.old), len(short.new)) < 250


@pytest.mark.parametrize("count", [1, 3, 60])
def test_number_of_queries_does_not_grow_with_the_rows(
    goal, lead, count, django_assert_num_queries
):
    lead.has_perm("measures.add_measure")  # permissions are fetched once for a person
    make_organisation()
    for number in range(1, count + 1):
        make_measure(goal, f"1.1.{number}")
    rows = "".join(f"2016;1.1.{n};1.1;Neu;library;2017-01-01\n" for n in range(1, 2 * count + 1))
    found = sections("concept;number;goal;title;partners;starts_on\n" + rows)

    with django_assert_num_queries(18):
        plan = plan_import(found, by=lead)

    assert plan.counts == {"changed": count, "new": count}


def heading_faults(content, name="tabelle.csv", **options):
    return [
        str(fault) for fault in sections_of(read_sheets(BytesIO(content), name=name), **options)[1]
    ]


@pytest.mark.parametrize(
    ("header", "fault"),
    [
        (
            "concept;number;tittle",
            "C1: The table “measures” has no column “tittle”. Did you mean “title”",
        ),
        ("concept;number;title;Titel", "D1: “title” and “Titel” are the same column."),
        ("concept;title;goal", "The table “measures” lacks the column “number”."),
        ("number;number;concept", "B1: The heading “number” stands there twice."),
    ],
)
def test_headings_that_cannot_be_used_are_named(header, fault):
    found = heading_faults(f"{header}\n".encode(), chosen="measures")

    assert [text for text in found if text.startswith(fault)] != []


def test_table_that_could_be_several_asks_to_be_named():
    assert heading_faults(b"concept;number;title\n2016;1;X\n") == [
        "The headings of “tabelle.csv” do not say which table it is. Choose it in the form, or "
        "call the sheet by its name, for example measures."
    ]


def test_csv_written_by_hand_needs_no_name(measure, look):
    text = write_csv(["Konzept", "Nummer", "Ort"], [["2016", "1.1.1", "Rathaus"]]).decode(
        "utf-8-sig"
    )

    assert fates(look(text)) == [("2016 · 1.1.1", "changed")]
