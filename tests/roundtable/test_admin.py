"""What the office does in the administration."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from roundtable.models import Meeting, Motion
from roundtable.workflow import submit_motion
from tests.roundtable.factories import (
    make_body,
    make_item,
    make_meeting,
    make_membership,
    make_motion,
)

pytestmark = pytest.mark.usefixtures("office")
MODELS = ("body", "membership", "meeting", "agendaitem", "motion")
DAY = date(2026, 5, 4)


def changelist(model):
    return reverse(f"admin:roundtable_{model}_changelist")


def change(thing):
    return reverse(f"admin:roundtable_{thing._meta.model_name}_change", args=[thing.pk])


def meeting_data(meeting, rows, **fields):
    """What the meeting's form sends; a row is a dict, an existing item has ``id``."""
    data = {
        "body": meeting.body_id,
        "number": meeting.number or "",
        "starts_at_0": meeting.starts_at.strftime("%d.%m.%Y"),
        "starts_at_1": meeting.starts_at.strftime("%H:%M"),
        "state": meeting.state,
        "is_public": "on",
        "agenda_items-TOTAL_FORMS": len(rows),
        "agenda_items-INITIAL_FORMS": sum("id" in row for row in rows),
    }
    for index, row in enumerate(rows):
        for name, value in ({"part": "public"} | row).items():
            data[f"agenda_items-{index}-{name}"] = value
    return data | fields


def titles(meeting):
    return [f"{item.number} {item.title_de}" for item in meeting.agenda_items.in_order()]


@pytest.mark.parametrize("model", MODELS)
def test_lists_and_forms_open(client_of, lead, table, model):
    make_membership(table, person_name="A")
    make_item(make_meeting(table))
    submit_motion(make_motion(table), on=DAY)
    client = client_of(lead)
    thing = {"body": table}.get(model) or _first(model)

    assert client.get(changelist(model)).status_code == 200
    assert client.get(change(thing)).status_code == 200
    can_add = client.get(reverse(f"admin:roundtable_{model}_add")).status_code
    assert can_add == (403 if model == "agendaitem" else 200)


def _first(model):
    from django.apps import apps

    return apps.get_model("roundtable", model).objects.get()


@pytest.mark.parametrize("model", MODELS)
def test_list_takes_the_same_queries_for_1_and_3(
    client_of, lead, table, model, django_assert_max_num_queries
):
    client = client_of(lead)
    counts = []
    for number in (1, 2, 3):
        body = make_body(f"body-{number}", "board", parent=table)
        make_membership(body, person_name="A")
        make_item(make_meeting(body, days=number))
        make_motion(body, addressed_to=table)
        if number != 2:
            with django_assert_max_num_queries(30) as captured:
                client.get(changelist(model))
            counts.append(len(captured))

    assert counts[0] == counts[1]


def test_meeting_without_a_number_gets_the_next(client_of, lead, table):
    make_meeting(table, days=-30, number=60)
    meeting = make_meeting(table)

    client_of(lead).post(change(meeting), meeting_data(meeting, []))

    meeting.refresh_from_db()
    assert meeting.number == 61


def test_agenda_items_change_places_and_a_new_one_comes_last(client_of, lead, table):
    meeting = make_meeting(table, number=1)
    a, b = make_item(meeting, order=1, title="a"), make_item(meeting, order=2, title="b")
    rows = [
        {"id": a.pk, "meeting": meeting.pk, "position": 2, "title_de": "a"},
        {"id": b.pk, "meeting": meeting.pk, "position": 1, "title_de": "b"},
        {"meeting": meeting.pk, "position": "", "title_de": "c"},
        {"meeting": meeting.pk, "position": "", "title_de": "d", "part": "non_public"},
    ]

    response = client_of(lead).post(change(meeting), meeting_data(meeting, rows))

    assert response.status_code == 302
    assert titles(meeting) == ["Ö 1 b", "Ö 2 a", "Ö 3 c", "N 1 d"]


def test_deleted_agenda_item_leaves_no_gap_before_the_invitation(client_of, lead, table):
    meeting = make_meeting(table, number=1)
    items = [make_item(meeting, order=order, title=str(order)) for order in (1, 2, 3)]
    rows = [
        {"id": item.pk, "meeting": meeting.pk, "position": item.order, "title_de": item.title_de}
        for item in items
    ]
    rows[0]["DELETE"] = "on"

    client_of(lead).post(change(meeting), meeting_data(meeting, rows))

    assert titles(meeting) == ["Ö 1 2", "Ö 2 3"]


