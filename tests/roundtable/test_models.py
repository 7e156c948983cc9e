from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import override

from roundtable.models import AgendaItem, Body, Meeting, Membership, Motion
from tests.roundtable.factories import (
    make_body,
    make_item,
    make_meeting,
    make_membership,
    make_motion,
    make_organisation,
    make_user,
)


def refuses(make):
    """Whether the database itself says no."""
    try:
        with transaction.atomic():
            make()
    except IntegrityError:
        return True
    return False


def test_membership_is_held_by_a_person_or_by_an_organisation(table):
    organisation, person = make_organisation(), make_user()

    assert refuses(lambda: make_membership(table))
    assert refuses(lambda: make_membership(table, organisation=organisation, person=person))
    assert refuses(lambda: make_membership(table, organisation=organisation, person_name="A"))
    assert not refuses(lambda: make_membership(table, organisation=organisation))
    assert not refuses(lambda: make_membership(table, person=person, person_name="A"))
    assert not refuses(lambda: make_membership(table, person_name="B"))


def test_membership_cannot_be_doubled_while_it_is_open(table):
    organisation, person = make_organisation(), make_user()
    make_membership(table, organisation=organisation)
    make_membership(table, person=person)

    assert refuses(lambda: make_membership(table, organisation=organisation))
    assert refuses(lambda: make_membership(table, person=person))


def test_membership_may_come_again_after_it_ended(table):
    person = make_user()
    make_membership(table, person=person, ends_on=date(2015, 3, 31))

    again = Membership(body=table, person=person, starts_on=date(2015, 4, 1))
    again.full_clean()
    again.save()

    assert Membership.objects.of_account(person).count() == 2


def test_membership_overlapping_an_ended_one_is_explained(table):
    person = make_user()
    make_membership(table, person=person, ends_on=date(2015, 3, 31))
    again = Membership(body=table, person=person, starts_on=date(2015, 3, 31))

    with pytest.raises(ValidationError) as caught:
        again.full_clean()

    with override("en"):
        assert "at the same time" in str(caught.value)


def test_membership_cannot_end_before_it_starts(table):
    day = date(2015, 3, 31)

    assert refuses(
        lambda: make_membership(
            table, person_name="A", starts_on=day, ends_on=day - timedelta(days=1)
        )
    )
    assert not refuses(lambda: make_membership(table, person_name="A", starts_on=day, ends_on=day))


def test_delegate_has_somebody_to_represent(table):
    organisation = make_organisation()

    assert refuses(lambda: make_membership(table, person_name="A", role="delegate"))
    assert refuses(lambda: make_membership(table, person_name="A", role="substitute"))
    assert refuses(
        lambda: make_membership(table, organisation=organisation, represents=organisation)
    )
    assert not refuses(
        lambda: make_membership(table, person_name="A", role="delegate", represents=organisation)
    )


@pytest.mark.parametrize(
    ("starts", "ends", "is_active"),
    [(0, None, True), (1, None, False), (-9, 0, True), (-9, -1, False), (-9, 5, True)],
)
def test_membership_is_active_from_first_to_last_day(table, starts, ends, is_active):
    today = date(2026, 5, 5)
    make_membership(
        table,
        person_name="A",
        starts_on=today + timedelta(days=starts),
        ends_on=None if ends is None else today + timedelta(days=ends),
    )

    assert Membership.objects.active(today).exists() == is_active


def test_members_are_counted_as_individuals_and_organisations(table):
    organisation = make_organisation()
    make_membership(table, organisation=organisation)
    make_membership(table, person_name="Delegate", role="delegate", represents=organisation)
    make_membership(table, person_name="Individual 1")
    make_membership(table, person_name="Individual 2", role="chair")

    memberships = Membership.objects.all()

    assert memberships.of_individuals().count() == 2
    assert memberships.of_organisations().count() == 1


def test_memberships_begin_with_the_chair(table):
    make_membership(table, person_name="Anna")
    make_membership(table, person_name="Zoe", role="chair")
    make_membership(table, person_name="Bela")

    names = [membership.member_name for membership in Membership.objects.by_role()]

    assert names == ["Zoe", "Anna", "Bela"]


def test_body_is_not_its_own_part(table):
    table.parent = table

    assert refuses(table.save)


def test_bodies_file_or_receive_motions(table):
    make_body("council", "council")
    make_body("board", "board", is_active=False)

    assert [body.slug for body in Body.objects.filing_motions()] == ["table"]
    assert [body.slug for body in Body.objects.receiving_motions()] == ["council"]


