"""The right state for everything a mail server can say or do, at each step of a conversation."""

import time
from datetime import timedelta

import pytest

from newsletters import delivery, smtp
from newsletters.books import HAND_OVER_LEASE
from newsletters.links import TOKEN_PLACEHOLDER
from newsletters.models import Issue
from newsletters.subscription import leave
from tests.newsletters.making import NOW, make_reader, make_readers, start, states
from tests.newsletters.scripted_smtp import ScriptedServer

FIRST = "p0@example.org"
ALL_OFFERS = [("PIPELINING", "DSN", "SIZE 1000000"), ()]


@pytest.fixture(params=ALL_OFFERS, ids=["pipelining", "plain"])
def server(request, settings, monkeypatch):
    server = ScriptedServer(request.param)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    monkeypatch.setattr(smtp, "TIMEOUTS", smtp.Timeouts(2, 0.5, 0.5, 0.5, 0.5, 0.1))
    yield server
    server.close()


def clock():
    return NOW


def deliver(issue):
    """Send once; return whether the mail server was found to be of no use."""
    try:
        delivery.deliver_issue(issue, clock=clock)
    except delivery.NoRelayError:
        return False
    return True


def state_of(issue, address=FIRST):
    return issue.deliveries.get(subscriber__email=address).state


# What the server does to the first of three readers, what becomes of that reader's row, and whether
# the others are sent at once. Nobody but the last two rows may ever be unclear.
TABLE = [
    ("rcpt", "451 4.2.1 busy", "deferred", True),
    ("rcpt", "550 5.1.1 unknown", "failed", True),
    ("rcpt", "421 4.3.2 closing", "deferred", False),
    ("rcpt", "drop", "deferred", False),
    ("rcpt", 1.0, "deferred", False),
    ("data", "451 4.3.0 later", "deferred", True),
    ("data", "550 5.7.1 no", "failed", True),
    ("data", "421 4.3.2 closing", "deferred", False),
    ("data", "drop", "deferred", False),
    ("data", 1.0, "deferred", False),
    ("data", 0.1, "sent", True),
    ("dot", "451 4.3.0 later", "deferred", True),
    ("dot", "550 5.7.1 spam", "failed", True),
    ("dot", "552 5.3.4 too big", "failed", True),
    ("dot", "421 4.3.2 closing", "deferred", False),
    ("dot", 0.1, "sent", True),
    ("dot", "drop", "unsure", False),
    ("dot", "drop after taking", "unsure", False),
    ("dot", 1.0, "unsure", False),
    ("dot", "garbage", "unsure", False),
]


@pytest.mark.parametrize(("step", "does", "state", "goes_on"), TABLE)
def test_answer_gives_the_right_state(
    newsletter, newsletter_desk, server, step, does, state, goes_on
):
    make_readers(newsletter, 3)
    issue = start(newsletter, newsletter_desk)
    server.script = {FIRST: {step: does}}

    went_on = deliver(issue)

    assert (state_of(issue), went_on) == (state, goes_on)
    others = {"sent": 2} if goes_on else {"pending": 2}
    assert states(issue) == {
        name: count + (name == state) for name, count in ({state: 0} | others).items()
    }
    assert issue.deliveries.get(subscriber__email=FIRST).attempts == 1

    server.script = {}
    deliver(issue)

    expected = [f"p{n}@example.org" for n in range(3)]
    assert sorted(set(server.recipients) - {FIRST}) == expected[1:]
    assert len(server.recipients) == len(set(server.recipients))
    is_finished = state in ("sent", "failed")
    assert (Issue.objects.get(pk=issue.pk).state == "sent") == is_finished


def test_server_that_drops_the_connection_within_a_mail_has_not_got_it(
    newsletter, newsletter_desk, server, monkeypatch
):
    make_readers(newsletter, 3)
    issue = start(newsletter, newsletter_desk)
    server.script = {FIRST: {"content": "drop"}}
    hand_over = delivery.Books.hand_over

    def hand_over_when_it_has_dropped(self, row, **values):
        time.sleep(0.2)
        return hand_over(self, row, **values)

    monkeypatch.setattr(delivery.Books, "hand_over", hand_over_when_it_has_dropped)

    assert not deliver(issue)

    assert states(issue) == {"deferred": 1, "pending": 2}


