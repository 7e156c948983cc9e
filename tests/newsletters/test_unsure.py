"""Unclear mails: what the relay's log and the journal say, and what happens to the rest."""

import os
import socket
import threading
from datetime import timedelta

import pytest

from newsletters import unsure
from newsletters.models import Issue
from newsletters.witnesses import Journal, RelayLog, witnesses
from tests.newsletters.making import NOW, make_readers, start, states

LATER = NOW + timedelta(minutes=16)


@pytest.fixture
def issue(newsletter, newsletter_desk):
    """Two recipients: one mail was surely sent, the other is unclear."""
    make_readers(newsletter, 2)
    issue = start(newsletter, newsletter_desk)
    first, second = issue.deliveries.all()
    values = {"handed_over_at": NOW, "claim_token": "t", "attempts": 1}
    issue.deliveries.filter(pk=first.pk).update(state="sent", **values)
    issue.deliveries.filter(pk=second.pk).update(state="unsure", **values)
    return issue


@pytest.fixture
def ids(issue):
    """The ids of the sent and of the unclear mail, without brackets."""
    return [one.strip("<>") for one in issue.deliveries.values_list("message_id", flat=True)]


@pytest.fixture
def log(tmp_path):
    def write(text, *, written_at=LATER, name="mail.log"):
        path = tmp_path / name
        path.write_text(text)
        os.utime(path, (written_at.timestamp(), written_at.timestamp()))
        return RelayLog(tmp_path / "mail.log")

    return write


POSTFIX = (
    "Nov 23 10:00:00 mx postfix/cleanup[7]: {queue}: message-id=<{id}>\n"
    "Nov 23 10:00:00 mx postfix/qmgr[3]: {queue}: from=<n@example.org>, size=9 (queue active)\n"
)
BROKEN_OFF = (
    "Nov 23 10:00:00 mx postfix/cleanup[7]: {queue}: message-id=<{id}>\n"
    "Nov 23 10:00:00 mx postfix/smtpd[2]: lost connection after DATA (900 bytes) from portal\n"
)
EXIM = "2026-11-23 10:00:00 1abc-0001-XY <= n@example.org H=portal P=esmtp S=9 id={id}\n"
SENDMAIL = "Nov 23 10:00:00 mx sendmail[5]: {queue}: from=<n@example.org>, msgid=<{id}>, relay=x\n"


@pytest.mark.parametrize("line", [POSTFIX, EXIM, SENDMAIL])
def test_mail_that_the_log_has_was_sent(issue, ids, log, line):
    text = "".join(line.format(id=one, queue=f"4F{n}Q") for n, one in enumerate(ids))

    assert unsure.look_up([log(text)], now=LATER) == 1

    assert states(issue) == {"sent": 2}
    assert issue.deliveries.last().sent_at == NOW


@pytest.mark.parametrize("line", [POSTFIX, EXIM, SENDMAIL])
def test_mail_that_the_log_lacks_is_sent_again(issue, ids, log, line):
    witness = log(line.format(id=ids[0], queue="4F0Q"))

    assert unsure.look_up([witness], now=LATER) == 1

    row = issue.deliveries.last()
    assert (row.state, row.claim_token) == ("pending", "")


def test_mail_that_broke_off_at_postfix_was_not_taken(issue, ids, log):
    text = POSTFIX.format(id=ids[0], queue="4F0Q") + BROKEN_OFF.format(id=ids[1], queue="4F1Q")

    unsure.look_up([log(text)], now=LATER)

    assert states(issue) == {"sent": 1, "pending": 1}


def test_mail_in_the_rotated_log_was_sent(issue, ids, log):
    log(EXIM.format(id=ids[1]), name="mail.log.1")

    unsure.look_up([log("nothing yet\n")], now=LATER)

    assert states(issue) == {"sent": 2}


@pytest.mark.parametrize(
    ("text", "written_at"),
    [
        ("", LATER),  # empty
        ("of something else\n", LATER),  # does not log Message-IDs, or not these
        ("{known}", NOW - timedelta(minutes=1)),  # nothing written since
    ],
)
def test_log_that_would_not_know_decides_nothing(issue, ids, log, text, written_at):
    witness = log(text.format(known=EXIM.format(id=ids[0])), written_at=written_at)

    assert unsure.look_up([witness], now=LATER) == 0

    assert states(issue) == {"sent": 1, "unsure": 1}


def test_log_that_is_missing_decides_nothing(issue, tmp_path):
    assert unsure.look_up([RelayLog(tmp_path / "none")], now=LATER) == 0


@pytest.mark.parametrize("after", [timedelta(minutes=14), timedelta(hours=13)])
def test_look_up_comes_neither_too_early_nor_too_late(issue, ids, log, after):
    assert unsure.look_up([log(EXIM.format(id=ids[0]))], now=NOW + after) == 0


