import re
from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from kit_portal.common.tokens import hash_token
from welcome.feedback import (
    answer_feedback,
    find_feedback,
    mail_answer,
    new_code,
    receive_feedback,
    tidy_code,
)
from welcome.models import Feedback
from welcome.privacy import erase, export
from welcome.tasks import send_waiting_answers
from welcome.todo import ANSWER_WITHIN, todos

ENTRIES = {"kind": "idea", "text": "Mehr Bänke am Hafen.", "email": "", "website": ""}


@pytest.fixture
def received(db):
    return receive_feedback(
        "Die Tür ist zu schwer.",
        kind="accessibility",
        language="uk",
        now=timezone.now(),
        email="gast@example.org",
    )


def test_new_code_has_eighty_bits_in_four_groups():
    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}", new_code())
    assert new_code() != new_code()


@pytest.mark.parametrize(
    "typed", ["K7QM-3XRT-9F20-PQ41", "k7qm3xrt9f20pq41", " k7qm 3xrt 9f2O pqAI "[:-3] + "4l"]
)
def test_tidy_code_forgives_how_people_copy(typed):
    assert tidy_code(typed) == "K7QM3XRT9F20PQ41"


def test_only_the_hash_of_the_code_is_stored(received):
    feedback, code = received

    stored = Feedback.objects.values().get(pk=feedback.pk)

    assert stored["code_hash"] == hash_token(tidy_code(code))
    assert not [value for value in stored.values() if value in (code, tidy_code(code))]


def test_find_feedback_wants_the_whole_code(received):
    feedback, code = received

    assert find_feedback(code.lower()) == feedback
    assert find_feedback(code[:-1]) is None
    assert find_feedback("") is None


def test_sending_leads_to_the_page_with_the_code(client, office):
    response = client.post("/ar/feedback/", ENTRIES)
    feedback = Feedback.objects.get()
    page = client.get(response.url)

    assert (feedback.text, feedback.language, feedback.state) == (ENTRIES["text"], "ar", "new")
    assert find_feedback(page.context["code"]) == feedback
    assert page["Cache-Control"].startswith("max-age=0")
    assert '<meta name="robots" content="noindex">' in page.content.decode()
    assert "hreflang" not in page.content.decode().split("</head>")[0]


def test_a_filled_trap_stores_nothing_and_says_nothing(client, office):
    response = client.post("/de/feedback/", ENTRIES | {"website": "https://example.org"})

    assert response.url == "/de/"
    assert not Feedback.objects.exists()


def test_an_empty_message_is_named_as_such(client, office):
    response = client.post("/de/feedback/", ENTRIES | {"text": " "})

    assert list(response.context["form"].errors) == ["text"]
    assert not Feedback.objects.exists()


@pytest.mark.parametrize(
    ("address", "stored"),
    [("/de/info/wohnen/", "/de/info/wohnen/"), ("https://example.org/", ""), ("//example.org", "")],
)
def test_only_addresses_of_this_site_are_kept(client, office, address, stored):
    client.post("/de/feedback/", ENTRIES | {"page_address": address})

    assert Feedback.objects.get().page_address == stored


def test_form_takes_kind_and_page_from_the_link(client, office):
    form = client.get("/de/feedback/?kind=translation&page=/de/info/x/").context["form"]

    assert (form["kind"].value(), form["page_address"].value()) == ("translation", "/de/info/x/")
    assert client.get("/de/feedback/?kind=unsinn").context["form"]["kind"].value() == "idea"


def test_get_changes_nothing(client, office, received):
    _feedback, code = received
    before = Feedback.objects.values().get()

    client.get("/de/feedback/")
    client.get(f"/de/feedback/{code}/")

    assert Feedback.objects.values().get() == before


