"""What the database itself refuses."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from interpreters.models import (
    Credential,
    Institution,
    Interpreter,
    Mission,
    MissionTally,
    PoolMembership,
    SpokenLanguage,
)
from tests.interpreters.factories import (
    MORNING,
    make_institution,
    make_interpreter,
    make_mission,
    make_partnership,
)

DAY = date(2026, 3, 2)
pytestmark = pytest.mark.django_db


def refuses(make):
    with pytest.raises(IntegrityError), transaction.atomic():
        make()
    return True


@pytest.mark.parametrize(
    "fields",
    [
        {"ends_at": MORNING},
        {"state": "done", "actual_minutes": None},
        {"state": "done", "actual_minutes": 0},
        {"state": "assigned"},
        {"state": "open", "language": None},
        {"state": "requested", "outcome": "held"},
        {"state": "done", "actual_minutes": 60, "pool": "guide"},
    ],
)
def test_mission_that_makes_no_sense_is_refused(farsi, fields):
    whole = {
        "reference": "T-1",
        "starts_at": MORNING,
        "ends_at": MORNING + timedelta(hours=1),
        "language": farsi,
    }

    assert refuses(lambda: Mission.objects.create(**{**whole, **fields}))


@pytest.mark.parametrize("state", ["requested", "open"])
def test_mission_without_decision_has_no_interpreter(farsi, state):
    person = make_interpreter()

    assert refuses(lambda: make_mission(state=state, language=farsi, interpreter=person))


def test_mission_that_is_done_may_have_lost_its_interpreter(farsi):
    person = make_interpreter()
    mission = make_mission(language=farsi, interpreter=person, pool="volunteer")

    person.delete()

    mission.refresh_from_db()
    assert (mission.interpreter, mission.pool, mission.state) == (None, "volunteer", "done")


def test_mission_of_a_guide_needs_no_language():
    mission = make_mission(kind="guide", pool="guide")

    assert mission.language is None


def test_mission_speaks_of_its_mistake_in_the_users_words(farsi):
    mission = Mission(
        reference="T-1",
        state="done",
        starts_at=MORNING,
        ends_at=MORNING + timedelta(hours=1),
        language=farsi,
    )

    with pytest.raises(ValidationError) as error:
        mission.full_clean()

    assert len(error.value.messages) == 1


def test_mission_reference_is_given_once(farsi):
    make_mission(language=farsi)
    taken = Mission.objects.get().reference

    assert refuses(
        lambda: Mission.objects.create(
            reference=taken, starts_at=MORNING, ends_at=MORNING + timedelta(hours=1)
        )
    )


def test_interpreter_may_be_in_several_pools_but_in_each_once():
    person = make_interpreter(pools=("volunteer", "internal", "guide"))

    assert person.pools_on(DAY) == {"volunteer", "internal", "guide"}
    assert refuses(lambda: PoolMembership.objects.create(interpreter=person, pool="guide"))


def test_interpreter_speaks_each_language_once(farsi):
    person = make_interpreter(languages=[farsi])

    assert refuses(
        lambda: SpokenLanguage.objects.create(interpreter=person, language=farsi, level="A1")
    )


def test_interpreter_address_is_entered_once_whatever_its_case():
    make_interpreter(email="rana@example.org")
    make_interpreter("Ohne Adresse")
    make_interpreter("Auch ohne")

    assert refuses(lambda: make_interpreter(email="RANA@example.org"))


def test_interpreter_comes_calls_or_joins_by_video():
    assert refuses(lambda: make_interpreter(comes_on_site=False))


def test_membership_and_credential_end_after_they_begin():
    person = make_interpreter(pools=())

    assert refuses(
        lambda: PoolMembership.objects.create(
            interpreter=person, pool="guide", joined_on=DAY, left_on=DAY - timedelta(days=1)
        )
    )
    assert refuses(
        lambda: Credential.objects.create(
            interpreter=person, kind="other", seen_on=DAY, valid_until=DAY - timedelta(days=1)
        )
    )


def test_in_pool_counts_the_first_and_the_last_day():
    person = make_interpreter(pools=())
    PoolMembership.objects.create(
        interpreter=person, pool="guide", joined_on=DAY, left_on=DAY + timedelta(days=1)
    )

    in_pool = [
        Interpreter.objects.in_pool("guide", today=DAY + timedelta(days=offset)).count()
        for offset in (-1, 0, 1, 2)
    ]

    assert in_pool == [0, 1, 1, 0]


def test_institution_has_a_name_or_an_organisation(office):
    make_institution()

    assert refuses(lambda: Institution.objects.create(kind="other"))
    assert refuses(lambda: make_institution("PRAXIS AM HAFEN"))


@pytest.mark.parametrize(
    "fields",
    [{"count": 0}, {"last_day": date(2009, 12, 31)}],
)
def test_tally_counts_something_in_a_period(fields):
    whole = {"first_day": date(2010, 1, 1), "last_day": date(2016, 12, 31), "count": 436}

    assert refuses(lambda: MissionTally.objects.create(**{**whole, **fields}))


def test_tally_names_its_period():
    spans = MissionTally(first_day=date(2010, 1, 1), last_day=date(2016, 12, 31))
    year = MissionTally(first_day=date(2016, 1, 1), last_day=date(2016, 12, 31))

    assert (spans.period, spans.year) == ("2010–2016", None)
    assert (year.period, year.year) == ("2016", 2016)


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "active"},
        {"state": "ended", "started_on": DAY},
        {"state": "active", "started_on": DAY, "ended_on": DAY},
        {"state": "proposed", "end_reason": "moved"},
        {"state": "ended", "started_on": DAY, "ended_on": DAY - timedelta(days=1)},
    ],
)
def test_partnership_that_makes_no_sense_is_refused(fields):
    assert refuses(lambda: make_partnership(**fields))


def test_credential_newest_of_kind_leaves_out_what_was_renewed():
    person = make_interpreter()
    make = Credential.objects.create
    make(
        interpreter=person, kind="good_conduct", seen_on=DAY - timedelta(days=900), valid_until=DAY
    )
    new = make(interpreter=person, kind="good_conduct", seen_on=DAY)
    other = make(interpreter=person, kind="other", seen_on=DAY - timedelta(days=900))

    newest = Credential.objects.newest_of_kind()

    assert set(newest) == {new, other}
