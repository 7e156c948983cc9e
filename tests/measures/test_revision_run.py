from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory.models import Quarter, Topic
from measures.models import Measure, MeasureLink, Revision, TargetGroup
from measures.revision import Choice, StaleError, begin_revision, decide
from measures.revision_board import board_of
from measures.revision_run import carry_out, plan_of, undo
from tests.measures.factories import (
    LONG_AGO,
    add_evaluation,
    add_participant,
    make_measure,
    make_organisation,
    make_two_concepts,
)

NOW = datetime(2016, 3, 1, tzinfo=UTC)


@pytest.fixture
def world(db):
    return make_world()


def make_world(old_measures=3):
    old, new, measures, goals = make_two_concepts(old_measures=old_measures)
    return begin_revision(old, new, copy_structure=False, by=None), measures, goals


def say(world, index=0, *, seen=0, **choice):
    revision, measures, goals = world
    options = {"kind": "continued", "goal": goals[0], "reason": "Darum."} | choice
    return decide(revision, measures[index], choice=Choice(**options), seen=seen, by=None)


def links():
    """(old number, kind, new number) of every link."""
    return sorted(
        MeasureLink.objects.values_list("predecessor__number", "kind", "successor__number"),
        key=str,
    )


def new_measures(world):
    return Measure.objects.in_concept(world[0].new_concept).order_by("number_key")


# --- carrying out --------------------------------------------------------------------------------


def test_draft_takes_over_what_describes_the_measure(world):
    revision, (old, *_others), goals = world
    group = TargetGroup.objects.create(slug="parents", name_de="Eltern")
    topic = Topic.objects.create(slug="language", name_de="Sprache")
    quarter = Quarter.objects.create(slug="north", name="Nordstadt")
    Measure.objects.filter(pk=old.pk).update(
        title_de="Pool",
        title_ar="مجموعة",
        description_uk="Опис",
        quarter=quarter,
        is_permanent=True,
        starts_on=date(2012, 1, 1),
    )
    old.target_groups.add(group)
    old.topics.add(topic)
    add_participant(old, make_organisation("library"), "lead")
    add_evaluation(old)
    old.milestones.create(title_de="Start")

    say(world, numbers="1.2.9", goal=goals[1], resolution="RV-1/2016")
    carry_out(revision, now=NOW)

    draft = new_measures(world).get()
    assert not draft.is_published
    assert (draft.number, draft.goal) == ("1.2.9", goals[1])
    assert (draft.title_de, draft.title_ar, draft.description_uk) == ("Pool", "مجموعة", "Опис")
    assert (draft.quarter, draft.is_permanent, draft.starts_on) == (quarter, True, date(2012, 1, 1))
    assert (list(draft.target_groups.all()), list(draft.topics.all())) == ([group], [topic])
    assert [(p.organisation.slug, p.role) for p in draft.participants.all()] == [
        ("library", "lead")
    ]
    assert (draft.evaluations.count(), draft.milestones.count()) == (0, 0)
    link = MeasureLink.objects.get()
    assert (link.reason_de, link.resolution) == ("Darum.", "RV-1/2016")


def test_merge_makes_one_draft_out_of_several(world):
    revision, measures, _goals = world
    for index, measure in enumerate(measures[:2]):
        Measure.objects.filter(pk=measure.pk).update(description_de=f"Text {index}.")
        add_participant(measure, make_organisation("library" if index else "school"))
    say(world, 0, kind="merged", numbers="1.1.1")
    say(world, 1, kind="continued", numbers="1.1.1")

    carry_out(revision, now=NOW)

    draft = new_measures(world).get()
    assert draft.title_de == "Maßnahme 1.1.2"  # who goes on gives the name
    assert draft.description_de == "Text 1.\n\nText 0."
    assert draft.participants.count() == 2
    assert links() == [("1.1.1", "merged", "1.1.1"), ("1.1.2", "continued", "1.1.1")]


def test_split_makes_several_drafts_and_an_end_none(world):
    revision = world[0]
    say(world, 0, kind="split")
    say(world, 1, kind="ended")

    carry_out(revision, now=NOW)

    assert [measure.number for measure in new_measures(world)] == ["1.1.1", "1.1.2"]
    assert links() == [
        ("1.1.1", "split", "1.1.1"),
        ("1.1.1", "split", "1.1.2"),
        ("1.1.2", "ended", None),
    ]
    assert MeasureLink.objects.get(kind="ended").left_out_of == revision.new_concept


