"""How the office settles what participants hand in."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from threading import Event
from time import sleep

import pytest
from django.core import mail
from django.db import transaction
from django.utils import timezone

from measures.models import Evaluation, EvaluationReply, Indicator, IndicatorValue
from measures.round_mail import deliver
from measures.round_replies import (
    Answer,
    ChangedMeanwhileError,
    accept,
    fingerprint_of,
    save_reply,
    send_back,
    waiting_cases,
)
from measures.round_requests import LinkEndedError, withdraw
from tests.measures.factories import (
    add_evaluation,
    add_participant,
    make_indicator,
    make_measure,
    make_organisation,
    make_reply,
    make_request,
)
from tests.measures.test_round_requests import together

NOW = datetime(2018, 2, 1, 9, tzinfo=UTC)


@pytest.fixture
def asked(measure):
    library = make_organisation("library", "Stadtbibliothek")
    add_participant(measure, library, "lead")
    return make_request(library, expires_at=NOW + timedelta(days=30), mailed_at=NOW)


def only_case():
    [case] = waiting_cases(2017)
    return case


def test_accepted_reply_is_the_years_evaluation(asked, measure, editor):
    reply = make_reply(asked, measure, verdict="modify", reasoning="Mehr Plätze.")

    accept(reply.pk, seen=only_case().seen, by=editor, now=NOW)

    evaluation = Evaluation.objects.get()
    assert (evaluation.measure, evaluation.year, evaluation.verdict) == (measure, 2017, "modify")
    assert evaluation.reasoning_de == "Mehr Plätze."
    assert (evaluation.evaluated_by, evaluation.evaluated_on) == (editor, date(2018, 2, 1))
    reply.refresh_from_db()
    assert (reply.state, reply.settled_by, reply.settled_at) == ("accepted", editor, NOW)
    assert waiting_cases(2017) == []


def test_edited_one_counts_as_edited_and_keeps_the_participants_words(asked, measure, editor):
    reply = make_reply(asked, measure, verdict="proved", reasoning="super!!")

    accept(
        reply.pk,
        seen=only_case().seen,
        verdict="modify",
        reasoning="Braucht mehr Plätze.",
        by=editor,
        now=NOW,
    )

    reply.refresh_from_db()
    assert (reply.verdict, reply.reasoning) == ("proved", "super!!")
    assert Evaluation.objects.get().reasoning_de == "Braucht mehr Plätze."


def test_figures_become_values_of_the_year_with_their_source(asked, measure, editor):
    share = make_indicator("share", measure=measure, kind="share")
    fed = make_indicator("fed", measure=measure, source_key="missions")
    figures = {
        str(share.pk): {"value": "35", "whole": "511"},
        str(fed.pk): {"value": "7", "whole": ""},
    }
    reply = make_reply(asked, measure, figures=figures)

    accept(reply.pk, seen=only_case().seen, by=editor, now=NOW)

    value = IndicatorValue.objects.get()
    assert (value.indicator, value.year, value.value, value.whole) == (
        share,
        2017,
        Decimal(35),
        Decimal(511),
    )
    assert value.note.endswith("Stadtbibliothek")


@pytest.mark.parametrize(("keeps", "left"), [(True, 30), (False, 35)])
def test_differing_value_is_replaced_only_on_choice(asked, measure, editor, keeps, left):
    guests = make_indicator("guests", measure=measure)
    guests.values.create(year=2017, value=30, note="gezählt")
    reply = make_reply(asked, measure, figures={str(guests.pk): {"value": "35", "whole": ""}})
    case = only_case()

    assert not case.is_plain
    accept(reply.pk, seen=case.seen, keeps_stored={guests.pk: keeps}, by=editor, now=NOW)

    assert [value.value for value in guests.values.all()] == [left]


def test_equal_value_keeps_its_own_source(asked, measure, editor):
    guests = make_indicator("guests", measure=measure)
    guests.values.create(year=2017, value=35, note="gezählt")
    reply = make_reply(asked, measure, figures={str(guests.pk): {"value": "35", "whole": ""}})

    accept(reply.pk, seen=only_case().seen, by=editor, now=NOW)

    assert guests.values.get().note == "gezählt"


def change_reply(reply):
    answer = Answer("ended", "Doch nicht.")
    seen = fingerprint_of(reply)
    save_reply(reply.request_id, reply.measure, answer, seen=seen, hands_in=True, now=NOW)


def evaluate_it(reply):
    add_evaluation(reply.measure, 2017)


def enter_value(reply):
    reply.measure.indicators.get().values.create(year=2017, value=1)


def settle_it(reply):
    accept(reply.pk, seen=only_case().seen, by=None, now=NOW)


def return_it(reply):
    send_back(reply.pk, seen=only_case().seen, remark="?", by=None, now=NOW)


@pytest.mark.parametrize(
    "meanwhile", [change_reply, evaluate_it, enter_value, settle_it, return_it]
)
def test_whoever_settles_learns_of_what_happened_meanwhile(asked, measure, editor, meanwhile):
    guests = make_indicator("guests", measure=measure)
    reply = make_reply(asked, measure, figures={str(guests.pk): {"value": "35", "whole": ""}})
    seen = only_case().seen
    meanwhile(reply)
    before = list(Evaluation.objects.values())

    for settle in (
        lambda: accept(reply.pk, seen=seen, by=editor, now=NOW),
        lambda: send_back(reply.pk, seen=seen, remark="Wie?", by=editor, now=NOW),
    ):
        with pytest.raises(ChangedMeanwhileError):
            settle()

    assert list(Evaluation.objects.values()) == before


def test_returned_one_is_mailed_with_its_remark(office, asked, measure, editor):
    reply = make_reply(asked, measure)

    send_back(reply.pk, seen=only_case().seen, remark="Wie viele kamen?", by=editor, now=NOW)
    deliver(asked.pk, now=NOW)

    reply.refresh_from_db()
    assert (reply.state, reply.remark) == ("returned", "Wie viele kamen?")
    [message] = mail.outbox
    assert "Wie viele kamen?" in message.body
    assert asked.link_token in message.body
    assert "Wie viele kamen?" in message.alternatives[0].content


def test_nothing_is_returned_to_a_link_that_has_ended(asked, measure, editor):
    reply = make_reply(asked, measure)
    withdraw(asked, now=NOW)

    with pytest.raises(LinkEndedError):
        send_back(reply.pk, seen=only_case().seen, remark="Wie?", by=editor, now=NOW)

    reply.refresh_from_db()
    assert reply.state == "submitted"
    accept(reply.pk, seen=only_case().seen, by=editor, now=NOW)  # what was handed in still counts


def test_cases_need_as_many_queries_for_three_as_for_one(
    asked, goal, measure, django_assert_num_queries
):
    def fill(one):
        guests = make_indicator(one.number.replace(".", "-"), measure=one)
        add_evaluation(one, 2017)
        make_reply(asked, one, figures={str(guests.pk): {"value": "1", "whole": ""}})

    def read():
        return [
            (case.seen, case.reply.measure.concept, case.figures) for case in waiting_cases(2017)
        ]

    fill(measure)
    with django_assert_num_queries(4):
        assert len(read()) == 1

    for number in ("2", "3"):
        fill(make_measure(goal, number))
    with django_assert_num_queries(4):
        assert len(read()) == 3


# --- races ----------------------------------------------------------------------------------------


def outcome(call):
    try:
        call()
    except ChangedMeanwhileError:
        return "told"
    return "done"


@pytest.mark.django_db(transaction=True)
def test_value_that_the_office_enters_at_that_moment_is_not_overwritten(asked, measure, editor):
    indicator = make_indicator(measure=measure)
    reply = make_reply(asked, measure, figures={str(indicator.pk): {"value": "12", "whole": ""}})
    seen, is_held = only_case().seen, Event()

    def work(number):
        if number:
            is_held.wait(timeout=5)
            return outcome(lambda: accept(reply.pk, seen=seen, by=editor, now=NOW))
        with transaction.atomic():
            Indicator.objects.select_for_update().get(pk=indicator.pk)
            is_held.set()
            sleep(0.5)
            IndicatorValue.objects.create(indicator=indicator, year=2017, value=200)
        return "entered"

    assert sorted(together(work)) == ["entered", "told"]
    assert IndicatorValue.objects.get().value == 200


@pytest.mark.django_db(transaction=True)
def test_two_who_settle_one_reply_at_once_one_wins_and_one_is_told(asked, measure, editor):
    reply = make_reply(asked, measure)
    seen = only_case().seen

    def settle(number):
        if number:
            return outcome(lambda: accept(reply.pk, seen=seen, by=editor, now=NOW))
        return outcome(lambda: send_back(reply.pk, seen=seen, remark="?", by=editor, now=NOW))

    assert sorted(together(settle)) == ["done", "told"]
    reply.refresh_from_db()
    assert Evaluation.objects.count() == (reply.state == "accepted")


@pytest.mark.django_db(transaction=True)
def test_two_organisations_of_one_measure_do_not_overwrite_each_other(asked, measure, editor):
    school = make_organisation("school")
    other = make_request(school, expires_at=NOW + timedelta(days=30))
    make_reply(asked, measure, "submitted", "proved")
    make_reply(other, measure, "submitted", "ended", reasoning="Schluss.")
    cases = waiting_cases(2017)

    results = together(
        lambda number: outcome(
            lambda: accept(cases[number].reply.pk, seen=cases[number].seen, by=editor, now=NOW)
        )
    )

    assert sorted(results) == ["done", "told"]


@pytest.mark.django_db(transaction=True)
def test_two_people_with_one_link_at_once_one_is_told(asked, measure):
    seen = fingerprint_of(None)

    def write(number):
        answer = Answer("proved", f"Text {number}")
        return outcome(
            lambda: save_reply(
                asked.pk, measure, answer, seen=seen, hands_in=True, now=timezone.now()
            )
        )

    asked.expires_at = timezone.now() + timedelta(days=1)
    asked.save()

    assert sorted(together(write)) == ["done", "told"]
    assert EvaluationReply.objects.count() == 1