def test_order_and_invitation_in_one_click_are_both_meant(client_of, lead, table):
    meeting = make_meeting(table, number=1)
    a, b = make_item(meeting, order=1, title="a"), make_item(meeting, order=2, title="b")
    rows = [
        {"id": a.pk, "meeting": meeting.pk, "position": 2, "title_de": "a"},
        {"id": b.pk, "meeting": meeting.pk, "position": 1, "title_de": "b"},
    ]

    client_of(lead).post(change(meeting), meeting_data(meeting, rows, state="invited"))

    assert titles(meeting) == ["Ö 1 b", "Ö 2 a"]


def test_numbers_stay_after_the_invitation(client_of, lead, table):
    meeting = make_meeting(table, number=1, state="invited")
    items = [make_item(meeting, order=order, title=str(order)) for order in (1, 2, 3)]
    rows = [
        {"id": item.pk, "meeting": meeting.pk, "position": 4 - item.order, "title_de": "x"}
        for item in items
    ]
    rows[1]["DELETE"] = "on"
    rows.append({"meeting": meeting.pk, "position": 1, "title_de": "new"})

    client_of(lead).post(change(meeting), meeting_data(meeting, rows))

    assert titles(meeting) == ["Ö 1 x", "Ö 3 x", "Ö 4 new"]


def test_meetings_are_published_from_the_list(client_of, lead, table):
    meeting = make_meeting(table, published=False)

    client_of(lead).post(
        changelist("meeting"), {"action": "publish_selected", "_selected_action": [meeting.pk]}
    )

    meeting.refresh_from_db()
    assert meeting.is_published
    assert meeting.published_by == lead


def test_motions_are_submitted_from_the_list_once(client_of, lead, table):
    older, newer = make_motion(table), make_motion(table)
    client = client_of(lead)
    chosen = {"action": "submit_selected", "_selected_action": [newer.pk, older.pk]}

    client.post(changelist("motion"), chosen)
    again = client.post(changelist("motion"), chosen, follow=True)

    year = timezone.localdate().year
    numbers = list(Motion.objects.order_by("pk").values_list("number", flat=True))
    assert numbers == [f"A-{year}-001", f"A-{year}-002"]
    assert len([m for m in again.context["messages"] if m.level_tag == "error"]) == 2


def test_auditor_neither_publishes_nor_submits(client_of, auditor, table):
    meeting, motion = make_meeting(table, published=False), make_motion(table)
    client = client_of(auditor)

    client.post(
        changelist("meeting"), {"action": "publish_selected", "_selected_action": [meeting.pk]}
    )
    client.post(
        changelist("motion"), {"action": "submit_selected", "_selected_action": [motion.pk]}
    )

    assert not Meeting.objects.get().is_published
    assert Motion.objects.get().is_draft


def motion_data(motion, **fields):
    steps = motion.steps.count()
    return {
        "title_de": motion.title_de,
        "text_de": motion.text_de,
        "body": motion.body_id,
        "steps-TOTAL_FORMS": 1,
        "steps-INITIAL_FORMS": 0,
        "steps-MIN_NUM_FORMS": steps,
        "steps-0-motion": motion.pk,
    } | fields


def test_motion_is_taken_a_step_on(client_of, lead, table):
    motion = submit_motion(make_motion(table), on=DAY)
    step = {
        "steps-0-status": "resolved",
        "steps-0-reached_on": "09.06.2026",
        "steps-0-note": "Einstimmig",
    }

    response = client_of(lead).post(change(motion), motion_data(motion, **step))

    assert response.status_code == 302
    motion.refresh_from_db()
    assert motion.status == "resolved"
    last = motion.steps.last()
    assert (last.reached_on, last.note, last.recorded_by) == (date(2026, 6, 9), "Einstimmig", lead)


@pytest.mark.parametrize(
    ("status", "day"), [("implemented", "09.06.2026"), ("resolved", "01.05.2026")]
)
def test_impossible_step_is_explained_and_kept(client_of, lead, table, status, day):
    motion = submit_motion(make_motion(table), on=DAY)
    step = {"steps-0-status": status, "steps-0-reached_on": day, "steps-0-note": "Typed"}

    response = client_of(lead).post(change(motion), motion_data(motion, **step))

    assert response.status_code == 200
    assert b"Typed" in response.content
    motion.refresh_from_db()
    assert (motion.status, motion.steps.count()) == ("submitted", 1)


def test_saving_a_motion_writes_only_what_was_edited(client_of, lead, table):
    motion = make_motion(table)
    data = motion_data(motion, title_de="Edited")
    submit_motion(motion, on=DAY)  # while the form stood open

    client_of(lead).post(change(motion), data | {"steps-TOTAL_FORMS": 0})

    motion.refresh_from_db()
    assert (motion.title_de, motion.number) == ("Edited", "A-2026-001")