def test_meeting_is_once_at_a_time_with_a_number_of_its_own(table):
    now = timezone.now()
    make_meeting(table, starts_at=now, number=1)
    other = make_body("other", "board")

    assert refuses(lambda: make_meeting(table, starts_at=now, number=2))
    assert refuses(lambda: make_meeting(table, days=2, number=1))
    assert not refuses(lambda: make_meeting(other, starts_at=now, number=1))


def test_meeting_ends_after_it_starts(table):
    now = timezone.now()

    assert refuses(lambda: make_meeting(table, starts_at=now, ends_at=now))


def test_meetings_coming_and_past_share_every_meeting_once(table):
    now = timezone.now()
    made = {
        "over": make_meeting(table, starts_at=now - timedelta(hours=4)),
        "running": make_meeting(table, starts_at=now - timedelta(hours=2)),
        "ended early": make_meeting(
            table, starts_at=now - timedelta(hours=1), ends_at=now - timedelta(minutes=1)
        ),
        "cancelled": make_meeting(table, days=3, state="cancelled"),
        "next": make_meeting(table, days=2),
    }
    names = {meeting.pk: name for name, meeting in made.items()}

    def found(meetings):
        return [names[meeting.pk] for meeting in meetings]

    assert found(Meeting.objects.coming(now)) == ["running", "next"]
    assert found(Meeting.objects.ahead(now)) == ["running", "next", "cancelled"]
    assert found(Meeting.objects.past(now)) == ["ended early", "over"]


def test_meetings_without_an_agenda_are_found(table):
    bare, planned = make_meeting(table, days=1), make_meeting(table, days=2)
    make_item(planned)

    assert list(Meeting.objects.without_agenda()) == [bare]


def test_meetings_average_members_and_guests_together(table):
    make_meeting(table, days=-1, attendance_count=20, guests_count=25)
    make_meeting(table, days=-2, attendance_count=50)
    make_meeting(table, days=-3)

    assert Meeting.objects.average_size() == 48
    assert Meeting.objects.none().average_size() is None


def test_meeting_is_called_by_title_number_or_body(table):
    table.name_de = "Runder Tisch"

    assert Meeting(body=table, title_de="Wohnen", number=3).heading == "Wohnen"
    with override("en"):
        assert Meeting(body=table, number=3).heading == "Meeting no. 3"
    assert Meeting(body=table).heading == "Runder Tisch"


def test_agenda_positions_are_unique_in_their_part(table):
    meeting = make_meeting(table)
    make_item(meeting, order=1)

    assert refuses(lambda: make_item(meeting, order=1))
    assert refuses(lambda: make_item(meeting, order=0))
    assert not refuses(lambda: make_item(meeting, part="non_public", order=1))


def test_agenda_items_are_numbered_by_part(table):
    meeting = make_meeting(table)
    for part, order in (("non_public", 1), ("public", 2), ("public", 1)):
        make_item(meeting, part=part, order=order)

    assert [item.number for item in AgendaItem.objects.in_order()] == ["Ö 1", "Ö 2", "N 1"]


def test_document_of_a_non_public_item_cannot_be_marked_public(table):
    item = make_item(make_meeting(table), part="non_public")
    document = item.documents.model(agenda_item=item, title="T", is_public=True)

    with pytest.raises(ValidationError) as caught:
        document.clean()

    assert list(caught.value.message_dict) == ["is_public"]


@pytest.mark.parametrize(
    ("status", "number", "day", "is_refused"),
    [
        ("draft", None, None, False),
        ("draft", "A-2026-001", None, True),
        ("submitted", None, date(2026, 1, 1), True),
        ("submitted", "A-2026-001", None, True),
        ("submitted", "A-2026-001", date(2026, 1, 1), False),
        ("withdrawn", None, None, True),
    ],
)
def test_motion_has_a_number_from_submission_on(table, status, number, day, is_refused):
    def make():
        make_motion(table, status=status, number=number, submitted_on=day)

    assert refuses(make) == is_refused


def test_motion_search_finds_number_title_and_text(table):
    day = date(2026, 1, 1)
    motion = make_motion(
        table, title="Wohnraum", status="submitted", number="A-2026-001", submitted_on=day
    )
    make_motion(table, title="Other")

    assert list(Motion.objects.search("2026-001")) == [motion]
    assert list(Motion.objects.search("wohnr")) == [motion]
    assert Motion.objects.search("Text").count() == 2
