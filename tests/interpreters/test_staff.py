"""The office's list of missions, its table for spreadsheets, its numbers; and who may see them."""

import csv
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.urls import reverse

from tests.interpreters.factories import make_institution, make_interpreter, make_mission

STAFF_PAGES = ("log", "missions", "missions_csv", "statistics")


@pytest.fixture
def desk(client_of, interpreter_desk, office):
    return client_of(interpreter_desk)


@pytest.fixture
def url():
    return reverse("interpreters:missions")


def at(year, month, day=15):
    return datetime(year, month, day, 9, 0, tzinfo=UTC)


def references(response):
    return {mission.reference for mission in response.context["page"]}


def read_csv(response):
    text = response.content.decode("utf-8-sig")
    return list(csv.reader(StringIO(text), delimiter=";"))


@pytest.mark.parametrize("name", STAFF_PAGES)
@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("interpreter_desk", 200),
        ("lead", 200),
        ("editor", 403),
        ("newsletter_desk", 403),
        ("member", 403),
        ("auditor", 403),
    ],
)
def test_staff_page_opens_for_the_desk_and_the_lead_alone(
    request, client_of, office, name, role, status
):
    user = request.getfixturevalue(role)

    response = client_of(user).get(reverse(f"interpreters:{name}"))

    assert response.status_code == status


@pytest.mark.parametrize("name", STAFF_PAGES)
def test_staff_page_asks_a_stranger_to_sign_in(client, office, name):
    response = client.get(reverse(f"interpreters:{name}"))

    assert (response.status_code, "/account/login/" in response["Location"]) == (302, True)


def test_missions_are_filtered(desk, url, farsi, sorani):
    may = make_mission(language=farsi, starts_at=at(2026, 5), pool="volunteer")
    june = make_mission(language=sorani, starts_at=at(2026, 6), pool="internal")
    asked = make_mission(state="requested", starts_at=at(2026, 6))
    late = make_mission(
        state="assigned", language=farsi, starts_at=at(2020, 1), interpreter=make_interpreter()
    )
    guide = make_mission(kind="guide", pool="guide", starts_at=at(2025, 6))

    found = {
        query: references(desk.get(f"{url}?{query}"))
        for query in (
            "month=2026-06",
            "language=ckb",
            "pool=volunteer",
            "kind=guide",
            "state=waiting",
            "state=unlogged",
            "state=done&month=2026-06",
        )
    }

    assert found == {
        "month=2026-06": {june.reference, asked.reference},
        "language=ckb": {june.reference},
        "pool=volunteer": {may.reference},
        "kind=guide": {guide.reference},
        "state=waiting": {asked.reference},
        "state=unlogged": {late.reference},
        "state=done&month=2026-06": {june.reference},
    }


def test_missions_need_the_same_queries_for_one_and_for_three(
    desk, url, farsi, django_assert_num_queries
):
    def add(number):
        make_mission(
            language=farsi,
            interpreter=make_interpreter(f"Person {number}"),
            institution=make_institution(f"Amt {number}"),
        )

    add(1)
    desk.get(url)
    with django_assert_num_queries(8):
        desk.get(url)
    add(2)
    add(3)

    with django_assert_num_queries(8):
        desk.get(url)


def test_export_has_the_filtered_missions_without_names(desk, farsi):
    rana = make_interpreter("Rana Beispiel")
    practice = make_institution("Praxis am Hafen")
    make_mission(
        language=farsi,
        interpreter=rana,
        pool="volunteer",
        institution=practice,
        client_code="P-17",
        starts_at=at(2026, 5, 4),
        minutes=45,
    )
    make_mission(language=farsi, starts_at=at(2026, 6))

    response = desk.get(reverse("interpreters:missions_csv"), {"month": "2026-05"})

    heading, row = read_csv(response)
    assert len(heading) == len(row) == 12
    assert row[4:8] == ["2026-05-04", "45", "45", "Persisch (Farsi, Iran)"]
    assert row[10] == "Praxis am Hafen"
    assert "Rana" not in response.content.decode()
    assert "P-17" not in response.content.decode()
    assert response["Content-Disposition"].endswith('.csv"')


@pytest.mark.parametrize("name", ['=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "\t=1"])
def test_export_runs_no_formula(desk, farsi, name):
    make_mission(language=farsi, institution=make_institution(name))

    _heading, row = read_csv(desk.get(reverse("interpreters:missions_csv")))

    assert row[10] == f"'{name}"


def test_export_needs_the_same_queries_for_one_and_for_three(
    desk, farsi, django_assert_num_queries
):
    url = reverse("interpreters:missions_csv")
    make_mission(language=farsi, institution=make_institution("Amt 1"))
    with django_assert_num_queries(5):
        desk.get(url)
    make_mission(language=farsi, institution=make_institution("Amt 2"))
    make_mission(language=farsi, institution=make_institution("Amt 3"))

    with django_assert_num_queries(5):
        desk.get(url)


def test_statistics_show_the_year_that_is_asked_for(desk, farsi):
    make_mission(language=farsi, starts_at=at(2025, 6), minutes=90)
    make_mission(language=farsi, starts_at=at(2026, 6))
    make_mission(state="unfilled", language=farsi, starts_at=at(2026, 7))

    newest = desk.get(reverse("interpreters:statistics")).context
    older = desk.get(reverse("interpreters:statistics"), {"year": "2025"}).context
    nonsense = desk.get(reverse("interpreters:statistics"), {"year": "1066"}).context

    assert (newest["year"], newest["missions_done"], newest["unfilled"]) == (2026, 1, 1)
    assert (older["year"], older["hours"], older["unfilled"]) == (2025, 2, 0)
    assert nonsense["year"] == 2026


def test_statistics_without_missions_say_so(desk):
    response = desk.get(reverse("interpreters:statistics"))

    assert response.context["year"] is None
    assert 'class="empty"' in response.content.decode()


def test_statistics_need_the_same_queries_for_one_and_for_three(
    desk, farsi, sorani, kurmanji, django_assert_num_queries
):
    url = reverse("interpreters:statistics")
    make_mission(language=farsi, institution=make_institution("Amt 1"))
    desk.get(url)
    with django_assert_num_queries(29):
        desk.get(url)
    make_mission(language=sorani, institution=make_institution("Amt 2"))
    make_mission(language=kurmanji, institution=make_institution("Amt 3", kind="school"))

    with django_assert_num_queries(29):
        desk.get(url)
