from datetime import date
from decimal import Decimal

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from measures import indicator_sources
from measures.models import Evaluation, IndicatorValue, Measure
from measures.report import collect_report
from measures.report_entries import (
    ConceptEntry,
    FieldEntry,
    GoalEntry,
    MeasureEntry,
    OfficeEntry,
    Report,
    VerdictEntry,
)
from measures.report_parts import ParticipantEntry
from measures.report_pdf import context_of
from measures.report_text import Text, alphabetical
from tests.measures.factories import (
    add_evaluation,
    add_participant,
    make_field,
    make_goal,
    make_indicator,
    make_measure,
    make_organisation,
)

TODAY = date(2018, 5, 2)


def collect(concept, *, year=2017, language="de"):
    return collect_report(concept, year=year, language=language, today=TODAY)


def test_report_holds_every_field_goal_and_measure_in_order(office, concept):
    second, first = make_field(concept, 2, "Arbeit"), make_field(concept, 1, "Sprache")
    goal = make_goal(first, 1, "Ziel")
    make_measure(goal, "1.1.10")
    make_measure(goal, "1.1.9")
    make_goal(second, 1, "Ohne Maßnahme")

    report = collect(concept)

    assert [
        (
            field.number,
            str(field.title),
            [(goal.number, [measure.number for measure in goal.measures]) for goal in field.goals],
        )
        for field in report.fields
    ] == [
        (1, "Sprache", [("1.1", ["1.1.9", "1.1.10"])]),
        (2, "Arbeit", [("2.1", [])]),
    ]


def test_report_tells_the_verdict_of_its_year_and_earlier_ones(office, measure):
    add_evaluation(measure, 2015, "proved")
    add_evaluation(measure, 2016, "modify", reasoning_de="Zu klein.")
    add_evaluation(measure, 2017, "proved", reasoning_de="Jetzt passt es.")
    add_evaluation(measure, 2018, "ended", reasoning_de="Noch nicht zu sagen.")

    (entry,) = collect(measure.concept).measures

    assert (entry.verdict.year, entry.verdict.verdict) == (2017, "proved")
    assert str(entry.verdict.reasoning) == "Jetzt passt es."
    assert [(earlier.year, earlier.verdict) for earlier in entry.earlier] == [
        (2016, "modify"),
        (2015, "proved"),
    ]


def test_report_names_a_measure_that_nobody_evaluated(office, measure):
    with override("en"):
        (entry,) = collect(measure.concept, language="en").measures

    assert (entry.verdict.verdict, entry.verdict.label) == ("", "not evaluated yet")


def test_participants_stand_lead_first_and_in_the_index_once(office, goal):
    one, two = make_measure(goal, "1.1.1"), make_measure(goal, "1.1.2")
    library, aid = make_organisation("b", "Bibliothek"), make_organisation("a", "arbeit e.V.")
    add_participant(one, aid, "funding")
    add_participant(one, aid, "partner")
    add_participant(one, library, "lead")
    add_participant(two, library, "partner")

    report = collect(goal.action_field.concept, language="en")

    assert [(entry.organisation, entry.role) for entry in report.measures[0].participants] == [
        ("Bibliothek", "lead"),
        ("arbeit e.V.", "partner"),
        ("arbeit e.V.", "funding"),
    ]
    assert [
        (entry.name, [measure.number for measure in entry.measures])
        for entry in report.organisations
    ] == [("arbeit e.V.", ["1.1.1"]), ("Bibliothek", ["1.1.1", "1.1.2"])]


def test_index_sorts_umlauts_where_readers_look_for_them():
    names = ["Zoo", "Übergang", "Äpfel", "straße 2", "Strasse 1", "Verein"]

    assert sorted(names, key=alphabetical) == [
        "Äpfel",
        "Strasse 1",
        "straße 2",
        "Übergang",
        "Verein",
        "Zoo",
    ]


def test_indicators_end_with_the_year_of_the_report(office, measure):
    indicator = make_indicator(measure=measure)
    for year in (2016, 2017, 2018):
        IndicatorValue.objects.create(indicator=indicator, year=year, value=year)
    make_indicator("internal", measure=measure, is_public=False).values.create(year=2017, value=1)
    make_indicator("empty", measure=measure)

    (entry,) = collect(measure.concept).measures[0].indicators

    assert [point.year for point in entry.points] == [2016, 2017]


@pytest.fixture
def counted():
    """A source that an app above offers."""
    indicator_sources.register("test.missions", "Missions", {2017: 436}.get)
    yield "test.missions"
    indicator_sources.unregister("test.missions")


def test_missing_value_is_counted_by_the_portal_with_its_day(office, concept, counted):
    indicator = make_indicator(concept=concept, source_key=counted)
    indicator.values.create(year=2016, value=400)

    (entry,) = collect(concept).indicators

    assert [(point.year, point.value, point.as_of) for point in entry.points] == [
        (2016, Decimal(400), None),
        (2017, Decimal(436), TODAY),
    ]


