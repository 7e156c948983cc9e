from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from django.core import mail
from django.db import connection

from newsletters import delivery, unsure
from newsletters.books import Books, next_attempt
from newsletters.models import Delivery, Issue
from newsletters.privacy import erase
from newsletters.subscription import leave
from tests.newsletters.making import (
    NOW,
    make_issue,
    make_newsletter,
    make_reader,
    make_readers,
    release,
    start,
    states,
)


def clock():
    return NOW


def only(issue):
    return issue.deliveries.get()


# --- beginning ----------------------------------------------------------------------------------


def test_start_due_begins_each_issue_once(newsletter, newsletter_desk):
    make_readers(newsletter, 1)
    issue = release(newsletter, newsletter_desk, due=NOW)

    assert delivery.start_due(now=NOW - timedelta(minutes=1)) == []
    assert delivery.start_due(now=NOW) == [issue]
    assert delivery.start_due(now=NOW) == []
    issue.refresh_from_db()
    assert (issue.state, issue.published_at) == ("sending", NOW)


def test_start_due_of_a_newsletter_without_archive_publishes_nothing(office, newsletter_desk):
    newsletter = make_newsletter(has_archive=False)
    make_readers(newsletter, 1)

    issue = start(newsletter, newsletter_desk)

    assert issue.published_at is None


def test_start_due_leaves_what_missed_its_time_to_staff(newsletter, newsletter_desk):
    make_readers(newsletter, 1)
    release(newsletter, newsletter_desk, due=NOW)

    assert delivery.start_due(now=NOW + timedelta(hours=12, minutes=1)) == []
    assert len(delivery.start_due(now=NOW + timedelta(hours=12))) == 1


def test_start_due_waits_in_the_hour_of_the_clock_change(newsletter, newsletter_desk):
    make_readers(newsletter, 1)
    night = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # 2:30
    release(newsletter, newsletter_desk, due=night - timedelta(hours=1))

    assert delivery.start_due(now=night) == []
    assert delivery.start_due(now=night + timedelta(hours=1)) == []  # 2:30 again
    assert len(delivery.start_due(now=night + timedelta(hours=2))) == 1


# --- sending ------------------------------------------------------------------------------------


def test_deliver_sends_to_everybody_once_over_one_connection_a_batch(
    newsletter, newsletter_desk, relay, monkeypatch
):
    monkeypatch.setattr(delivery, "BATCH", 25)
    make_readers(newsletter, 30)
    issue = start(newsletter, newsletter_desk)

    assert delivery.deliver_issue(issue, clock=clock) == 30
    assert delivery.deliver_issue(issue, clock=clock) == 0

    assert sorted(relay.asked) == sorted(f"p{number}@example.org" for number in range(30))
    assert relay.opened == 2
    issue.refresh_from_db()
    assert (issue.state, issue.finished_at) == ("sent", NOW)
    assert states(issue) == {"sent": 30}


def test_deliver_writes_each_in_their_language_with_their_own_links(
    newsletter, newsletter_desk, relay
):
    anna = make_reader("anna@example.org", newsletter, language="de")
    amir = make_reader("amir@example.org", newsletter, language="ar")
    issue = start(newsletter, newsletter_desk)

    delivery.deliver_issue(issue, clock=clock)

    to_anna, to_amir = mail.outbox
    assert (to_anna.to, to_amir.to) == (["anna@example.org"], ["amir@example.org"])
    assert f"/de/newsletters/my/{anna.link_token}/" in to_anna.body
    assert f"/ar/newsletters/my/{amir.link_token}/" in to_amir.body
    assert anna.link_token not in str(to_amir.message())
    html, kind = to_amir.alternatives[0]
    assert kind == "text/html"
    assert 'dir="rtl"' in html
    assert f"/ar/newsletters/leave/zusammenleben/{amir.link_token}/" in html


def test_deliver_sets_the_headers_of_a_list(newsletter, newsletter_desk, relay):
    newsletter.reply_to = "antwort@example.org"
    newsletter.save()
    anna = make_reader("anna@example.org", newsletter)
    issue = start(newsletter, newsletter_desk)

    delivery.deliver_issue(issue, clock=clock)

    message = mail.outbox[0].message()
    leave_url = f"https://portal.example.org/de/newsletters/leave/zusammenleben/{anna.link_token}/"
    assert message["From"] == "Verteiler Zusammenleben <newsletter@example.org>"
    assert message["Reply-To"] == "antwort@example.org"
    assert message["List-Id"] == "<zusammenleben.portal.example.org>"
    assert message["List-Unsubscribe"].startswith(f"<{leave_url}>, <mailto:antwort@example.org?")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["List-Archive"] == (
        "<https://portal.example.org/de/newsletters/archive/zusammenleben/>"
    )
    assert message["Message-ID"] == only(issue).message_id
    assert message["Precedence"] == "bulk"
    assert message["Content-Language"] == "de"