# --- the journal ------------------------------------------------------------------------------


class Mailbox:
    """An IMAP server with one folder, of which only Message-IDs are known."""

    def __init__(self):
        self.message_ids, self.said = [], []
        self.listener = socket.create_server(("127.0.0.1", 0))
        port = self.listener.getsockname()[1]
        self.url = f"imap://journal:pass%20word@127.0.0.1:{port}/Archiv"
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        while True:
            try:
                connection, _address = self.listener.accept()
            except OSError:
                return
            with connection, connection.makefile("rwb", buffering=0) as stream:
                stream.write(b"* OK ready\r\n")
                for line in stream:
                    tag, command = line.decode().strip().split(" ", 1)
                    self.said.append(command)
                    stream.write(self._answer(command).encode() + f"{tag} OK done\r\n".encode())

    def _answer(self, command):
        verb = command.split(" ")[0]
        if verb == "CAPABILITY":
            return "* CAPABILITY IMAP4rev1\r\n"
        if verb == "EXAMINE":
            return f"* {len(self.message_ids)} EXISTS\r\n"
        if verb == "SEARCH":
            wanted = command.rsplit('"', 2)[1]
            found = [str(n) for n, one in enumerate(self.message_ids, 1) if wanted in one]
            return f"* SEARCH {' '.join(found)}\r\n"
        return "* BYE\r\n" if verb == "LOGOUT" else ""


@pytest.fixture
def mailbox():
    mailbox = Mailbox()
    yield mailbox
    mailbox.listener.close()


@pytest.mark.parametrize(("holds", "state"), [(2, "sent"), (1, "pending")])
def test_journal_tells_what_was_sent(issue, ids, mailbox, holds, state):
    issue.deliveries.update(is_journaled=True)
    mailbox.message_ids = [f"<{one}>" for one in ids[:holds]]

    assert unsure.look_up([Journal(mailbox.url)], now=LATER) == 1

    assert issue.deliveries.last().state == state
    assert mailbox.said[1] == 'LOGIN journal "pass word"'
    assert 'EXAMINE "Archiv"' in mailbox.said  # looked at, nothing changed


def test_journal_says_nothing_about_mails_that_were_not_copied(issue, ids, mailbox):
    mailbox.message_ids = [f"<{ids[0]}>"]

    assert unsure.look_up([Journal(mailbox.url)], now=LATER) == 0


def test_journal_that_is_empty_or_gone_decides_nothing(issue, mailbox):
    issue.deliveries.update(is_journaled=True)
    witness = Journal(mailbox.url)

    assert unsure.look_up([witness], now=LATER) == 0
    mailbox.listener.close()
    assert unsure.look_up([Journal("imap://a:b@127.0.0.1:1/")], now=LATER) == 0


def test_witnesses_that_disagree_leave_it_to_who_saw_it(issue, ids, log, mailbox):
    issue.deliveries.update(is_journaled=True)
    mailbox.message_ids = [f"<{one}>" for one in ids]

    unsure.look_up([log(EXIM.format(id=ids[0])), Journal(mailbox.url)], now=LATER)

    assert states(issue) == {"sent": 2}


def test_witnesses_are_those_of_the_settings(settings):
    assert witnesses() == []

    settings.NEWSLETTER_RELAY_LOG = "/var/log/mail.log"
    settings.NEWSLETTER_JOURNAL = "journal@example.org"
    settings.NEWSLETTER_JOURNAL_IMAP = "imaps://j:p@mail.example.org/"

    assert [type(one) for one in witnesses()] == [RelayLog, Journal]


# --- what nobody knows ----------------------------------------------------------------------------


def test_unclear_mail_is_held_unless_the_newsletter_wants_otherwise(issue):
    assert unsure.settle_unclear(now=NOW + timedelta(days=3)) == 0
    assert states(issue) == {"sent": 1, "unsure": 1}


def test_unclear_mail_is_sent_again_once_after_a_day(issue, newsletter):
    newsletter.resends_unclear = True
    newsletter.save()
    day_after = NOW + timedelta(hours=24)
    before = issue.deliveries.last().message_id

    assert unsure.settle_unclear(now=day_after - timedelta(minutes=1)) == 0
    assert unsure.settle_unclear(now=day_after) == 1
    assert states(issue) == {"sent": 1, "pending": 1}
    issue.deliveries.filter(state="pending").update(state="unsure", handed_over_at=day_after)
    assert unsure.settle_unclear(now=day_after + timedelta(days=2)) == 0

    row = issue.deliveries.last()
    assert (row.state, row.message_id, row.resent_at) == ("unsure", before, day_after)


def test_unclear_mail_keeps_the_issue_open(issue):
    assert Issue.objects.get(pk=issue.pk).state == "sending"
