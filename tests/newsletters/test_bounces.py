"""Mails that come back: read, matched, counted once, and what follows."""

from datetime import timedelta
from email import message_from_bytes
from pathlib import Path

import pytest
from django.core import mail

from newsletters import bounces, dsn, tasks
from newsletters.delivery import deliver_issue
from newsletters.envelope import delivery_of, envelope_from
from newsletters.incoming import Outcome, empty_mailbox, take_in
from newsletters.mailbox import ERRORS, open_mailbox
from newsletters.models import Bounce, Consent, Delivery, Subscriber
from tests.newsletters.mail_servers import Imap, Pop, serving
from tests.newsletters.making import NOW, make_issue, make_newsletter, make_reader, start

RETURNED = Path(__file__).parent / "returned"
WEEK = timedelta(days=7)


@pytest.fixture
def reader(newsletter):
    return make_reader("anna@example.org", newsletter)


@pytest.fixture
def verp(settings):
    settings.BOUNCE_ADDRESS = "bounces@example.org"


@pytest.fixture
def delivery(newsletter, newsletter_desk, reader):
    issue = start(newsletter, newsletter_desk)
    deliver_issue(issue, clock=lambda: NOW)
    mail.outbox.clear()
    return issue.deliveries.select_related("subscriber", "issue__newsletter").get()


def returned(name, delivery, *, to="bounces@example.org", **changed):
    values = {"to": to, "recipient": "anna@example.org", "message_id": delivery.message_id}
    text = (RETURNED / f"{name}.eml").read_text()
    for key, value in (values | changed).items():
        text = text.replace(f"{{{key}}}", value)
    return text.encode()


def state():
    return Subscriber.objects.get().state


# --- reading --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "status", "kind"),
    [
        ("postfix", "5.1.1", "hard"),
        ("exim", "5.0.0", "hard"),
        ("exim_old", "5.1.1", "hard"),
        ("exchange", "5.1.10", "hard"),
        ("gmail_full", "5.2.2", "soft"),
    ],
)
def test_reports_of_every_server_are_understood(delivery, name, status, kind):
    [failure] = dsn.failures(message_from_bytes(returned(name, delivery)))

    assert (failure.recipient, failure.status) == ("anna@example.org", status)
    assert failure.message_id == delivery.message_id
    assert bounces.kind_of(failure.status, failure.reason) == kind


@pytest.mark.parametrize(
    ("status", "reason", "kind"),
    [
        ("5.7.1", "550 5.7.1 Message rejected due to spam", "soft"),
        ("5.7.26", "unauthenticated sender", "soft"),
        ("5.1.8", "sender address rejected", "soft"),
        ("", "550 Requested action not taken: mailbox unavailable", "soft"),
        ("", "550 User unknown", "hard"),
        ("5.4.1", "Recipient address rejected: Access denied. AS(201806281)", "hard"),
        ("5.3.4", "message too big: user unknown to us as a reader of such mails", "soft"),
        ("4.2.2", "mailbox full", "soft"),
    ],
)
def test_only_a_mailbox_that_is_gone_is_hard(status, reason, kind):
    assert bounces.kind_of(status, reason) == kind


@pytest.mark.parametrize(
    "garbage", [b"", b"\xff\xfe\x00", b"Subject: =?utf-8?b?!!!?=\n\nx", b"To: <<>\n"]
)
def test_garbage_is_left_for_people(db, garbage):
    assert take_in(garbage, now=NOW) is Outcome.OTHER


# --- matching -------------------------------------------------------------------------------------


def test_envelope_leads_back_to_its_delivery_alone(verp, delivery):
    address = envelope_from(delivery)

    assert address.startswith(f"bounces+{delivery.pk}-")
    assert len(address.partition("@")[0]) <= 64
    assert delivery_of(address.upper()) == delivery
    assert delivery_of(address.replace(f"+{delivery.pk}-", f"+{delivery.pk + 1}-")) is None
    assert delivery_of("bounces@example.org") is None


def test_envelope_is_the_newsletters_address_where_nothing_is_read(delivery):
    assert envelope_from(delivery) == "newsletter@example.org"
    assert delivery_of("newsletter@example.org") is None


def test_envelope_survives_a_change_of_the_key(verp, delivery, settings):
    address = envelope_from(delivery)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "neu", [settings.SECRET_KEY]

    assert delivery_of(address) == delivery