def test_deliver_skips_who_left_after_the_release(newsletter, newsletter_desk, relay):
    make_reader("bleibt@example.org", newsletter)
    gone = make_reader("geht@example.org", newsletter)
    issue = start(newsletter, newsletter_desk)
    leave(gone, [newsletter], source="link", now=NOW)

    delivery.deliver_issue(issue, clock=clock)

    assert relay.asked == ["bleibt@example.org"]
    assert states(issue) == {"sent": 1, "skipped": 1}
    assert Issue.objects.get(pk=issue.pk).state == "sent"


def test_deliver_skips_who_leaves_between_claim_and_sending(newsletter, newsletter_desk, relay):
    reader = make_reader("geht@example.org", newsletter)
    issue = start(newsletter, newsletter_desk)
    [row] = delivery.claim(issue, claim_token="t", now=NOW)

    leave(reader, [newsletter], source="link", now=NOW)

    assert not Books().hand_over(row, now=NOW)
    assert only(issue).state == "skipped"


def test_deliver_skips_whose_data_were_erased(newsletter, newsletter_desk, relay):
    make_reader("weg@example.org", newsletter)
    issue = start(newsletter, newsletter_desk)
    erase("weg@example.org", now=NOW)

    delivery.deliver_issue(issue, clock=clock)

    assert relay.asked == []
    assert states(issue) == {"skipped": 1}
    assert Issue.objects.get(pk=issue.pk).state == "sent"


def test_deliver_ignores_who_joined_after_the_release(newsletter, newsletter_desk, relay):
    make_reader("alt@example.org", newsletter)
    issue = start(newsletter, newsletter_desk)
    make_reader("neu@example.org", newsletter, at=NOW)

    delivery.deliver_issue(issue, clock=clock)

    assert relay.asked == ["alt@example.org"]


def test_who_joined_after_the_release_gets_the_next_issue(newsletter, newsletter_desk, relay):
    make_reader("alt@example.org", newsletter)
    delivery.deliver_issue(start(newsletter, newsletter_desk), clock=clock)
    make_reader("neu@example.org", newsletter, at=NOW)

    delivery.deliver_issue(start(newsletter, newsletter_desk, slot="2026-W49"), clock=clock)

    assert relay.asked == ["alt@example.org", "alt@example.org", "neu@example.org"]


def test_deliver_stops_between_two_mails_when_its_time_is_up(newsletter, newsletter_desk, relay):
    make_readers(newsletter, 6)
    issue = start(newsletter, newsletter_desk)

    def clock_that_moves_with_each_mail():
        return NOW + timedelta(seconds=4 * len(relay.asked))

    delivery.deliver_issue(issue, clock=clock_that_moves_with_each_mail, seconds=10)

    assert relay.asked == ["p0@example.org", "p1@example.org", "p2@example.org"]
    assert states(issue) == {"sent": 3, "pending": 3}
    assert Issue.objects.get(pk=issue.pk).state == "sending"


# --- what can go wrong ----------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["rcpt", "data", "sender"])
def test_answer_4xx_is_tried_again_later(newsletter, newsletter_desk, relay, step):
    make_reader("voll@example.org", newsletter)
    issue = start(newsletter, newsletter_desk)
    relay.answers = {"voll@example.org": (step, 451)}

    try:
        delivery.deliver_issue(issue, clock=clock)
    except delivery.NoRelayError:
        assert step == "sender"

    row = only(issue)
    assert (row.state, row.attempts) == ("deferred", 1)
    assert row.next_attempt_at == NOW + timedelta(minutes=5)
    assert (row.smtp_code, row.enhanced_code, row.error) == (451, "4.7.0", "4.7.0 said 451")
    assert Issue.objects.get(pk=issue.pk).state == "sending"


