"""Asking, reminding, withdrawing and renewing; and the mails, each of them once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from smtplib import SMTPException
from threading import Barrier

import pytest
from django.core import mail
from django.db import connection
from django.utils.timezone import localdate

from kit_portal.celery import app
from measures.models import EvaluationRequest, EvaluationRound
from measures.round_mail import deliver
from measures.round_requests import (
    ask,
    renew,
    settle_round,
    want_due_reminders,
    want_reminder,
    withdraw,
)
from measures.tasks import remind_participants
from tests.measures.factories import (
    add_evaluation,
    add_participant,
    make_measure,
    make_organisation,
    make_reply,
    make_request,
)

NOW = datetime(2018, 2, 1, 9, tzinfo=UTC)
DEADLINE = date(2018, 3, 31)
WEEK = timedelta(days=7)


@pytest.fixture
def library(measure):
    organisation = make_organisation("library", "Stadtbibliothek", email="bib@example.org")
    add_participant(measure, organisation, "lead")
    return organisation


def ask_one(organisation, **fields):
    options = {
        "year": 2017,
        "language": "de",
        "ends_on": DEADLINE,
        "includes_partners": False,
        "by": None,
        "now": NOW,
    }
    return ask([organisation], **(options | fields))


def test_link_is_stored_as_a_hash_and_ends_with_its_last_day(library):
    [request] = ask_one(library)

    assert request.link_token not in str(EvaluationRequest.objects.values().get())
    assert EvaluationRequest.objects.by_link(request.link_token).get() == request
    assert request.last_day == DEADLINE
    assert request.is_valid(now=datetime(2018, 3, 31, 21, 59, tzinfo=UTC))
    assert not request.is_valid(now=datetime(2018, 3, 31, 22, tzinfo=UTC))  # midnight in Berlin


def test_organisation_is_asked_once_a_year(library):
    ask_one(library)

    assert ask_one(library) == []
    assert len(ask_one(library, year=2018)) == 1


def test_links_show_what_is_led_and_on_wish_what_is_shared(library, goal, measure):
    shared, paid = make_measure(goal, "2"), make_measure(goal, "3")
    add_participant(shared, library, "partner")
    add_participant(paid, library, "funding")
    draft = make_measure(goal, "4", published=False)
    add_participant(draft, library, "lead")

    led = make_request(library)
    both = make_request(library, year=2018, includes_partners=True)

    assert list(led.measures()) == [measure]
    assert list(both.measures()) == [measure, shared]


def test_partner_that_leads_nothing_is_asked_all_the_same(measure):
    partner = make_organisation("club", email="club@example.org")
    add_participant(measure, partner, "partner")

    [request] = ask_one(partner)

    assert list(request.measures()) == [measure]


def test_mail_has_link_deadline_measures_and_the_office(office, library, measure):
    [request] = ask_one(library)

    assert deliver(request.pk, now=NOW)

    [message] = mail.outbox
    assert (message.to, message.reply_to) == (["bib@example.org"], ["kontakt@example.org"])
    link = f"https://portal.example.org/de/measures/evaluation/by-link/{request.link_token}/"
    html = message.alternatives[0].content
    for text in (message.body, html):
        assert link in text
        assert "31. März 2018" in text
        assert "1.1.1 " in text.replace("</bdi>", "")
        assert "0461 555-0100" in text
    request.refresh_from_db()
    assert (request.to_mail, request.mailed_at, request.reminders) == ("", NOW, 0)


def test_mail_speaks_the_language_of_the_request(office, library):
    [request] = ask_one(library, language="ar")

    deliver(request.pk, now=NOW)

    [message] = mail.outbox
    assert f"/ar/measures/evaluation/by-link/{request.link_token}/" in message.body
    assert 'dir="rtl"' in message.alternatives[0].content


def test_mail_goes_out_once_however_often_the_task_runs(office, library):
    [request] = ask_one(library)

    assert [deliver(request.pk, now=NOW) for _ in range(3)] == [True, False, False]
    assert len(mail.outbox) == 1


def test_refusing_mail_server_leaves_the_mail_for_the_next_time(office, library, monkeypatch):
    [request] = ask_one(library)

    def refuse(_message, *args, **options):
        raise SMTPException

    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.EmailMultiAlternatives.send", refuse)
        with pytest.raises(SMTPException):
            deliver(request.pk, now=NOW)

    assert deliver(request.pk, now=NOW)
    assert len(mail.outbox) == 1


def test_ended_links_are_not_mailed(office, library):
    [request] = ask_one(library)
    withdraw(request, now=NOW)

    assert not deliver(request.pk, now=NOW)

    renew(request, email="neu@example.org", ends_on=DEADLINE, now=NOW)
    assert not deliver(request.pk, now=NOW + timedelta(days=90))
    assert deliver(request.pk, now=NOW)
    assert mail.outbox[0].to == ["neu@example.org"]


def test_renewing_kills_the_old_link_and_keeps_the_replies(library, measure):
    request = make_request(library)
    old = request.link_token
    reply = make_reply(request, measure)
    withdraw(request, now=NOW)

    assert renew(request, email="neu@example.org", ends_on=DEADLINE, now=NOW)

    request.refresh_from_db()
    assert not EvaluationRequest.objects.by_link(old).exists()
    assert EvaluationRequest.objects.by_link(request.link_token).valid(now=NOW).get() == request
    assert list(request.replies.all()) == [reply]


def test_second_of_two_renewals_learns_of_the_first(library):
    request = make_request(library)
    same = EvaluationRequest.objects.get()

    assert renew(request, email="a@example.org", ends_on=DEADLINE, now=NOW)
    assert not renew(same, email="b@example.org", ends_on=DEADLINE, now=NOW)
    assert EvaluationRequest.objects.get().email == "a@example.org"


def test_link_whose_key_is_lost_is_replaced_when_it_is_mailed(office, library, settings):
    [request] = ask_one(library)
    settings.SECRET_KEY = "neu"

    deliver(request.pk, now=NOW)

    request.refresh_from_db()
    assert request.link_token in mail.outbox[0].body


# --- reminders ------------------------------------------------------------------------------------


def test_reminder_comes_at_most_once_a_week(office, library):
    request = make_request(library, mailed_at=NOW, expires_at=NOW + 5 * WEEK)

    assert not want_reminder(request, now=NOW + WEEK - timedelta(seconds=1))
    assert want_reminder(request, now=NOW + WEEK)
    assert not want_reminder(request, now=NOW + WEEK)
    assert deliver(request.pk, now=NOW + WEEK)
    assert not want_reminder(request, now=NOW + WEEK + timedelta(days=6))

    request.refresh_from_db()
    assert request.reminders == 1
    assert request.link_token in mail.outbox[0].body


def test_reminder_names_only_what_is_open(office, library, goal, measure):
    done = make_measure(goal, "2", title_de="Vorlesen")
    add_participant(done, library, "lead")
    request = make_request(library, mailed_at=NOW - WEEK, expires_at=NOW + WEEK)
    make_reply(request, done)

    want_reminder(request, now=NOW)
    deliver(request.pk, now=NOW)

    assert "Maßnahme 1.1.1" in mail.outbox[0].body
    assert "Vorlesen" not in mail.outbox[0].body


@pytest.mark.parametrize("state", ["draft", "returned", "submitted", "accepted"])
def test_reminders_stop_when_all_is_handed_in(library, measure, state):
    request = make_request(library, mailed_at=NOW - WEEK, expires_at=NOW + WEEK)
    make_reply(request, measure, state)

    assert want_due_reminders(now=NOW) == (state in {"draft", "returned"})


@pytest.mark.parametrize(
    "end", [{"withdrawn_at": NOW}, {"expires_at": NOW}, {"mailed_at": None, "to_mail": "request"}]
)
def test_reminders_stop_where_the_link_ended_or_the_first_mail_waits(library, end):
    make_request(library, **({"mailed_at": NOW - WEEK, "expires_at": NOW + WEEK} | end))

    assert want_due_reminders(now=NOW) == 0


def test_reminders_stop_when_the_office_evaluates_itself(library, measure):
    make_request(library, mailed_at=NOW - WEEK, expires_at=NOW + WEEK)
    add_evaluation(measure, 2017)

    assert want_due_reminders(now=NOW) == 0


def test_reminder_that_came_too_late_is_not_sent(office, library, measure):
    request = make_request(library, mailed_at=NOW - WEEK, expires_at=NOW + WEEK)
    want_reminder(request, now=NOW)
    make_reply(request, measure)

    assert not deliver(request.pk, now=NOW)

    request.refresh_from_db()
    assert (request.to_mail, request.reminders, mail.outbox) == ("", 0, [])


def test_round_can_be_told_not_to_remind(library):
    request = make_request(library, mailed_at=NOW - WEEK, expires_at=NOW + WEEK)
    settle_round(2017, ends_on=DEADLINE, reminds=False)

    assert want_due_reminders(now=NOW) == 0
    assert want_reminder(request, now=NOW)  # by hand it goes on


def test_timetable_reminds(office, library):
    week_ago = datetime.now(UTC) - WEEK
    make_request(library, mailed_at=week_ago)

    remind_participants()

    assert [message.to for message in mail.outbox] == [["verein@example.org"]]
    tasks = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert {remind_participants.name, "measures.tasks.mail_waiting_participants"} <= tasks


@pytest.mark.parametrize(
    ("today", "last_day"),
    [(date(2018, 1, 10), date(2018, 3, 31)), (date(2018, 3, 25), date(2018, 4, 22))],
)
def test_round_ends_in_march_or_leaves_four_weeks(db, today, last_day):
    assert EvaluationRound.of(2017, today=today).ends_on == last_day


def test_round_remembers_its_last_day(library):
    ask_one(library, ends_on=date(2018, 5, 1))

    assert EvaluationRound.of(2017, today=localdate()).ends_on == date(2018, 5, 1)


# --- races ----------------------------------------------------------------------------------------


def together(call, count=2):
    """Run ``call`` in threads that begin at the same moment; return what they returned."""
    start = Barrier(count)

    def run(number):
        try:
            start.wait()
            return call(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


@pytest.mark.django_db(transaction=True)
def test_two_who_ask_at_once_ask_once(library):
    made = together(lambda _number: ask_one(library))

    assert sorted(len(one) for one in made) == [0, 1]
    assert EvaluationRequest.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_tasks_at_once_send_one_mail(office, library):
    [request] = ask_one(library)

    sent = together(lambda _number: deliver(request.pk, now=NOW))

    assert sorted(sent) == [False, True]
    assert len(mail.outbox) == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_remind_at_once_remind_once(library):
    request = make_request(library, mailed_at=NOW - WEEK, expires_at=NOW + WEEK)

    wanted = together(lambda _number: want_reminder(request, now=NOW))

    assert sorted(wanted) == [False, True]