def test_report_to_the_envelope_address_needs_nothing_else(verp, delivery):
    content = returned(
        "postfix", delivery, to=envelope_from(delivery), message_id="<other@x.example>"
    )

    assert take_in(content, now=NOW) is Outcome.BOUNCE

    bounce = Bounce.objects.get()
    assert (bounce.delivery, bounce.kind, bounce.status) == (delivery, "hard", "5.1.1")
    assert "User unknown" in bounce.reason
    assert state() == "suspended"


def test_report_is_matched_by_the_message_id_it_returns(delivery):
    take_in(returned("exchange", delivery, recipient="umgezogen@example.com"), now=NOW)

    assert Bounce.objects.get().delivery == delivery
    assert state() == "suspended"


def test_report_that_only_names_the_reader_counts_but_suspends_nobody(delivery):
    """Such a mail anybody could write."""
    take_in(returned("postfix", delivery, message_id="<made.up@example.com>"), now=NOW)

    assert (Bounce.objects.get().kind, state()) == ("soft", "active")


def test_report_about_a_stranger_counts_for_nobody(delivery):
    content = returned("postfix", delivery, message_id="<x@y>", recipient="fremd@example.org")

    assert take_in(content, now=NOW) is Outcome.BOUNCE
    assert not Bounce.objects.exists()


@pytest.mark.parametrize(
    ("name", "outcome"),
    [("delayed", Outcome.BOUNCE), ("holiday", Outcome.AUTOMATIC), ("person", Outcome.OTHER)],
)
def test_what_is_no_failure_counts_for_nobody(delivery, name, outcome):
    assert take_in(returned(name, delivery), now=NOW) is outcome
    assert not Bounce.objects.exists()


# --- counting -------------------------------------------------------------------------------------


def test_report_read_twice_counts_once(delivery):
    for _time in range(2):
        take_in(returned("gmail_full", delivery), now=NOW)
    take_in(returned("delayed", delivery), now=NOW)

    assert Bounce.objects.count() == 1


def test_hard_report_after_a_soft_one_of_the_same_mail_prevails(delivery):
    take_in(returned("gmail_full", delivery), now=NOW)
    take_in(returned("postfix", delivery), now=NOW)
    take_in(returned("gmail_full", delivery), now=NOW)

    assert (Bounce.objects.get().kind, state()) == ("hard", "suspended")


def past_delivery(newsletter, reader, number, **values):
    issue = make_issue(newsletter, slot=f"2026-W{number:02}", due=NOW - WEEK * (40 - number))
    return Delivery.objects.create(
        issue=issue, subscriber=reader, address_hash=reader.address_hash, language="de",
        message_id=f"<nl.{number}@example.org>", **{"state": "sent"} | values,
    )  # fmt: skip


def came_back(delivery, *, at):
    bounces.note_bounce(delivery, kind="soft", source="report", at=at)


def test_third_soft_bounce_in_a_row_suspends(newsletter, reader):
    for number in (1, 2, 3):
        assert state() == "active"
        came_back(past_delivery(newsletter, reader, number), at=NOW + WEEK * number)

    assert state() == "suspended"


def test_soft_bounces_within_a_few_days_do_not_suspend(newsletter, reader):
    for number in (1, 2, 3, 4):
        came_back(past_delivery(newsletter, reader, number), at=NOW + timedelta(days=number))

    assert state() == "active"


def test_issue_that_arrives_begins_the_count_anew(newsletter, reader):
    for number in (1, 2, 3, 4):
        delivery = past_delivery(newsletter, reader, number)
        if number != 3:
            came_back(delivery, at=NOW + WEEK * number)

    assert state() == "active"


def test_refusals_of_the_mail_server_count_in_the_same_way(newsletter, newsletter_desk, relay):
    gone, full = (make_reader(f"{name}@example.org", newsletter) for name in ("gone", "full"))
    issue = start(newsletter, newsletter_desk)
    mine = {one.subscriber_id: one.pk for one in issue.deliveries.all()}
    failed = Delivery.objects.filter(issue=issue)
    failed.filter(pk=mine[gone.pk]).update(
        state="failed", smtp_code=550, enhanced_code="5.1.1", error="5.1.1 user unknown"
    )
    failed.filter(pk=mine[full.pk]).update(
        state="failed", smtp_code=552, enhanced_code="5.2.2", error="5.2.2 mailbox full"
    )

    assert (bounces.count_refusals(now=NOW), bounces.count_refusals(now=NOW)) == (2, 0)

    gone.refresh_from_db()
    full.refresh_from_db()
    assert (gone.state, full.state) == ("suspended", "active")