@pytest.mark.parametrize(
    ("step", "does"),
    [
        ("connect", "421 4.3.2 full"),
        ("connect", "554 5.7.1 go away"),
        ("connect", "drop"),
        ("ehlo", "421 4.3.2 full"),
        ("ehlo", "drop"),
        ("ehlo", 3.0),
    ],
)
def test_server_that_lets_nobody_in_changes_nothing(
    newsletter, newsletter_desk, server, step, does
):
    make_readers(newsletter, 3)
    issue = start(newsletter, newsletter_desk)
    server.script = {"*": {step: does}}

    assert not deliver(issue)

    assert states(issue) == {"pending": 3}
    assert set(issue.deliveries.values_list("attempts", "lease_until")) == {(0, None)}


@pytest.mark.parametrize("does", ["421 4.3.2 closing", "451 4.3.0 later", "550 5.7.1 no", "drop"])
def test_refused_sender_is_nobodys_fault(newsletter, newsletter_desk, server, does):
    make_readers(newsletter, 3)
    issue = start(newsletter, newsletter_desk)
    server.script = {"*": {"mail": does}}

    assert not deliver(issue)

    assert states(issue) == {"deferred": 1, "pending": 2}
    assert server.accepted == []


def test_many_mails_go_over_one_connection(newsletter, newsletter_desk, server):
    make_readers(newsletter, 12)
    issue = start(newsletter, newsletter_desk)

    deliver(issue)

    assert states(issue) == {"sent": 12}
    assert server.recipients == [f"p{n}@example.org" for n in range(12)]
    assert server.connections == 1


def test_refusals_do_not_disturb_the_mails_between_them(newsletter, newsletter_desk, server):
    make_readers(newsletter, 6)
    issue = start(newsletter, newsletter_desk)
    server.script = {
        "p1@example.org": {"rcpt": "550 5.1.1 unknown"},
        "p2@example.org": {"dot": "451 4.3.0 later"},
        "p4@example.org": {"data": "550 5.7.1 no"},
    }

    deliver(issue)

    assert states(issue) == {"sent": 3, "failed": 2, "deferred": 1}
    assert server.recipients == ["p0@example.org", "p3@example.org", "p5@example.org"]
    assert server.connections == 1


def test_reader_who_leaves_while_their_mail_is_written_gets_nothing(
    newsletter, newsletter_desk, server, monkeypatch
):
    readers = make_readers(newsletter, 3)
    issue = start(newsletter, newsletter_desk)
    write = smtp.FinalDotSMTP._write

    def leave_meanwhile(self, data, timeout):
        if b"To: p1@example.org" in data:
            leave(readers[1], [newsletter], source="link", now=NOW)
        write(self, data, timeout)

    monkeypatch.setattr(smtp.FinalDotSMTP, "_write", leave_meanwhile)

    deliver(issue)

    assert server.recipients == ["p0@example.org", "p2@example.org"]
    assert states(issue) == {"sent": 2, "skipped": 1}
    assert server.connections == 2  # the first ended without a dot


def test_row_that_went_to_another_worker_gets_no_dot(
    newsletter, newsletter_desk, server, monkeypatch
):
    make_readers(newsletter, 2)
    issue = start(newsletter, newsletter_desk)
    write = smtp.FinalDotSMTP._write

    def taken_over_meanwhile(self, data, timeout):
        if b"To: p0@example.org" in data:
            rows = issue.deliveries.filter(subscriber__email=FIRST)
            rows.update(claim_token="another worker")
        write(self, data, timeout)

    monkeypatch.setattr(smtp.FinalDotSMTP, "_write", taken_over_meanwhile)

    deliver(issue)

    assert server.recipients == ["p1@example.org"]
    assert states(issue) == {"claimed": 1, "sent": 1}


