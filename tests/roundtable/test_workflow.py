from datetime import date, timedelta

import pytest

from roundtable.models import Motion
from roundtable.models.motions import EXPLANATIONS, NEXT, MotionStatus
from roundtable.timeline import timeline_of
from roundtable.workflow import StepError, advance_motion, submit_motion
from tests.roundtable.factories import make_motion, make_user

DAY = date(2026, 5, 4)


@pytest.fixture
def submitted(table):
    return submit_motion(make_motion(table), on=DAY)


def walk(motion, *statuses):
    for days, status in enumerate(statuses, start=1):
        advance_motion(motion, to=MotionStatus(status), on=DAY + timedelta(days=days))
    motion.refresh_from_db()


def test_submission_gives_number_day_and_first_step(table):
    person = make_user()

    motion = submit_motion(make_motion(table), on=DAY, by=person)

    stored = Motion.objects.get(pk=motion.pk)
    assert (stored.number, stored.status, stored.submitted_on) == ("A-2026-001", "submitted", DAY)
    step = stored.steps.get()
    assert (step.status, step.reached_on, step.recorded_by) == ("submitted", DAY, person)


def test_submission_keeps_what_was_edited_meanwhile(table):
    stale = make_motion(table, title="Old")
    Motion.objects.update(title_de="New")

    submit_motion(stale, on=DAY)

    assert Motion.objects.get().title_de == "New"


def test_motion_is_submitted_once(submitted):
    with pytest.raises(StepError):
        submit_motion(submitted, on=DAY)


def test_every_status_has_an_explanation_and_a_place_in_the_order():
    assert set(EXPLANATIONS) == set(NEXT) == set(MotionStatus)


@pytest.mark.parametrize("status", list(MotionStatus))
@pytest.mark.parametrize("to", list(MotionStatus))
def test_only_what_may_follow_follows(table, status, to):
    number = {} if status == "draft" else {"number": "A-2026-001", "submitted_on": DAY}
    motion = make_motion(table, status=status, **number)
    # A draft is submitted by its own verb, which gives the number.
    may = status != "draft" and to in NEXT[status]

    try:
        advance_motion(motion, to=to, on=DAY)
    except StepError:
        went = False
    else:
        went = True

    motion.refresh_from_db()
    assert went == may
    assert motion.status == (to if may else status)


def test_step_keeps_day_note_and_who(submitted):
    person = make_user()

    step = advance_motion(
        submitted, to=MotionStatus.RESOLVED, on=DAY, note="Unanimously", by=person
    )

    assert (step.status, step.reached_on, step.note) == ("resolved", DAY, "Unanimously")
    assert step.recorded_by == person


def test_step_does_not_go_back_in_time(submitted):
    with pytest.raises(StepError):
        advance_motion(submitted, to=MotionStatus.RESOLVED, on=DAY - timedelta(days=1))

    submitted.refresh_from_db()
    assert submitted.status == "submitted"


def test_timeline_shows_what_was_and_what_usually_comes(submitted):
    walk(submitted, "resolved")

    timeline = timeline_of(submitted)

    assert [(entry.label, entry.reached_on, entry.is_current) for entry in timeline] == [
        (MotionStatus.SUBMITTED.label, DAY, False),
        (MotionStatus.RESOLVED.label, DAY + timedelta(days=1), True),
        (MotionStatus.IN_ADMINISTRATION.label, None, False),
        (MotionStatus.IN_COMMITTEE.label, None, False),
        (MotionStatus.DECIDED.label, None, False),
    ]


def test_timeline_keeps_each_committee(submitted):
    walk(submitted, "resolved", "in_committee", "in_committee", "decided")

    labels = [entry.label for entry in timeline_of(submitted)]

    assert labels == [
        MotionStatus(status).label
        for status in ("submitted", "resolved", "in_committee", "in_committee", "decided")
    ]


def test_timeline_of_a_withdrawn_motion_has_no_outlook(submitted):
    walk(submitted, "withdrawn")

    assert [entry.label for entry in timeline_of(submitted)][1:] == [MotionStatus.WITHDRAWN.label]


def test_timeline_of_a_draft_lies_ahead(table):
    assert {entry.reached_on for entry in timeline_of(make_motion(table))} == {None}
