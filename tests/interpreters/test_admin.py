"""The administration opens, gives numbers and forgets people properly."""

from datetime import date

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from interpreters.models import (
    Credential,
    Interpreter,
    Mission,
    MissionRequest,
    MissionTally,
    PartnershipTally,
)
from tests.interpreters.factories import (
    make_institution,
    make_interpreter,
    make_mission,
    make_partnership,
)

MODELS = (
    "interpreter",
    "credential",
    "institution",
    "mission",
    "missiontally",
    "partnership",
    "partnershiptally",
)


@pytest.fixture
def admin(client_of, lead, office):
    return client_of(lead)


@pytest.fixture
def rows(farsi):
    person = make_interpreter(languages=[farsi])
    Credential.objects.create(interpreter=person, kind="other", seen_on=date(2025, 1, 1))
    mission = make_mission(language=farsi, interpreter=person, institution=make_institution())
    MissionRequest.objects.create(
        mission=mission,
        institution_name="Praxis",
        contact_name="Mona Muster",
        contact_email="mona@example.org",
    )
    make_partnership(volunteer=person)
    period = {"first_day": date(2010, 1, 1), "last_day": date(2016, 12, 31), "source": "Bericht"}
    MissionTally.objects.create(count=436, **period)
    PartnershipTally.objects.create(count=88, **period)
    return person


@pytest.mark.parametrize("model", MODELS)
def test_admin_pages_open(admin, rows, model):
    from django.apps import apps

    row = apps.get_model("interpreters", model).objects.first()

    pages = [
        admin.get(reverse(f"admin:interpreters_{model}_changelist")),
        admin.get(reverse(f"admin:interpreters_{model}_change", args=[row.pk])),
        admin.get(reverse(f"admin:interpreters_{model}_add")),
    ]

    assert [page.status_code for page in pages] == [200, 200, 200]


@pytest.mark.parametrize(
    ("model", "query"),
    [
        ("interpreter", "pool=volunteer"),
        ("interpreter", "pool=none"),
        ("credential", "validity=soon"),
        ("credential", "validity=expired"),
    ],
)
def test_admin_filters_open(admin, rows, model, query):
    page = admin.get(reverse(f"admin:interpreters_{model}_changelist") + f"?{query}")

    assert page.context["cl"].result_count == (1 if query == "pool=volunteer" else 0)


def test_admin_lists_need_the_same_queries_for_one_and_for_three(
    admin, farsi, django_assert_max_num_queries
):
    def count_queries():
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as captured:
            for model in ("interpreter", "institution", "mission", "partnership"):
                admin.get(reverse(f"admin:interpreters_{model}_changelist"))
        return len(captured)

    def add(number):
        person = make_interpreter(f"Person {number}", languages=[farsi])
        practice = make_institution(f"Amt {number}")
        make_mission(language=farsi, interpreter=person, institution=practice)
        make_partnership(f"L-{number}", volunteer=person, learner_language=farsi)

    add(1)
    count_queries()
    with_one = count_queries()
    add(2)
    add(3)

    assert count_queries() == with_one


def test_admin_gives_a_new_mission_its_number(admin, lead, farsi):
    admin.post(
        reverse("admin:interpreters_mission_add"),
        {
            "kind": "interpreter",
            "state": "open",
            "outcome": "",
            "language": farsi.pk,
            "mode": "phone",
            "subject": "doctor",
            "starts_at_0": "2026-03-02",
            "starts_at_1": "10:00",
            "ends_at_0": "2026-03-02",
            "ends_at_1": "11:00",
            "is_time_known": "on",
            "request-TOTAL_FORMS": "0",
            "request-INITIAL_FORMS": "0",
        },
    )

    mission = Mission.objects.get()
    assert mission.reference.startswith("E-")
    assert mission.logged_by == lead


def test_admin_says_which_rule_a_mission_breaks(admin, farsi):
    mission = make_mission(state="open", language=farsi)

    response = admin.post(
        reverse("admin:interpreters_mission_change", args=[mission.pk]),
        {
            "kind": "interpreter",
            "state": "assigned",
            "language": farsi.pk,
            "mode": "phone",
            "subject": "doctor",
            "starts_at_0": "2026-03-02",
            "starts_at_1": "10:00",
            "ends_at_0": "2026-03-02",
            "ends_at_1": "09:00",
            "request-TOTAL_FORMS": "0",
            "request-INITIAL_FORMS": "0",
        },
    )

    errors = response.context["adminform"].form.non_field_errors()
    assert len(errors) == 2


@pytest.mark.parametrize("by_action", [True, False])
def test_admin_deletion_forgets_the_person(admin, farsi, by_action):
    person = make_interpreter("Zarah Vergessmich")
    ahead = make_mission(state="assigned", language=farsi, interpreter=person)

    if by_action:
        url = reverse("admin:interpreters_interpreter_changelist")
        data = {"action": "delete_selected", "_selected_action": [person.pk], "post": "yes"}
    else:
        url = reverse("admin:interpreters_interpreter_delete", args=[person.pk])
        data = {"post": "yes"}
    admin.post(url, data)

    ahead.refresh_from_db()
    assert Interpreter.objects.count() == 0
    assert ahead.state == "open"
    assert LogEntry.objects.filter(object_repr__contains="Zarah").count() == 0


def test_admin_approves_institutions(admin):
    practice = make_institution()

    admin.post(
        reverse("admin:interpreters_institution_changelist"),
        {"action": "approve_selected", "_selected_action": [practice.pk]},
    )

    practice.refresh_from_db()
    assert practice.is_approved is True
