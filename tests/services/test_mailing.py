"""The week's mailing through a real mail server: 305 readers, each exactly once."""

from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from newsletters import delivery, tasks
from newsletters.models import Consent, Issue, Subscriber, Subscription
from newsletters.release import release_issue
from newsletters.subscription import leave
from tests.newsletters.making import (
    NOW,
    make_issue,
    make_item,
    make_newsletter,
    make_reader,
    make_readers,
    release,
    start,
    states,
)

LANGUAGES = ("de", "de-simple", "en", "da", "pl", "tr", "ru", "uk", "ar", "fa", "kmr")


@pytest.fixture
def newsletter(office):
    return make_newsletter(reply_to="antwort@example.org")


def make_many_readers(newsletter, count):
    """As ``make_readers``, in three queries."""
    readers = Subscriber.objects.bulk_create(
        Subscriber.build(
            f"p{n}@example.org", language=LANGUAGES[n % len(LANGUAGES)], state="active"
        )
        for n in range(count)
    )
    asked = NOW - timedelta(days=30)
    Subscription.objects.bulk_create(
        Subscription(
            subscriber=reader, newsletter=newsletter, requested_at=asked, confirmed_at=asked
        )
        for reader in readers
    )
    return readers


def parts_of(message):
    text, html = message.iter_parts()
    return text.get_content(), html.get_content()


def test_issue_reaches_305_readers_each_exactly_once(newsletter, newsletter_desk, post_office):
    readers = {reader.email: reader for reader in make_many_readers(newsletter, 305)}
    issue = release(newsletter, newsletter_desk, due=timezone.now() - timedelta(minutes=1))

    tasks.tick()
    tasks.tick()

    issue.refresh_from_db()
    assert (issue.state, issue.audience_count, states(issue)) == ("sent", 305, {"sent": 305})
    recipients = Counter(envelope.rcpt_tos[0] for envelope in post_office.envelopes)
    assert recipients == Counter(dict.fromkeys(readers, 1))
    messages = post_office.messages
    assert len({message["Message-ID"] for message in messages}) == 305
    for message in messages:
        reader = readers[str(message["To"])]
        language, token = reader.language, reader.link_token
        page = f"https://portal.example.org/{language}/newsletters"
        leave_url = f"{page}/leave/zusammenleben/{token}/"
        text, html = parts_of(message)
        assert message["Content-Language"] == language
        assert message["List-Id"] == "<zusammenleben.portal.example.org>"
        assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        https, mailto = message["List-Unsubscribe"].split(",")
        assert https.strip() == f"<{leave_url}>"
        assert mailto.strip() == (
            f"<mailto:antwort@example.org?subject=unsubscribe%20zusammenleben%20{token}>"
        )
        assert (leave_url in text, leave_url in html) == (True, True)
        assert f"{page}/my/{token}/" in text
        direction = "rtl" if language in ("ar", "fa") else "ltr"
        assert f'<html lang="{language}" dir="{direction}">' in html
        assert len(html.encode()) < 90_000


def test_reader_can_leave_with_what_their_mail_says(
    client, newsletter, newsletter_desk, post_office
):
    make_readers(newsletter, 1)
    issue = start(newsletter, newsletter_desk)
    delivery.deliver_issue(issue)
    [message] = post_office.messages
    url = message["List-Unsubscribe"].split(">")[0].split("https://portal.example.org")[1]

    answer = client.post(url, {"List-Unsubscribe": "One-Click"})

    assert answer.status_code == 200
    assert not Subscriber.objects.subscribed_to(newsletter).exists()
    assert Consent.objects.latest("pk").source == "one_click"


def test_long_lines_and_every_script_arrive_whole(newsletter, newsletter_desk, post_office):
    make_reader("amir@example.org", newsletter, language="ar")
    arabic = "تعلّم اللغة معنا كل يوم سبت في المكتبة العامة. " * 60
    issue = make_issue(newsletter)
    make_item(issue, title_ar="مقهى", text_ar=arabic)
    release_issue(issue, by=newsletter_desk, now=NOW, send_at=NOW)
    delivery.start_issue(issue, now=NOW)

    delivery.deliver_issue(issue)

    text, html = parts_of(post_office.messages[-1])
    assert arabic.strip() in text
    assert arabic.strip() in html
    raw = post_office.envelopes[-1].content
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998  # RFC 5322, 2.1.1


def test_refusals_get_the_right_state_and_the_rest_arrives(
    newsletter, newsletter_desk, post_office
):
    make_readers(newsletter, 4)
    issue = start(newsletter, newsletter_desk)
    post_office.answers = {
        "p1@example.org": "550 5.1.1 No such mailbox",
        "p2@example.org": "451 4.2.1 Mailbox busy",
    }

    delivery.deliver_issue(issue)

    assert states(issue) == {"sent": 2, "failed": 1, "deferred": 1}
    rows = {row.subscriber.email: row for row in issue.deliveries.select_related("subscriber")}
    failed, deferred = rows["p1@example.org"], rows["p2@example.org"]
    assert (failed.smtp_code, failed.enhanced_code) == (550, "5.1.1")
    assert (deferred.smtp_code, deferred.enhanced_code) == (451, "4.2.1")
    assert deferred.next_attempt_at > timezone.now()
    assert Issue.objects.get(pk=issue.pk).state == "sending"


def test_server_that_is_not_there_leaves_everybody_waiting(
    newsletter, newsletter_desk, post_office, settings
):
    make_readers(newsletter, 3)
    issue = start(newsletter, newsletter_desk)
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1

    tasks.tick()
    assert states(issue) == {"pending": 3}

    settings.EMAIL_PORT = port
    tasks.tick()
    assert states(issue) == {"sent": 3}


def test_who_left_between_release_and_sending_gets_nothing(
    newsletter, newsletter_desk, post_office
):
    readers = make_readers(newsletter, 3)
    issue = start(newsletter, newsletter_desk)
    leave(readers[1], [newsletter], source="link", now=timezone.now())

    delivery.deliver_issue(issue)

    assert [envelope.rcpt_tos for envelope in post_office.envelopes] == [
        ["p0@example.org"],
        ["p2@example.org"],
    ]
    assert states(issue) == {"sent": 2, "skipped": 1}
