"""The quick form: a mission in 20 seconds, and the last one taken back."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from interpreters.mission_log import undo_last_entry
from interpreters.models import Institution, Mission
from tests.interpreters.factories import make_institution, make_interpreter, make_mission


@pytest.fixture
def url():
    return reverse("interpreters:log")


@pytest.fixture
def desk(client_of, interpreter_desk, office):
    return client_of(interpreter_desk)


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def rana(farsi, german):
    return make_interpreter("Rana Beispiel", languages=[farsi, german])


@pytest.fixture
def entry(rana, today):
    return {
        "interpreter": "Rana Beispiel",
        "language": "",
        "minutes": "60",
        "institution": "",
        "subject": "authority",
        "mode": "on_site",
        "day": today.isoformat(),
        "clock": "",
        "kind": "interpreter",
        "outcome": "held",
        "client_code": "",
    }


def errors_of(response):
    return {name: list(found) for name, found in response.context["form"].errors.items()}


def shown(response):
    form = response.context["form"]
    return {name: str(form[name].value() or "") for name in form.fields}


def test_log_form_starts_with_sensible_values(desk, url, today):
    values = shown(desk.get(url))

    assert values["day"] == today.isoformat()
    assert (values["minutes"], values["mode"], values["kind"]) == ("60", "on_site", "interpreter")


def test_log_entry_with_the_name_alone_is_a_whole_mission(desk, url, entry, rana, farsi, today):
    response = desk.post(url, entry)

    mission = Mission.objects.get()
    assert (response.status_code, response["Location"]) == (302, url)
    assert (mission.interpreter, mission.language, mission.pool) == (rana, farsi, "volunteer")
    assert (mission.state, mission.outcome, mission.actual_minutes) == ("done", "held", 60)
    assert (mission.day, mission.is_time_known) == (today, False)
    assert mission.reference == f"E-{today.year}-0001"
    assert mission.logged_by.email == "interpreter-desk@example.org"


def test_log_entry_with_a_time_knows_it(desk, url, entry):
    desk.post(url, entry | {"clock": "10:30", "minutes": "45"})

    mission = Mission.objects.get()
    assert f"{timezone.localtime(mission.starts_at):%H:%M}" == "10:30"
    assert (mission.is_time_known, mission.planned_minutes) == (True, 45)


def test_log_form_remembers_what_the_next_entry_shares(desk, url, entry, today):
    yesterday = (today - timedelta(days=1)).isoformat()
    desk.post(
        url,
        entry
        | {
            "institution": "Praxis am Hafen",
            "subject": "doctor",
            "mode": "phone",
            "day": yesterday,
            "client_code": "P-17",
        },
    )

    values = shown(desk.get(url))

    assert (values["institution"], values["subject"]) == ("Praxis am Hafen", "doctor")
    assert (values["mode"], values["day"]) == ("phone", yesterday)
    assert (values["interpreter"], values["client_code"]) == ("", "")


def test_log_form_forgets_the_day_overnight(desk, url, entry, today):
    desk.post(url, entry | {"mode": "phone", "day": (today - timedelta(days=3)).isoformat()})
    session = desk.session
    session["interpreters_log"] = session["interpreters_log"] | {"on": "2020-01-01"}
    session.save()

    values = shown(desk.get(url))

    assert (values["day"], values["mode"]) == (today.isoformat(), "phone")


@pytest.mark.parametrize("typed", ["rana", "BEISPIEL", "rana beispiel"])
def test_log_finds_a_person_by_a_part_of_the_name(desk, url, entry, rana, typed):
    desk.post(url, entry | {"interpreter": typed})

    assert Mission.objects.get().interpreter == rana


def test_log_tells_namesakes_apart(desk, url, entry, farsi):
    other = make_interpreter("Rana Beispiel", languages=[farsi], district="Mürwik")

    both = desk.post(url, entry | {"interpreter": "Rana"})
    desk.post(url, entry | {"interpreter": "Rana Beispiel (Mürwik)"})

    assert list(errors_of(both)) == ["interpreter"]
    assert Mission.objects.get().interpreter == other


def test_log_asks_which_of_several_languages(desk, url, entry, kurmanji, sorani):
    make_interpreter("Zwei Sprachen", languages=[kurmanji, sorani])

    unclear = desk.post(url, entry | {"interpreter": "Zwei Sprachen"})
    group = desk.post(url, entry | {"interpreter": "Zwei Sprachen", "language": "Kurdisch"})
    desk.post(url, entry | {"interpreter": "Zwei Sprachen", "language": "sorani"})

    assert list(errors_of(unclear)) == ["language"]
    assert "Sorani (Zentralkurdisch)" in errors_of(group)["language"][0]
    assert Mission.objects.get().language == sorani


def test_log_of_a_guide_goes_to_the_guides(desk, url, entry):
    make_interpreter("Lotta Lotse", pools=["guide"])

    desk.post(url, entry | {"interpreter": "Lotta", "kind": "guide"})

    mission = Mission.objects.get()
    assert (mission.kind, mission.pool, mission.language) == ("guide", "guide", None)


def test_log_finds_or_makes_the_institution(desk, url, entry):
    known = make_institution("Rathaus", kind="authority", is_approved=True)

    desk.post(url, entry | {"institution": "rathaus"})
    desk.post(url, entry | {"institution": "Grundschule  Nord", "subject": "school"})

    made = Institution.objects.get(name="Grundschule Nord")
    assert (made.kind, made.is_approved) == ("school", False)
    assert list(Mission.objects.order_by("pk").values_list("institution", flat=True)) == [
        known.pk,
        made.pk,
    ]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"interpreter": "Niemand"}, "interpreter"),
        ({"interpreter": ""}, "interpreter"),
        ({"language": "Klingonisch"}, "language"),
        ({"minutes": "0"}, "minutes"),
        ({"day": "2999-01-01"}, "day"),
    ],
)
def test_log_entry_with_a_mistake_is_shown_again(desk, url, entry, changes, field):
    response = desk.post(url, entry | changes)

    assert list(errors_of(response)) == [field]
    assert Mission.objects.count() == 0


def test_log_shows_the_own_last_five(desk, url, entry, farsi, lead):
    make_mission(language=farsi, logged_by=lead)
    for _number in range(6):
        desk.post(url, entry)

    response = desk.get(url)

    shown_entries = [mission.reference[-4:] for mission in response.context["entries"]]
    assert shown_entries == ["0006", "0005", "0004", "0003", "0002"]


def test_log_entry_is_taken_back_into_the_form(desk, url, entry):
    desk.post(url, entry | {"minutes": "90", "institution": "Rathaus", "client_code": "A-1"})

    response = desk.post(reverse("interpreters:undo"), follow=True)

    values = shown(response)
    assert Mission.objects.count() == 0
    assert (values["interpreter"], values["minutes"]) == ("Rana Beispiel", "90")
    assert (values["institution"], values["client_code"]) == ("Rathaus", "A-1")
    assert response.context["can_undo"] is False


def test_undo_takes_only_what_one_logged_oneself_within_the_hour(farsi, lead, interpreter_desk):
    now = timezone.now()
    foreign = make_mission(language=farsi, logged_by=lead)
    old = make_mission(language=farsi, logged_by=interpreter_desk)
    Mission.objects.filter(pk=old.pk).update(created_at=now - timedelta(hours=2))

    undone = undo_last_entry(interpreter_desk, now=now)

    assert undone is None
    assert set(Mission.objects.all()) == {foreign, old}


def test_undo_by_get_does_nothing(desk, url, entry):
    desk.post(url, entry)

    response = desk.get(reverse("interpreters:undo"))

    assert (response.status_code, Mission.objects.count()) == (405, 1)


def test_log_form_needs_the_same_queries_for_one_row_and_for_three(
    desk, url, entry, farsi, django_assert_num_queries
):
    desk.post(url, entry | {"institution": "Rathaus"})
    desk.get(url)  # shows the message
    with django_assert_num_queries(11):
        desk.get(url)
    for number in range(2):
        make_interpreter(f"Person {number}", languages=[farsi])
        desk.post(url, entry | {"institution": f"Amt {number}"})
    desk.get(url)

    with django_assert_num_queries(11):
        desk.get(url)
