"""A stopped issue stops before the next mail, and goes on where it was stopped."""

from datetime import timedelta

import pytest

from newsletters import delivery
from newsletters.books import LEASE, Books
from newsletters.models import Issue
from newsletters.release import NotPossibleError, pause_issue, resume_issue
from tests.newsletters.making import NOW, make_readers, start, states
from tests.newsletters.scripted_smtp import ScriptedServer


def clock():
    return NOW


@pytest.fixture
def issue(newsletter, newsletter_desk):
    make_readers(newsletter, 5)
    return start(newsletter, newsletter_desk)


@pytest.fixture
def stop_before(issue, monkeypatch):
    """Have somebody stop the issue when the final dot of mail ``number`` is about to be sent."""

    def arrange(number):
        asked, real = [], Books.hand_over

        def hand_over(self, row, **values):
            asked.append(row)
            if len(asked) == number:
                pause_issue(Issue.objects.get(pk=issue.pk), now=NOW)
            return real(self, row, **values)

        monkeypatch.setattr(Books, "hand_over", hand_over)
        return asked

    return arrange


@pytest.fixture(params=[("PIPELINING", "DSN"), ()], ids=["pipelining", "plain"])
def server(request, settings):
    server = ScriptedServer(request.param)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    yield server
    server.close()


def test_stopped_issue_sends_not_one_mail_more(issue, server, stop_before):
    asked = stop_before(3)

    delivery.deliver_issue(issue, clock=clock)

    assert server.recipients == ["p0@example.org", "p1@example.org"]
    assert len(asked) == 3, "the other mails of the batch must not even be begun"
    assert server.connections == 1
    assert states(issue) == {"sent": 2, "pending": 3}
    assert delivery.deliver_issue(issue, clock=clock) == 0


def test_issue_goes_on_where_it_was_stopped(issue, server, stop_before):
    stop_before(3)
    delivery.deliver_issue(issue, clock=clock)

    resume_issue(Issue.objects.get(pk=issue.pk), now=NOW)
    delivery.deliver_issue(issue, clock=clock)

    assert server.recipients == [f"p{number}@example.org" for number in range(5)]
    issue.refresh_from_db()
    assert (issue.state, issue.sent_count, states(issue)) == ("sent", 5, {"sent": 5})


def test_rows_taken_up_in_the_moment_of_stopping_do_not_leave_either(issue):
    batch = delivery.claim(issue, claim_token="w", now=NOW)
    Issue.objects.filter(pk=issue.pk).update(state=Issue.State.PAUSED)

    assert not Books().hand_over(batch[0], now=NOW)

    assert states(issue) == {"claimed": 5}
    delivery.sweep(now=NOW + LEASE + timedelta(seconds=1))
    assert states(issue) == {"pending": 5}


def test_stopped_issue_keeps_the_mail_that_is_with_the_server(issue):
    batch = delivery.claim(issue, claim_token="w", now=NOW)
    assert Books().hand_over(batch[0], now=NOW)

    pause_issue(issue, now=NOW)

    assert states(issue) == {"final_dot": 1, "pending": 4}


def test_stopped_issue_is_not_closed_and_not_stopped_twice(issue):
    pause_issue(issue, now=NOW)
    issue.deliveries.update(state="sent")

    assert not delivery.finish_issue(issue, now=NOW)
    with pytest.raises(NotPossibleError):
        pause_issue(issue, now=NOW)
    resume_issue(issue, now=NOW)
    assert delivery.finish_issue(issue, now=NOW)
