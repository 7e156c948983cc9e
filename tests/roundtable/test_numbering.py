from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.db import connection

from roundtable.models import Meeting, Motion, MotionCounter
from roundtable.numbering import give_meeting_number, next_motion_number
from roundtable.workflow import StepError, submit_motion
from tests.roundtable.factories import make_body, make_meeting, make_motion

DAY = date(2026, 5, 4)
AT_ONCE = 8


def race(work, subjects):
    """Run ``work`` on each subject in a thread of its own, all from the same moment."""
    start = Barrier(len(subjects))

    def run(subject):
        start.wait()
        try:
            return work(subject)
        except StepError:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(len(subjects)) as pool:
        return list(pool.map(run, subjects))


def test_numbers_run_within_their_year(table):
    numbers = [next_motion_number(year) for year in (2025, 2025, 2026, 2025)]

    assert numbers == ["A-2025-001", "A-2025-002", "A-2026-001", "A-2025-003"]


def test_number_of_a_deleted_motion_is_not_given_again(table):
    submit_motion(make_motion(table), on=DAY).delete()

    again = submit_motion(make_motion(table), on=DAY)

    assert again.number == "A-2026-002"


def test_numbers_step_over_those_that_came_with_old_data(table):
    for number in ("A-2026-007", "A-2026-1000", "A-2026-old", "B-2026-2000"):
        make_motion(table, number=number, status="decided", submitted_on=DAY)

    assert next_motion_number(2026) == "A-2026-1001"
    assert next_motion_number(2025) == "A-2025-001"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("year_is_new", [True, False])
def test_motions_submitted_at_once_get_a_number_each(year_is_new):
    table = make_body()
    if not year_is_new:
        MotionCounter.objects.create(year=2026, last_number=0)
    drafts = [make_motion(table) for _ in range(AT_ONCE)]

    race(lambda motion: submit_motion(motion, on=DAY), drafts)

    numbers = sorted(Motion.objects.values_list("number", flat=True))
    assert numbers == [f"A-2026-{number:03}" for number in range(1, AT_ONCE + 1)]


@pytest.mark.django_db(transaction=True)
def test_motion_submitted_twice_at_once_gets_one_number():
    motion = make_motion(make_body())

    results = race(lambda motion: submit_motion(motion, on=DAY).number, [motion] * AT_ONCE)

    assert sorted(results, key=str) == ["A-2026-001"] + [None] * (AT_ONCE - 1)
    assert MotionCounter.objects.get().last_number == 1
    assert motion.steps.count() == 1


@pytest.mark.django_db(transaction=True)
def test_meetings_numbered_at_once_get_a_number_each():
    table = make_body()
    meetings = [make_meeting(table, days=day) for day in range(AT_ONCE)]

    race(give_meeting_number, meetings)

    numbers = sorted(Meeting.objects.values_list("number", flat=True))
    assert numbers == list(range(1, AT_ONCE + 1))


def test_meeting_keeps_the_number_it_has(table):
    make_meeting(table, days=1, number=60)
    other_body = make_meeting(make_body("board", "board"), days=1)
    meeting = make_meeting(table, days=2)

    assert give_meeting_number(meeting) == 61
    assert give_meeting_number(meeting) == 61
    assert give_meeting_number(other_body) == 1