def test_relay_that_refuses_the_sender_suspends_nobody(newsletter, newsletter_desk, reader):
    issue = start(newsletter, newsletter_desk)
    issue.deliveries.update(state="failed", smtp_code=550, error="5.7.1 relaying denied")

    bounces.count_refusals(now=NOW)

    assert state() == "active"


# --- unsubscribing by mail ------------------------------------------------------------------------


def letter(subject):
    return f"From: x@example.net\nTo: bounces@example.org\nSubject: {subject}\n\n".encode()


def test_mail_to_unsubscribe_is_obeyed_whoever_sends_it(newsletter, reader):
    subject = f"unsubscribe {newsletter.slug} {reader.link_token}"

    assert take_in(letter(subject), now=NOW) is Outcome.LEFT

    assert not reader.subscriptions.current().exists()
    assert Consent.objects.latest("pk").source == "mail"


@pytest.mark.parametrize("token", ["x" * 43, "", "short"])
def test_mail_to_unsubscribe_with_a_wrong_token_does_nothing(newsletter, reader, token):
    take_in(letter(f"unsubscribe {newsletter.slug} {token}"), now=NOW)

    assert reader.subscriptions.current().exists()


def test_mail_programs_write_to_the_mailbox_that_is_read(
    verp, settings, newsletter, newsletter_desk, reader
):
    settings.BOUNCE_MAILBOX_URL = "imap+ssl://bounces:x@mail.example.org"
    deliver_issue(start(newsletter, newsletter_desk), clock=lambda: NOW)

    header = mail.outbox[0].extra_headers["List-Unsubscribe"]
    subject = header.partition("?subject=")[2].rstrip(">").replace("%20", " ")
    assert "<mailto:bounces@example.org?" in header
    assert take_in(letter(subject), now=NOW) is Outcome.LEFT


# --- the mailbox ----------------------------------------------------------------------------------

SERVERS = pytest.mark.parametrize(("kind", "scheme"), [(Imap, "imap"), (Pop, "pop3")])


@SERVERS
def test_mailbox_is_emptied_of_all_that_is_not_for_people(delivery, kind, scheme):
    names = ("postfix", "person", "holiday", "gmail_full")
    mails = {str(n): returned(name, delivery) for n, name in enumerate(names, start=1)}

    with serving(kind, mails) as (port, server):
        url = f"{scheme}://bounces:se%20cret@localhost:{port}/INBOX"
        for _time in range(2):
            with open_mailbox(url) as mailbox:
                empty_mailbox(mailbox, now=NOW)

        assert list(server.mails) == ["2"]
    assert (Bounce.objects.count(), state()) == (1, "suspended")


def test_mail_that_cannot_be_dealt_with_does_not_keep_the_others(delivery, monkeypatch):
    mails = {"1": returned("holiday", delivery), "2": returned("postfix", delivery)}
    monkeypatch.setattr(dsn, "is_automatic", lambda message: 1 / 0)

    with serving(Imap, mails) as (port, server):
        with open_mailbox(f"imap://bounces:se%20cret@localhost:{port}") as mailbox:
            empty_mailbox(mailbox, now=NOW)

        assert (list(server.mails), server.seen) == (["1"], {"1"})
    assert state() == "suspended"


@SERVERS
def test_mailbox_with_a_wrong_password_is_an_error_that_the_task_survives(
    db, settings, kind, scheme
):
    settings.BOUNCE_ADDRESS = "bounces@example.org"
    with serving(kind, {}) as (port, _server):
        settings.BOUNCE_MAILBOX_URL = f"{scheme}://bounces:wrong@localhost:{port}/INBOX"

        with pytest.raises(ERRORS), open_mailbox(settings.BOUNCE_MAILBOX_URL):
            pass
        tasks.look_after_bounces()


def test_mailbox_that_cannot_be_reached_is_tried_again_later(db, settings):
    settings.BOUNCE_MAILBOX_URL = "imap://bounces:x@localhost:1/INBOX"

    tasks.look_after_bounces()


def test_mail_larger_than_a_report_is_read_only_so_far(delivery):
    huge = returned("postfix", delivery) + b"x" * 1_000_000

    with (
        serving(Imap, {"1": huge}) as (port, _server),
        open_mailbox(f"imap://bounces:se%20cret@localhost:{port}") as mailbox,
    ):
        [(_key, content)] = mailbox.new_mails()

    assert len(content) == 256 * 1024


def test_newsletters_do_not_share_the_meaning_of_a_mail(newsletter, reader):
    make_newsletter("mehr")

    take_in(letter(f"unsubscribe mehr {reader.link_token}"), now=NOW)

    assert [one.newsletter for one in reader.subscriptions.current()] == [newsletter]
