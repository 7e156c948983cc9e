import pytest
from django.urls import reverse
from django.utils import timezone

from welcome.models import Announcement, Event, Feedback, Figure, Page
from welcome.todo import todos


@pytest.mark.parametrize("model", [Page, Event, Announcement, Figure], ids=lambda m: m.__name__)
def test_lists_and_forms_open(client_of, lead, office, model):
    name = f"admin:welcome_{model._meta.model_name}"

    assert client_of(lead).get(reverse(f"{name}_changelist")).status_code == 200
    assert client_of(lead).get(reverse(f"{name}_add")).status_code == 200


def test_feedback_is_answered_but_never_entered(client_of, lead):
    assert client_of(lead).get(reverse("admin:welcome_feedback_changelist")).status_code == 200
    assert client_of(lead).get(reverse("admin:welcome_feedback_add")).status_code == 403


def test_pages_stand_below_their_parents_and_indented(client_of, editor, make_page):
    second = make_page("b", position=2)
    first = make_page("a", position=1)
    make_page("b1", parent=second)
    make_page("a1", parent=first)

    response = client_of(editor).get(reverse("admin:welcome_page_changelist"))

    rows = response.context["cl"].result_list
    assert [(page.slug, page.tree_depth) for page in rows] == [
        ("a", 0),
        ("a1", 1),
        ("b", 0),
        ("b1", 1),
    ]


def act(client, model, action, *things):
    return client.post(
        reverse(f"admin:welcome_{model}_changelist"),
        {"action": action, "_selected_action": [thing.pk for thing in things]},
        follow=True,
    )


def test_publishing_a_branch_goes_from_the_top_down(client_of, editor, make_page):
    top = make_page("z-oben", public=False)
    below = make_page("a-unten", public=False, parent=top)
    lost = make_page("verloren", public=False, parent=make_page("entwurf", public=False))

    response = act(client_of(editor), "page", "publish_selected", below, top, lost)

    assert {page.slug for page in Page.objects.published()} == {"z-oben", "a-unten"}
    assert [message.level_tag for message in response.context["messages"]] == [
        "warning",
        "success",
    ]


def test_withdrawing_and_checking_are_actions(client_of, editor, make_page):
    page, other = make_page("a"), make_page("b")

    act(client_of(editor), "page", "withdraw_selected", page)
    act(client_of(editor), "page", "mark_as_checked", other)

    page.refresh_from_db()
    other.refresh_from_db()
    assert (page.is_published, other.reviewed_on) == (False, timezone.localdate())


def test_events_are_cancelled_and_reinstated(client_of, editor, make_event):
    event = make_event()

    act(client_of(editor), "event", "cancel_selected", event)
    event.refresh_from_db()
    was_cancelled = event.is_cancelled
    act(client_of(editor), "event", "reinstate_selected", event)
    event.refresh_from_db()

    assert (was_cancelled, event.is_cancelled) == (True, False)


def test_todo_addresses_open_the_right_rows(client_of, editor, make_page, make_event):
    make_page("alt")
    make_page("neu", reviewed_on=timezone.localdate())
    make_page("entwurf", public=False)
    make_event("entwurf", public=False)
    Feedback.objects.create(text="Hallo", received_at=timezone.now(), code_hash="x")

    for todo in todos(editor, now=timezone.now()):
        if todo.count:
            response = client_of(editor).get(todo.url)
            assert response.context["cl"].result_count == todo.count, todo.text


def test_todos_of_others_are_empty(member, make_page):
    make_page(public=False)

    assert todos(member, now=timezone.now()) == []