def test_code_form_leads_to_the_answer(client, office, received):
    _feedback, code = received

    right = client.post("/de/feedback/code/", {"code": code.lower()})
    wrong = client.post("/de/feedback/code/", {"code": new_code()})

    assert client.get(right.url).status_code == 200
    assert list(wrong.context["form"].errors) == ["code"]


def test_a_wrong_code_opens_nothing(client, office, received):
    assert client.get(f"/de/feedback/{new_code()}/").status_code == 404


def test_answer_reaches_its_writer_once_in_their_language(received, lead, mailoutbox):
    feedback, _code = received
    answer_feedback(feedback, "Дякуємо!", at=timezone.now(), by=lead)

    assert mail_answer(feedback, now=timezone.now())
    assert not mail_answer(feedback, now=timezone.now())

    (mail,) = mailoutbox
    assert mail.to == ["gast@example.org"]
    assert "Дякуємо!" in mail.body
    assert 'lang="uk"' in mail.alternatives[0].content


def test_new_wording_of_an_answer_goes_out_again(received, mailoutbox):
    feedback, _code = received
    for text in ("Danke.", "Danke.", "Danke sehr."):
        answer_feedback(feedback, text, at=timezone.now())
        mail_answer(feedback, now=timezone.now())

    assert ["Danke sehr." in mail.body for mail in mailoutbox] == [False, True]


def test_answer_without_an_address_is_only_shown(client, office, mailoutbox):
    feedback, code = receive_feedback("Hallo", kind="idea", language="de", now=timezone.now())
    answer_feedback(feedback, "Antwort <b>hier</b>", at=timezone.now())

    assert not mail_answer(feedback, now=timezone.now())
    assert "Antwort &lt;b&gt;hier&lt;/b&gt;" in client.get(f"/de/feedback/{code}/").content.decode()
    assert mailoutbox == []


def test_sweep_sends_what_a_lost_kick_left(received, mailoutbox):
    feedback, _code = received
    answer_feedback(feedback, "Danke.", at=timezone.now())

    send_waiting_answers()
    send_waiting_answers()

    assert len(mailoutbox) == 1


def test_answered_without_an_answer_is_refused(received):
    feedback, _code = received

    with pytest.raises(IntegrityError):
        Feedback.objects.filter(pk=feedback.pk).update(state="answered", answer="")


def test_staff_answer_in_the_administration(
    client_of, editor, received, mailoutbox, django_capture_on_commit_callbacks
):
    feedback, _code = received
    address = reverse("admin:welcome_feedback_change", args=[feedback.pk])

    with django_capture_on_commit_callbacks(execute=True):
        client_of(editor).post(address, {"state": "answered", "answer": "Wir ölen sie."})

    feedback.refresh_from_db()
    assert (feedback.state, feedback.answered_by) == ("answered", editor)
    assert feedback.text == "Die Tür ist zu schwer."
    assert "Wir ölen sie." in mailoutbox[0].body


def test_staff_may_not_set_answered_without_an_answer(client_of, editor, received):
    feedback, _code = received
    address = reverse("admin:welcome_feedback_change", args=[feedback.pk])

    response = client_of(editor).post(address, {"state": "answered", "answer": ""})

    assert response.status_code == 200
    assert Feedback.objects.get().state == "new"


def test_todos_tell_late_from_open(editor, received):
    now = timezone.now()

    def counts(moment):
        return {todo.urgent: todo.count for todo in todos(editor, now=moment)[:2]}

    assert counts(now) == {True: 0, False: 1}
    assert counts(now + ANSWER_WITHIN + timedelta(minutes=1)) == {True: 1, False: 0}


def test_privacy_exports_and_erases_by_address(received):
    receive_feedback("Anderes", kind="idea", language="de", now=timezone.now())

    found = export("GAST@example.org")["feedback"]
    erased = erase("GAST@example.org", now=timezone.now())

    assert [row["text"] for row in found] == ["Die Tür ist zu schwer."]
    assert erased == 1
    assert [row.text for row in Feedback.objects.all()] == ["Anderes"]