def test_measure_that_is_there_is_linked_and_not_changed(world):
    there = make_measure(world[2][0], "1.1.5", title_de="Schon da")
    say(world, numbers="1.1.5")

    carry_out(world[0], now=NOW)

    assert new_measures(world).get() == there
    assert new_measures(world).get().title_de == "Schon da"
    assert links() == [("1.1.1", "continued", "1.1.5")]


def test_carrying_out_again_repeats_nothing(world):
    revision = world[0]
    say(world, 0)
    first = carry_out(revision, now=NOW)
    say(world, 1)

    second, third = carry_out(revision, now=NOW), carry_out(revision, now=NOW)

    assert [d.measure.number for d in first] == ["1.1.1"]
    assert [d.measure.number for d in second] == ["1.1.2"]
    assert third == []
    assert new_measures(world).count() == 2


def test_part_is_carried_out_alone(world):
    decisions = [say(world, index) for index in range(3)]

    carry_out(world[0], now=NOW, only=[str(decisions[1].pk)])

    assert links() == [("1.1.2", "continued", "1.1.2")]


def test_resolution_can_follow_later(world):
    revision = world[0]
    say(world, 0)
    say(world, 1, resolution="eigene")
    carry_out(revision, now=NOW)

    Revision.objects.update(resolution="RV-7/2016")
    carry_out(revision, now=NOW)

    resolutions = MeasureLink.objects.order_by("predecessor").values_list("resolution", flat=True)
    assert list(resolutions) == ["RV-7/2016", "eigene"]


def test_plan_that_was_seen_is_the_one_carried_out(world):
    say(world, 0)
    state = plan_of(world[0]).state
    say(world, 1)

    with pytest.raises(StaleError):
        carry_out(world[0], now=NOW, state=state)

    assert links() == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"kind": "merged", "numbers": "1.1.1"}, {"kind": "ended"}),  # merged with nobody
        ({"numbers": "1.1.1"}, {"kind": "modified", "numbers": "1.1.1"}),  # two go on as one
    ],
)
def test_what_does_not_fit_together_waits(world, first, second):
    say(world, 0, **first)
    say(world, 1, **second)

    carry_out(world[0], now=NOW)

    assert new_measures(world).count() == 0
    assert len(plan_of(world[0]).stuck) == 1


# --- taking back ---------------------------------------------------------------------------------


def test_undo_takes_back_draft_and_link_and_keeps_the_decision(world):
    decision = say(world)
    carry_out(world[0], now=NOW)

    undo(decision)

    decision.refresh_from_db()
    assert (links(), new_measures(world).count(), decision.is_carried_out) == ([], 0, False)
    carry_out(world[0], now=NOW)
    assert links() == [("1.1.1", "continued", "1.1.1")]


def test_undo_of_a_merger_takes_all_of_it_back(world):
    decision = say(world, 0, kind="merged", numbers="1.1.1")
    say(world, 1, kind="merged", numbers="1.1.1")
    say(world, 2)
    carry_out(world[0], now=NOW)

    assert len(undo(decision)) == 2
    assert links() == [("1.1.3", "continued", "1.1.2")]


@pytest.mark.parametrize(
    "work",
    [
        lambda m: Measure.objects.filter(pk=m.pk).update(title_ar="عنوان"),
        lambda m: m.publish(at=LONG_AGO),
        lambda m: add_participant(m, make_organisation("new")),
        lambda m: m.milestones.create(title_de="Start"),
        lambda m: add_evaluation(m),
    ],
)
def test_undo_never_loses_work(world, work):
    decision = say(world)
    carry_out(world[0], now=NOW)
    work(new_measures(world).get())

    with pytest.raises(ValidationError):
        undo(decision)

    assert new_measures(world).count() == 1
    assert links() == [("1.1.1", "continued", "1.1.1")]