def test_stored_value_is_not_counted_anew(office, concept, counted):
    make_indicator(concept=concept, source_key=counted).values.create(year=2017, value=441)

    (entry,) = collect(concept).indicators

    assert [point.value for point in entry.points] == [441]


@pytest.mark.parametrize(("key", "year"), [("test.missions", 2016), ("gone.app", 2017)])
def test_source_that_knows_nothing_adds_nothing(office, concept, counted, key, year):
    make_indicator(concept=concept, source_key=key)

    assert collect(concept, year=year).indicators == []


def test_sources_have_one_owner_each(counted):
    with pytest.raises(ValueError, match=r"test\.missions"):
        indicator_sources.register(counted, "Twice", lambda year: 1)

    assert (counted, "Missions") in indicator_sources.source_choices()


def test_text_of_another_language_says_so():
    german = Text("Größe <b>", "de")

    with override("de"):
        assert german.html == "Größe <b>"
        assert german.attributes == ""
    with override("ar"):
        assert german.html == '<span lang="de" dir="ltr">Größe &lt;b&gt;</span>'
        assert german.attributes == ' lang="de" dir="ltr"'


def test_report_in_arabic_falls_back_to_german(office, goal):
    make_measure(goal, "1", title_de="Vorlesen", title_ar="قراءة")
    make_measure(goal, "2", title_de="Wohnen")

    titles = [
        measure.title for measure in collect(goal.action_field.concept, language="ar").measures
    ]

    assert titles == [Text("قراءة", "ar"), Text("Wohnen", "de")]


def test_report_needs_as_many_queries_for_three_as_for_one(
    office, concept, django_assert_num_queries
):
    def add(number):
        field = make_field(concept, number)
        measure = make_measure(make_goal(field), f"{number}.1.1")
        add_evaluation(measure)
        add_participant(measure, make_organisation(f"o{number}"))
        measure.milestones.create(title_de="x")
        make_indicator(f"i{number}", measure=measure).values.create(year=2017, value=1)
        make_indicator(f"c{number}", concept=concept).values.create(year=2017, value=1)

    add(1)
    with django_assert_num_queries(17):
        collect(concept)

    add(2)
    add(3)
    with django_assert_num_queries(17):
        collect(concept)


# --- the summary adds up, whatever the evaluations ---------------------------------------------


def text(value):
    return Text(value, "de")


def entry(number, verdict, status, organisations):
    return MeasureEntry(
        number=str(number),
        anchor=f"m{number}",
        title=text("x"),
        description=text(""),
        status=status,
        status_label=status,
        runtime="",
        place="",
        target_groups=[],
        participants=[ParticipantEntry(name, "partner") for name in organisations],
        verdict=VerdictEntry(2017, verdict, verdict, text("")),
        earlier=[],
        milestones=[],
        indicators=[],
    )


measures = st.lists(
    st.tuples(
        st.sampled_from(["", *Evaluation.Verdict.values]),
        st.sampled_from(Measure.Status.values),
        st.lists(st.sampled_from(["Bibliothek", "Verein", "Jobcenter"])),
        st.integers(1, 3),
    ),
    max_size=30,
)


@given(measures)
def test_summary_adds_up_to_the_measures(rows):
    fields = [
        FieldEntry(
            number,
            f"f{number}",
            text("x"),
            text(""),
            [
                GoalEntry(
                    "1",
                    text("x"),
                    [
                        entry(index, verdict, status, organisations)
                        for index, (verdict, status, organisations, field) in enumerate(rows)
                        if field == number
                    ],
                )
            ],
        )
        for number in (1, 2, 3)
    ]
    report = Report(
        office=OfficeEntry(text("KIT"), "Flensburg", "#0b5d7a", "", "", "", ""),
        concept=ConceptEntry(text("x"), "", "2016–2022", "", None, ""),
        year=2017,
        language="de",
        made_on=TODAY,
        fields=fields,
        indicators=[],
    )

    context = context_of(report)

    total = len(rows)
    for chart in ("verdict_chart", "status_chart", "fields_chart"):
        assert sum(bar.value for bar in context[chart].bars) == total
    counts = context["counts"]
    assert counts["total"] == total
    assert counts["evaluated"] == counts["proved"] + counts["modify"] + counts["ended"]
    assert counts["evaluated"] + report.by_verdict[""] == total
    assert (len(context["to_modify"]), len(context["to_end"])) == (
        counts["modify"],
        counts["ended"],
    )
    named = {(name, index) for index, row in enumerate(rows) for name in row[2]}
    assert named == {
        (organisation.name, int(measure.number))
        for organisation in report.organisations
        for measure in organisation.measures
    }
