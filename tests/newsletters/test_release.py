from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email import message_from_bytes
from threading import Barrier

import pytest
from django.db import connection
from django.utils.translation import override

from newsletters import editing
from newsletters.editing import Words
from newsletters.links import TOKEN_PLACEHOLDER
from newsletters.models import Delivery, Issue, RenderedBody, Subscriber
from newsletters.release import (
    NotPossibleError,
    cancel_issue,
    message_id,
    obstacles,
    release_issue,
    reopen_issue,
    take_back,
)
from newsletters.subscription import leave
from tests.newsletters.making import (
    NOW,
    make_issue,
    make_item,
    make_newsletter,
    make_reader,
    make_readers,
    start,
    states,
)

DUE = NOW + timedelta(days=2)


@pytest.fixture
def issue(newsletter):
    made = make_issue(newsletter)
    make_item(made)
    return made


def test_release_freezes_bodies_and_audience(issue, newsletter, newsletter_desk):
    make_reader("a@example.org", newsletter, language="ar")
    make_reader("b@example.org", newsletter, language="xx")
    make_reader("andere@example.org", make_newsletter("anderer"))
    left = make_reader("weg@example.org", newsletter)
    leave(left, [newsletter], source="link", now=NOW)
    suspended = make_reader("tot@example.org", newsletter)
    Subscriber.objects.filter(pk=suspended.pk).update(state="suspended")

    release_issue(issue, by=newsletter_desk, now=NOW, send_at=DUE)

    issue.refresh_from_db()
    assert (issue.state, issue.released_by, issue.released_at) == ("released", newsletter_desk, NOW)
    assert (issue.scheduled_for, issue.audience_count) == (DUE, 2)
    rows = issue.deliveries.order_by("subscriber__email")
    assert [(row.subscriber.email, row.language, row.state) for row in rows] == [
        ("a@example.org", "ar", "pending"),
        ("b@example.org", "de", "pending"),
    ]
    assert rows[0].address_hash == rows[0].subscriber.address_hash
    assert issue.bodies.count() == 11
    body = issue.bodies.get(language="de")
    assert TOKEN_PLACEHOLDER in body.html
    assert len(body.sha256) == 64


def test_release_twice_is_refused_and_changes_nothing(issue, newsletter, newsletter_desk, lead):
    make_readers(newsletter, 3)
    release_issue(issue, by=newsletter_desk, now=NOW, send_at=DUE)

    with pytest.raises(NotPossibleError):
        release_issue(issue, by=lead, now=NOW, send_at=NOW)

    issue.refresh_from_db()
    assert (issue.released_by, issue.scheduled_for) == (newsletter_desk, DUE)
    assert states(issue) == {"pending": 3}


@pytest.mark.django_db(transaction=True)
def test_release_by_two_people_at_once_happens_once(newsletter_desk):
    newsletter = make_newsletter()
    make_readers(newsletter, 5)
    issue = make_issue(newsletter)
    make_item(issue)
    at_once = Barrier(2)

    def release_in_thread(_number):
        try:
            at_once.wait()
            release_issue(Issue.objects.get(pk=issue.pk), by=newsletter_desk, now=NOW, send_at=DUE)
        except NotPossibleError:
            return "refused"
        finally:
            connection.close()
        return "released"

    with ThreadPoolExecutor(2) as pool:
        results = sorted(pool.map(release_in_thread, range(2)))

    assert results == ["refused", "released"]
    assert (Delivery.objects.count(), RenderedBody.objects.count()) == (5, 11)


def test_release_of_nothing_to_nobody_is_refused_whole(newsletter, newsletter_desk):
    issue = make_issue(newsletter)

    with pytest.raises(NotPossibleError):
        release_issue(issue, by=newsletter_desk, now=NOW, send_at=DUE)

    issue.refresh_from_db()
    assert (issue.state, issue.released_at, issue.bodies.count()) == ("draft", None, 0)
    assert len(obstacles(issue)) == 2


def test_obstacles_name_a_mail_too_large(issue, newsletter):
    make_readers(newsletter, 1)
    make_item(issue, text_de="Wort " * 19_000)

    [reason] = obstacles(issue)
    with override("en"):
        assert "too large" in str(reason)


def test_released_body_does_not_change_with_its_items(issue, newsletter, newsletter_desk):
    make_readers(newsletter, 1)
    release_issue(issue, by=newsletter_desk, now=NOW, send_at=DUE)
    item = issue.items.get()

    with pytest.raises(NotPossibleError):
        editing.write_item(item, Words("Anders"), language="de", url="")

    item.refresh_from_db()
    assert item.title_de == "Sprachcafé"
    assert "Sprachcafé" in issue.bodies.get(language="de").text


def test_take_back_makes_a_draft_without_traces(issue, newsletter, newsletter_desk):
    make_readers(newsletter, 2)
    release_issue(issue, by=newsletter_desk, now=NOW, send_at=DUE)

    take_back(issue, now=NOW)

    assert (issue.state, issue.released_by, issue.audience_count) == ("draft", None, None)
    assert (issue.deliveries.count(), issue.bodies.count()) == (0, 0)
    release_issue(issue, by=newsletter_desk, now=NOW, send_at=DUE)
    assert issue.audience_count == 2


def test_take_back_is_too_late_once_sending_began(newsletter, newsletter_desk):
    make_readers(newsletter, 1)
    issue = start(newsletter, newsletter_desk)

    with pytest.raises(NotPossibleError):
        take_back(issue, now=NOW)

    assert states(issue) == {"pending": 1}


def test_cancel_drops_a_draft_and_reopen_takes_it_up(issue):
    cancel_issue(issue, now=NOW)
    assert issue.state == "cancelled"

    reopen_issue(issue, now=NOW)
    assert issue.state == "draft"


def test_message_id_is_the_same_each_time_and_tells_nothing(issue):
    first = message_id(issue, 7, domain="example.org")

    assert first == message_id(issue, 7, domain="example.org")
    assert first != message_id(issue, 8, domain="example.org")
    assert first.startswith(f"<nl.{issue.pk}.")
    assert first.endswith("@example.org>")


def test_release_freezes_the_bytes_with_the_newsletters_own_sender(
    newsletter, newsletter_desk, settings
):
    settings.DEFAULT_FROM_EMAIL = "Büro <portal@example.org>"
    newsletter.from_email, newsletter.reply_to = "", "antwort@example.org"
    newsletter.sender_name, newsletter.list_id = "Zusammenleben", "zl.example.org"
    newsletter.save()
    make_readers(newsletter, 1)
    issue = make_issue(newsletter)
    make_item(issue)

    release_issue(issue, by=newsletter_desk, now=NOW, send_at=DUE)

    frozen = message_from_bytes(bytes(issue.bodies.get(language="de").mime_template))
    assert frozen["From"] == "Zusammenleben <portal@example.org>"
    assert (frozen["Reply-To"], frozen["List-Id"]) == ("antwort@example.org", "<zl.example.org>")
    assert issue.deliveries.get().message_id.endswith("@example.org>")