def test_deferred_mail_goes_out_when_its_time_has_come(newsletter, newsletter_desk, relay):
    make_reader("voll@example.org", newsletter)
    issue = start(newsletter, newsletter_desk)
    relay.answers = {"voll@example.org": ("rcpt", 450)}
    delivery.deliver_issue(issue, clock=clock)
    relay.answers = {}

    assert delivery.deliver_issue(issue, clock=lambda: NOW + timedelta(minutes=4)) == 0
    assert delivery.deliver_issue(issue, clock=lambda: NOW + timedelta(minutes=5)) == 1

    assert states(issue) == {"sent": 1}
    assert only(issue).attempts == 2


def test_answer_5xx_is_final(newsletter, newsletter_desk, relay):
    make_reader("tot@example.org", newsletter)
    make_reader("lebt@example.org", newsletter)
    issue = start(newsletter, newsletter_desk)
    relay.answers = {"tot@example.org": ("rcpt", 550)}

    delivery.deliver_issue(issue, clock=clock)

    assert states(issue) == {"sent": 1, "failed": 1}
    assert Issue.objects.get(pk=issue.pk).state == "sent"


def test_answer_421_ends_the_batch_and_puts_the_rest_back(newsletter, newsletter_desk, relay):
    make_readers(newsletter, 3)
    issue = start(newsletter, newsletter_desk)
    relay.answers = {"p1@example.org": ("data", 421)}

    with pytest.raises(delivery.NoRelayError):
        delivery.deliver_issue(issue, clock=clock)

    assert relay.asked == ["p0@example.org", "p1@example.org"]
    assert states(issue) == {"sent": 1, "deferred": 1, "pending": 1}


def test_refused_sender_stops_before_others_are_refused(newsletter, newsletter_desk, relay):
    make_readers(newsletter, 3)
    issue = start(newsletter, newsletter_desk)
    relay.answers = {"p0@example.org": ("sender", 530)}

    with pytest.raises(delivery.NoRelayError):
        delivery.deliver_issue(issue, clock=clock)

    assert states(issue) == {"deferred": 1, "pending": 2}


def test_lost_connection_leaves_one_mail_unclear_and_the_issue_open(
    newsletter, newsletter_desk, relay
):
    make_readers(newsletter, 3)
    issue = start(newsletter, newsletter_desk)
    relay.answers = {"p0@example.org": ("drop", 0)}

    with pytest.raises(delivery.NoRelayError):
        delivery.deliver_issue(issue, clock=clock)
    delivery.deliver_issue(issue, clock=clock)

    assert states(issue) == {"sent": 2, "unsure": 1}
    assert relay.asked == ["p0@example.org", "p1@example.org", "p2@example.org"]
    assert Issue.objects.get(pk=issue.pk).state == "sending"


@pytest.mark.parametrize(("send_again", "state"), [(True, "sent"), (False, "failed")])
def test_unclear_mail_is_settled_by_staff(newsletter, newsletter_desk, relay, send_again, state):
    make_readers(newsletter, 1)
    issue = start(newsletter, newsletter_desk)
    issue.deliveries.update(state="unsure")

    decide = unsure.send_again if send_again else unsure.leave
    assert decide(only(issue))
    assert not decide(only(issue))
    delivery.deliver_issue(issue, clock=clock)

    assert only(issue).state == state
    assert Issue.objects.get(pk=issue.pk).state == "sent"


def test_relay_that_is_down_changes_nothing(newsletter, newsletter_desk, relay):
    make_readers(newsletter, 3)
    issue = start(newsletter, newsletter_desk)
    relay.is_down = True

    with pytest.raises(delivery.NoRelayError):
        delivery.deliver_issue(issue, clock=clock)

    assert states(issue) == {"pending": 3}
    assert set(issue.deliveries.values_list("attempts", "lease_until")) == {(0, None)}


def test_name_that_no_header_can_carry_fails_alone(newsletter, newsletter_desk, relay):
    make_readers(newsletter, 2)
    issue = start(newsletter, newsletter_desk)
    issue.deliveries.filter(subscriber__email="p0@example.org").update(message_id="<a\nb>")

    delivery.deliver_issue(issue, clock=clock)

    assert states(issue) == {"sent": 1, "failed": 1}


# --- claims and leases -------------------------------------------------------------------------


def test_claim_gives_no_row_to_two_workers(newsletter, newsletter_desk):
    make_readers(newsletter, 30)
    issue = start(newsletter, newsletter_desk)

    first = delivery.claim(issue, claim_token="one", now=NOW, size=25)
    second = delivery.claim(issue, claim_token="two", now=NOW)

    assert (len(first), len(second)) == (25, 5)
    assert not {row.pk for row in first} & {row.pk for row in second}