def test_undo_keeps_a_measure_that_was_there_before(world):
    make_measure(world[2][0], "1.1.5", published=False)
    decision = say(world, numbers="1.1.5")
    carry_out(world[0], now=NOW)

    undo(decision)

    assert (links(), new_measures(world).count()) == ([], 1)


def test_carried_out_decision_is_not_changed(world):
    say(world)
    carry_out(world[0], now=NOW)

    with pytest.raises(ValidationError):
        say(world, kind="ended", seen=1)


# --- two at once ---------------------------------------------------------------------------------


def race(function, times=2):
    def call(_index):
        try:
            return function()
        except (StaleError, ValidationError):
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(call, range(times)))


@pytest.mark.django_db(transaction=True)
def test_two_who_carry_out_at_once_do_it_once():
    world = make_world()
    say(world, 0, kind="split")
    say(world, 1)
    say(world, 2, kind="ended")

    done = race(lambda: len(carry_out(world[0], now=NOW)), 3)

    assert sorted(done) == [0, 0, 3]
    assert new_measures(world).count() == 3
    assert MeasureLink.objects.count() == 4


@pytest.mark.django_db(transaction=True)
def test_two_who_decide_on_one_measure_at_once_make_one_decision():
    world = make_world()
    kinds = iter(["continued", "modified", "replaced"])

    results = race(lambda: say(world, kind=next(kinds)), 3)

    assert sum(result is not None for result in results) == 1
    assert world[0].decisions.get().version == 1


@pytest.mark.django_db(transaction=True)
def test_measures_decided_at_once_get_a_number_each():
    world = make_world()
    indexes = iter(range(3))

    race(lambda: say(world, next(indexes)), 3)

    numbers = world[0].decisions.values_list("numbers", flat=True)
    assert sorted(numbers) == ["1.1.1", "1.1.2", "1.1.3"]


# --- whatever staff do ---------------------------------------------------------------------------

KINDS = ["continued", "modified", "merged", "split", "replaced", "ended", ""]
STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("decide"),
            st.integers(0, 3),
            st.sampled_from(KINDS),
            st.sampled_from(["", "1.1.1", "1.1.2", "1.1.1, 1.1.3", "1.2.1"]),
            st.integers(0, 1),
        ),
        st.tuples(st.just("carry out")),
        st.tuples(st.just("undo"), st.integers(0, 3)),
    ),
    max_size=14,
)


@pytest.mark.django_db
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
def test_every_measure_is_linked_or_listed_and_the_structure_holds(steps):
    with transaction.atomic():
        world = make_world(old_measures=4)
        for step in steps:
            with suppress(ValidationError, StaleError):
                play(world, step)
        check_structure(world)
        transaction.set_rollback(True)


def play(world, step):
    revision, measures, goals = world
    if step[0] == "carry out":
        carry_out(revision, now=NOW)
        return
    decision = revision.decisions.filter(measure=measures[step[1]]).first()
    if step[0] == "undo":
        if decision:
            undo(decision)
        return
    _verb, index, kind, numbers, goal = step
    choice = Choice(kind, "Darum.", goal=goals[goal], numbers=numbers)
    seen = decision.version if decision else 0
    with transaction.atomic():
        decide(revision, measures[index], choice=choice, seen=seen, by=None)


def check_structure(world):
    revision, measures, _goals = world
    rows = {row.measure.pk: row for row in board_of(revision).rows}
    for measure in measures:
        kinds = list(measure.successor_links.values_list("kind", flat=True))
        decision = rows[measure.pk].decision
        is_done = decision is not None and decision.is_carried_out
        assert bool(kinds) == is_done
        assert not kinds or set(kinds) == {decision.kind}
        if is_done:
            expected = 1 if decision.kind == "ended" else len(decision.number_list)
            assert len(kinds) == expected
            assert decision.kind != "split" or expected >= 2
    for successor in new_measures(world):
        kinds = list(successor.predecessor_links.values_list("kind", flat=True))
        going_on = [kind for kind in kinds if kind in {"continued", "modified", "replaced"}]
        assert kinds, "a draft that nothing leads to"
        assert len(going_on) < 2
        assert "merged" not in kinds or len(kinds) >= 2
    for link in MeasureLink.objects.exclude(successor=None):
        assert link.predecessor.concept.period_from < link.successor.concept.period_from
