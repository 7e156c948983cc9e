import pytest
from django.core.exceptions import ValidationError

from measures.models import ActionField, Concept, Goal, Measure, Revision, RevisionDecision
from measures.revision import Choice, StaleError, begin_revision, begin_with_new_concept, decide
from measures.revision_board import accept_proposals, board_of
from tests.measures.factories import (
    add_evaluation,
    make_concept,
    make_field,
    make_goal,
    make_measure,
    make_two_concepts,
)


@pytest.fixture
def world(db):
    """An old concept with three measures, a new one with two goals, and their revision."""
    old, new, measures, goals = make_two_concepts()
    return begin_revision(old, new, copy_structure=False, by=None), measures, goals


def errors_of(call):
    with pytest.raises(ValidationError) as caught:
        call()
    return set(caught.value.error_dict)


def say(world, index=0, *, seen=0, **choice):
    revision, measures, goals = world
    options = {"kind": "continued", "goal": goals[0]} | choice
    return decide(revision, measures[index], choice=Choice(**options), seen=seen, by=None)


# --- beginning -----------------------------------------------------------------------------------


def test_revision_begins_once(world):
    revision = world[0]

    again = begin_revision(revision.old_concept, revision.new_concept, copy_structure=True, by=None)

    assert again == revision
    assert Revision.objects.count() == 1


def test_revision_goes_forward_in_time_only(world):
    revision = world[0]

    with pytest.raises(ValidationError):
        begin_revision(revision.new_concept, revision.old_concept, copy_structure=False, by=None)


def test_new_concept_takes_over_fields_and_goals_in_all_languages(db):
    old = make_concept("2016")
    make_goal(make_field(old, 1, "Sprache", title_ar="لغة"), text_ar="هدف")

    revision = begin_with_new_concept(
        old,
        columns={"title_de": "Neu", "slug": "2023", "period_from": 2023, "period_to": None},
        copy_structure=True,
        by=None,
    )

    new = Concept.objects.get(slug="2023")
    goal = Goal.objects.get(action_field__concept=new)
    assert revision.new_concept == new
    assert not new.is_published
    assert (goal.text_de, goal.text_ar) == ("Alle finden einen Kurs.", "هدف")
    assert (goal.action_field.title_de, goal.action_field.title_ar) == ("Sprache", "لغة")
    assert ActionField.objects.filter(concept=old).count() == 1


def test_structure_is_copied_into_what_is_missing_only(db):
    old, new = make_concept("2010", period_from=2010, period_to=2015), make_concept("2016")
    for number in (1, 2):
        make_goal(make_field(old, number, f"Alt {number}"))
    make_field(new, 1, "Neu")

    begin_revision(old, new, copy_structure=True, by=None)

    titles = new.action_fields.order_by("number").values_list("title_de", flat=True)
    assert list(titles) == ["Neu", "Alt 2"]


# --- proposals -----------------------------------------------------------------------------------


def test_latest_verdict_proposes(world):
    revision, measures, _goals = world
    unseen = make_measure(measures[0].goal, "1.1.9")
    for measure, verdict in zip(measures, ("proved", "modify", "ended"), strict=True):
        add_evaluation(measure, 2014, "proved")
        add_evaluation(measure, 2015, verdict, reasoning_de="Darum.")

    rows = board_of(revision).rows

    assert [row.proposal and row.proposal.kind for row in rows] == [
        *("continued", "modified", "ended"),
        None,
    ]
    assert [row.proposal.reason for row in rows[:3]] == ["Darum."] * 3
    assert rows[3].measure == unseen


def test_proposal_names_the_copied_goal_and_the_same_number(db):
    old = make_concept("2016")
    measure = make_measure(make_goal(make_field(old)), "1.1.7")
    add_evaluation(measure)
    new = make_concept("2023", published=False, period_from=2023, period_to=None)

    revision = begin_revision(old, new, copy_structure=True, by=None)
    row = board_of(revision).rows[0]

    assert row.proposal.goal == Goal.objects.get(action_field__concept=new)
    assert row.proposal.numbers == "1.1.7"
    assert row.is_acceptable


def test_proposals_of_a_field_are_accepted_where_they_are_complete(world):
    revision, measures, _goals = world
    add_evaluation(measures[0], 2015, "ended", reasoning_de="Zu teuer.")
    add_evaluation(measures[1], 2015, "proved")  # no goal fits: staff choose one

    result = accept_proposals(revision, board_of(revision).rows, by=None)

    assert result == (1, 2)
    assert revision.decisions.get().kind == "ended"


# --- deciding ------------------------------------------------------------------------------------


def test_empty_number_becomes_the_next_free_one(world):
    goals = world[2]
    make_measure(goals[0], "1.1.1")

    numbers = [say(world, index).numbers for index in range(3)]

    assert numbers == ["1.1.2", "1.1.3", "1.1.4"]


def test_split_gets_two_numbers(world):
    decision = say(world, kind="split", reason="Zu groß.")

    assert decision.number_list == ["1.1.1", "1.1.2"]


@pytest.mark.parametrize(
    ("choice", "field"),
    [
        ({"kind": ""}, "kind"),
        ({"kind": "modified"}, "reason"),
        ({"kind": "ended"}, "reason"),
        ({"goal": None}, "goal"),
        ({"goal": None, "numbers": "9.9.9"}, "goal"),
        ({"numbers": "1.1.1, 1.1.2"}, "numbers"),
        ({"numbers": "1..1"}, "numbers"),
        ({"kind": "split", "reason": "x", "numbers": "1.1.1"}, "numbers"),
        ({"kind": "merged", "reason": "x"}, "numbers"),
    ],
)
def test_choice_that_does_not_fit_names_its_field(world, choice, field):
    assert errors_of(lambda: say(world, **choice)) == {field}
    assert not RevisionDecision.objects.exists()


def test_number_that_is_there_needs_no_goal(world):
    make_measure(world[2][0], "1.1.5")

    assert say(world, goal=None, numbers="1.1.5").number_list == ["1.1.5"]


def test_second_of_two_writers_is_told(world):
    first = say(world)

    with pytest.raises(StaleError):
        say(world, kind="ended", reason="Nein.")

    first.refresh_from_db()
    assert (first.kind, first.version) == ("continued", 1)


def test_same_choice_sent_twice_counts_once(world):
    first, second = say(world, numbers=""), say(world, numbers="")

    assert first == second
    assert second.version == 1


def test_decision_can_be_changed_and_taken_back(world):
    say(world)
    changed = say(world, kind="ended", reason="Nein.", seen=1)

    assert (changed.kind, changed.numbers, changed.version) == ("ended", "", 2)
    assert say(world, kind="", seen=2) is None
    assert not RevisionDecision.objects.exists()


def test_board_counts_what_is_decided(world):
    say(world)

    board = board_of(world[0])

    assert (board.decided, len(board.rows)) == (1, 3)
    assert [row.measure.number for row in board.undecided] == ["1.1.2", "1.1.3"]


def test_board_needs_as_many_queries_for_thirty_as_for_three(world, django_assert_num_queries):
    revision, measures, _goals = world
    with django_assert_num_queries(5):
        board_of(revision)

    for number in range(4, 31):
        add_evaluation(make_measure(measures[0].goal, f"1.1.{number}"))
    say(world)
    with django_assert_num_queries(5):
        board_of(revision)


def test_measures_of_drafts_count_too(world):
    make_measure(world[1][0].goal, "1.1.8", published=False)

    assert len(board_of(world[0]).rows) == 4
    assert Measure.objects.count() == 4