def test_claim_takes_nothing_of_an_issue_that_is_not_sending(newsletter, newsletter_desk):
    make_readers(newsletter, 1)
    issue = release(newsletter, newsletter_desk)

    assert delivery.claim(issue, claim_token="one", now=NOW) == []


def test_claim_asks_the_same_for_one_and_for_many(
    newsletter, newsletter_desk, django_assert_num_queries
):
    make_readers(newsletter, 4)
    issue = start(newsletter, newsletter_desk)
    with django_assert_num_queries(6):  # a savepoint and its release are two of them
        delivery.claim(issue, claim_token="one", now=NOW, size=1)

    with django_assert_num_queries(6):
        delivery.claim(issue, claim_token="two", now=NOW, size=3)


def test_sweep_frees_what_was_not_handed_over_and_doubts_what_was(newsletter, newsletter_desk):
    make_readers(newsletter, 3)
    issue = start(newsletter, newsletter_desk)
    rows = delivery.claim(issue, claim_token="dead", now=NOW, size=2)
    Books().hand_over(rows[0], now=NOW)

    assert delivery.sweep(now=NOW + timedelta(minutes=5)) == 0
    assert delivery.sweep(now=NOW + timedelta(minutes=5, seconds=1)) == 1
    assert states(issue) == {"pending": 2, "final_dot": 1}
    assert delivery.sweep(now=NOW + timedelta(minutes=12, seconds=1)) == 1

    assert states(issue) == {"pending": 2, "unsure": 1}


def test_worker_whose_lease_ran_out_hands_nothing_over(newsletter, newsletter_desk):
    make_readers(newsletter, 1)
    issue = start(newsletter, newsletter_desk)
    [stale] = delivery.claim(issue, claim_token="slow", now=NOW)
    later = NOW + timedelta(minutes=6)
    delivery.sweep(now=later)
    [fresh] = delivery.claim(issue, claim_token="quick", now=later)

    assert not Books().hand_over(stale, now=later)
    assert Books().hand_over(fresh, now=later)


def test_finish_needs_a_balance(newsletter, newsletter_desk):
    make_readers(newsletter, 2)
    issue = start(newsletter, newsletter_desk)
    first, second = issue.deliveries.all()
    Delivery.objects.filter(pk=first.pk).update(state="sent")
    for state in ("pending", "unsure"):
        Delivery.objects.filter(pk=second.pk).update(state=state)
        assert not delivery.finish_issue(issue, now=NOW)

    Delivery.objects.filter(pk=second.pk).update(state="failed")
    assert delivery.finish_issue(issue, now=NOW)


@pytest.mark.parametrize(
    ("attempts", "minutes"), [(1, 5), (2, 15), (3, 60), (4, 240), (5, 240), (20, 240)]
)
def test_next_attempt_backs_off(attempts, minutes):
    again = next_attempt(attempts, now=NOW, started=NOW)

    assert again == NOW + timedelta(minutes=minutes)


def test_next_attempt_gives_up_after_five_days():
    assert next_attempt(30, now=NOW + timedelta(days=5), started=NOW) is None


def test_delivery_is_unique_by_reader_and_by_address(newsletter, newsletter_desk):
    from django.db import IntegrityError, transaction

    reader = make_reader("a@example.org", newsletter)
    issue = start(newsletter, newsletter_desk)
    other = make_issue(newsletter, slot="2026-W49")
    row = {"language": "de", "message_id": "<x>"}

    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.create(issue=issue, subscriber=reader, address_hash="b" * 64, **row)
    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.create(issue=issue, address_hash=reader.address_hash, **row)
    Delivery.objects.create(issue=other, subscriber=reader, address_hash=reader.address_hash, **row)


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_to_each_reader_once(newsletter_desk, relay, monkeypatch):
    monkeypatch.setattr(delivery, "BATCH", 7)
    newsletter = make_newsletter()
    make_readers(newsletter, 60)
    issue = start(newsletter, newsletter_desk)
    at_once = Barrier(2)

    def work(_number):
        try:
            at_once.wait()
            return delivery.deliver_issue(issue, clock=clock)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        dealt_with = sum(pool.map(work, range(2)))

    assert dealt_with == 60
    assert Counter(relay.asked) == Counter({f"p{number}@example.org": 1 for number in range(60)})
    assert states(issue) == {"sent": 60}
    assert Issue.objects.get().state == "sent"
