"""Numbers one after the other, also when two people ask at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction

from interpreters.reference import next_reference
from tests.interpreters.factories import make_mission


def test_next_reference_counts_within_a_year(db):
    given = [next_reference(year=year) for year in (2026, 2026, 2027)]

    assert given == ["E-2026-0001", "E-2026-0002", "E-2027-0001"]


def test_next_reference_steps_over_numbers_of_old_data(db, farsi):
    for number in ("E-2026-0007", "E-2026-10000", "E-2025-20000"):
        mission = make_mission(language=farsi)
        mission.reference = number
        mission.save()

    assert next_reference(year=2026) == "E-2026-10001"


def test_next_reference_is_given_back_with_its_transaction(db):
    with transaction.atomic():
        next_reference(year=2026)
        transaction.set_rollback(True)

    assert next_reference(year=2026) == "E-2026-0001"


@pytest.mark.django_db(transaction=True)
def test_next_reference_has_no_twins_in_a_race():
    callers, each = 6, 5
    start = Barrier(callers)

    def ask(_number):
        try:
            start.wait()
            return [next_reference(year=2026) for _ in range(each)]
        finally:
            connection.close()

    with ThreadPoolExecutor(callers) as pool:
        given = sorted(number for numbers in pool.map(ask, range(callers)) for number in numbers)

    assert given == [f"E-2026-{number:04}" for number in range(1, callers * each + 1)]