def test_mail_on_the_wire_is_short_ascii_lines_with_this_readers_parts(
    newsletter, newsletter_desk, server
):
    anna = make_reader("anna@example.org", newsletter)
    amir = make_reader("amir@example.org", newsletter, language="ar")
    issue = start(
        newsletter, newsletter_desk, subject_ar="أسبوع\u202c", intro_de=".\n\n.Punkt\n" * 9
    )

    deliver(issue)

    for reader, (recipients, content), message in zip(
        (anna, amir), server.accepted, server.messages, strict=True
    ):
        row = issue.deliveries.get(subscriber=reader)
        assert recipients == [reader.email]
        assert content.isascii()
        assert max(map(len, content.split(b"\r\n"))) <= 998
        assert max(map(len, content.partition(b"\r\n\r\n")[2].split(b"\r\n"))) <= 76
        assert b"goes-here" not in content
        assert message["To"] == reader.email
        assert message["Message-ID"] == row.message_id
        assert message["Date"].datetime == NOW
        body = issue.bodies.get(language=reader.language)
        text, html = message.iter_parts()
        assert text["Content-Transfer-Encoding"] == "quoted-printable"
        token = reader.link_token
        assert text.get_content() == body.text.replace(TOKEN_PLACEHOLDER, token)
        assert html.get_content().strip() == body.html.replace(TOKEN_PLACEHOLDER, token).strip()
        assert reader.link_token in message["List-Unsubscribe"]


def test_mail_keeps_its_message_id_when_it_is_tried_again(newsletter, newsletter_desk, server):
    make_readers(newsletter, 1)
    issue = start(newsletter, newsletter_desk)
    before = issue.deliveries.get().message_id
    server.script = {FIRST: {"dot": ["drop after taking"]}}
    deliver(issue)
    issue.deliveries.update(state="pending", claim_token="")
    server.script = {}

    deliver(issue)

    assert [message["Message-ID"] for message in server.messages] == [before, before]


def test_delivery_notifications_are_asked_for_where_they_are_offered(
    newsletter, newsletter_desk, server
):
    make_readers(newsletter, 1)
    issue = start(newsletter, newsletter_desk)

    deliver(issue)

    key = issue.deliveries.get().message_id.strip("<>")
    mail, rcpt = (line for line in server.commands if line[:4] in ("MAIL", "RCPT"))
    if "DSN" in server.offers:
        assert mail == f"MAIL FROM:<newsletter@example.org> RET=HDRS ENVID={key}"
        assert rcpt == f"RCPT TO:<{FIRST}> NOTIFY=FAILURE,DELAY"
    else:
        assert mail == "MAIL FROM:<newsletter@example.org>"
        assert rcpt == f"RCPT TO:<{FIRST}>"


def test_journal_gets_each_mail_in_the_same_transaction(
    newsletter, newsletter_desk, server, settings
):
    settings.NEWSLETTER_JOURNAL = "journal@example.org"
    make_readers(newsletter, 3)
    issue = start(newsletter, newsletter_desk)
    server.script = {FIRST: {"rcpt": "550 5.1.1 unknown"}}

    deliver(issue)

    assert states(issue) == {"sent": 2, "failed": 1}
    assert [recipients for recipients, _content in server.accepted] == [
        ["p1@example.org", "journal@example.org"],
        ["p2@example.org", "journal@example.org"],
    ]
    assert issue.deliveries.filter(is_journaled=True).count() == 2


def test_journal_that_is_refused_keeps_nobody_from_their_mail(
    newsletter, newsletter_desk, server, settings
):
    settings.NEWSLETTER_JOURNAL = "journal@example.org"
    make_readers(newsletter, 2)
    issue = start(newsletter, newsletter_desk)
    server.script = {"journal@example.org": {"rcpt": "550 5.1.1 unknown"}}

    deliver(issue)

    assert states(issue) == {"sent": 2}
    assert not issue.deliveries.filter(is_journaled=True).exists()


@pytest.mark.parametrize("address", ["ä@example.org", "a b@example.org", "a@exa\nmple.org"])
def test_address_that_no_envelope_carries_fails_alone(newsletter, newsletter_desk, server, address):
    readers = make_readers(newsletter, 3)
    issue = start(newsletter, newsletter_desk)
    type(readers[1]).objects.filter(pk=readers[1].pk).update(email=address)

    deliver(issue)

    assert states(issue) == {"sent": 2, "failed": 1}


def test_slow_relay_is_waited_for_as_long_as_the_rfc_wants():
    assert smtp.Timeouts()[:5] == (300, 300, 120, 180, 600)
    assert timedelta(seconds=smtp.Timeouts().dot) < HAND_OVER_LEASE


def test_xtext_writes_what_a_parameter_may_hold():
    assert smtp.xtext("nl.4+5=a b@example.org") == "nl.4+2B5+3Da+20b@example.org"
