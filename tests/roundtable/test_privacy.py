from datetime import UTC, date, datetime

from roundtable.models import Membership, Motion
from roundtable.privacy import erase, export
from tests.roundtable.factories import (
    make_body,
    make_membership,
    make_motion,
    make_organisation,
    make_user,
)

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


def test_export_has_memberships_and_motions_of_that_person_alone(table):
    person = make_user("person")
    make_membership(table, person=person, represents=make_organisation("verein"), role="delegate")
    make_motion(table, title="Mine", author=person)
    other = make_user("other")
    make_membership(table, person=other)
    make_motion(table, title="Not mine", author=other)

    data = export("PERSON@example.org")

    assert data["memberships"] == [
        {
            "body": "table",
            "role": "delegate",
            "name": "",
            "represents": "verein",
            "from": date(2010, 4, 1),
            "until": None,
            "shown_in_public": False,
        }
    ]
    assert [motion["title"] for motion in data["motions"]] == ["Mine"]
    assert export("nobody@example.org") == {"memberships": [], "motions": []}


def test_erase_keeps_the_figures_and_removes_the_person(table):
    person = make_user("person")
    make_membership(table, person=person, person_name="Person", consents_to_be_shown=True)
    make_membership(make_body("board", "board"), person=person, starts_on=date(2026, 6, 1))
    make_membership(make_body("old", "board"), person=person, ends_on=date(2012, 1, 1))
    make_motion(table, author=person)
    number = {"number": "A-2026-001", "status": "decided", "submitted_on": date(2026, 1, 1)}
    submitted = make_motion(table, author=person, **number)

    rows = erase("Person@example.org", now=NOW)

    assert rows == 5
    assert list(Motion.objects.values_list("pk", "author")) == [(submitted.pk, None)]
    found = Membership.objects.order_by("body__slug").values_list(
        "body__slug", "person", "person_name", "consents_to_be_shown", "ends_on"
    )
    assert list(found) == [
        ("board", None, "–", False, date(2026, 6, 1)),
        ("old", None, "–", False, date(2012, 1, 1)),
        ("table", None, "–", False, date(2026, 5, 4)),
    ]
    assert export("person@example.org") == {"memberships": [], "motions": []}


def test_erase_leaves_others_alone(table):
    other = make_user("other")
    make_membership(table, person=other)
    make_motion(table, author=other)

    assert erase("person@example.org", now=NOW) == 0
    assert Membership.objects.get().person == other
    assert Motion.objects.get().author == other
