"""Every door against everybody who may stand before it."""

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from roundtable.models import AgendaDocument, AgendaItem, Body, Meeting, Membership, Motion
from tests.roundtable.factories import (
    make_body,
    make_document,
    make_item,
    make_meeting,
    make_membership,
    make_motion,
    make_organisation,
)

OUTSIDERS = ["anonymous", "stranger", "other", "former", "future", "inactive", "interpreter desk"]
STAFF = ["lead", "editor", "auditor"]
EVERYBODY = [*OUTSIDERS, "member", *STAFF]
DAY = date(2026, 1, 1)


def seen(model, viewer, viewers, names):
    user = AnonymousUser() if viewer == "anonymous" else viewers[viewer]
    return {names[thing.pk] for thing in model.objects.visible_to(user) if thing.pk in names}


def by_pk(**things):
    return {thing.pk: name for name, thing in things.items()}


@pytest.mark.parametrize("viewer", EVERYBODY)
def test_body_door(viewer, viewers, table):
    internal = make_body("internal", "working_group", is_internal=True)
    make_membership(internal, person=viewers["member"])
    names = by_pk(public=table, internal=internal)

    expected = {"public"} if viewer in OUTSIDERS else {"public", "internal"}

    assert seen(Body, viewer, viewers, names) == expected


@pytest.mark.parametrize("viewer", EVERYBODY)
def test_meeting_door(viewer, viewers, table):
    internal = make_body("internal", "working_group", is_internal=True)
    make_membership(internal, person=viewers["member"])
    names = by_pk(
        public=make_meeting(table, days=1),
        closed=make_meeting(table, days=2, is_public=False),
        draft=make_meeting(table, days=3, published=False),
        internal=make_meeting(internal, days=4),
        council=make_meeting(make_body("council", "council"), is_public=False),
    )

    expected = {"public"}
    if viewer not in OUTSIDERS:
        expected |= {"closed", "internal"}
    if viewer in STAFF:
        expected |= {"draft", "council"}

    assert seen(Meeting, viewer, viewers, names) == expected


@pytest.mark.parametrize("viewer", EVERYBODY)
def test_agenda_item_door(viewer, viewers, table):
    meeting, closed = make_meeting(table, days=1), make_meeting(table, days=2, is_public=False)
    names = by_pk(
        public=make_item(meeting),
        non_public=make_item(meeting, part="non_public", public_title_de="Staff matters"),
        of_closed=make_item(closed),
        of_draft=make_item(make_meeting(table, days=3, published=False)),
    )

    expected = {"public"}
    if viewer not in OUTSIDERS:
        expected |= {"non_public", "of_closed"}
    if viewer in STAFF:
        expected |= {"of_draft"}

    assert seen(AgendaItem, viewer, viewers, names) == expected


@pytest.mark.parametrize("viewer", EVERYBODY)
def test_document_door(viewer, viewers, table):
    meeting, closed = make_meeting(table, days=1), make_meeting(table, days=2, is_public=False)
    item, secret = make_item(meeting), make_item(meeting, part="non_public")
    names = by_pk(
        public=make_document(item),
        members_only=make_document(item, is_public=False),
        # Marked public by mistake: the part decides.
        of_non_public_item=make_document(secret),
        of_closed_meeting=make_document(make_item(closed)),
        of_draft=make_document(make_item(make_meeting(table, days=3, published=False))),
    )

    expected = {"public"}
    if viewer not in OUTSIDERS:
        expected |= {"members_only", "of_non_public_item", "of_closed_meeting"}
    if viewer in STAFF:
        expected |= {"of_draft"}

    assert seen(AgendaDocument, viewer, viewers, names) == expected


@pytest.mark.parametrize("viewer", EVERYBODY)
def test_motion_door(viewer, viewers, table):
    internal = make_body("internal", "working_group", is_internal=True)
    make_membership(internal, person=viewers["member"])
    sent = {"status": "submitted", "submitted_on": DAY}
    names = by_pk(
        draft=make_motion(table),
        own_draft=make_motion(table, author=viewers["other"]),
        submitted=make_motion(table, number="A-2026-001", **sent),
        internal=make_motion(internal, number="A-2026-002", **sent),
    )

    expected = {"submitted"}
    if viewer == "other":
        expected |= {"own_draft"}
    if viewer not in OUTSIDERS:
        expected |= {"internal"}
    if viewer in STAFF:
        expected |= {"draft", "own_draft"}

    assert seen(Motion, viewer, viewers, names) == expected


@pytest.mark.parametrize("viewer", EVERYBODY)
def test_membership_door(viewer, viewers, table):
    internal = make_body("internal", "working_group", is_internal=True)
    names = by_pk(
        organisation=make_membership(table, organisation=make_organisation()),
        agreed=make_membership(table, person_name="A", consents_to_be_shown=True),
        silent=make_membership(table, person_name="B"),
        own=table.memberships.get(person=viewers["former"]),
        internal=make_membership(internal, person_name="C", consents_to_be_shown=True),
    )

    expected = {"organisation", "agreed"}
    if viewer == "former":
        expected |= {"own"}
    if viewer not in OUTSIDERS:
        expected |= {"silent", "own"}
    if viewer in STAFF:
        expected |= {"internal"}

    assert seen(Membership, viewer, viewers, names) == expected


def test_announcements_are_neutral_titles_and_nothing_else(table):
    meeting = make_meeting(table)
    make_item(meeting, order=1, title="Public", public_title_de="not used")
    make_item(meeting, part="non_public", order=1, title="SECRET", public_title_de=None)
    make_item(meeting, part="non_public", order=2, title="SECRET", public_title_de="")
    make_item(meeting, part="non_public", order=3, title="SECRET", public_title_de="Personnel")

    announced = meeting.agenda_items.announcements()

    assert [vars(item)["public_title_de"] for item in announced] == ["Personnel"]
    assert {name[:12] for item in announced for name in vars(item)} == {"public_title"}


def test_vocabulary_for_newsletters_gives_coming_public_meetings_only(table):
    now = timezone.now()
    wanted = make_meeting(table, days=1)
    make_meeting(table, days=2, is_public=False)
    make_meeting(table, days=3, published=False)
    make_meeting(table, days=4, state="cancelled")
    make_meeting(table, days=-4)
    make_meeting(make_body("internal", "board", is_internal=True), days=5)

    found = Meeting.objects.visible_to(AnonymousUser()).coming(now).public()

    assert list(found) == [wanted]
