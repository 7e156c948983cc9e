import re

import pytest
from django.core import mail
from django.test import Client
from django.test.client import MULTIPART_CONTENT
from django.urls import reverse
from django.utils import timezone

from newsletters import address_change, subscription
from newsletters.models import AddressChange, Consent, Issue, Subscriber, Subscription
from tests.newsletters.making import NOW, make_newsletter, make_reader, start


@pytest.fixture
def reader(newsletter):
    return make_reader("anna@example.org", newsletter)


@pytest.fixture
def leave_url(reader, newsletter):
    return reverse("newsletters:leave", args=[newsletter.slug, reader.link_token])


def everything():
    """All that a personal link could change."""
    models = (Subscriber, Subscription, Consent, AddressChange)
    return [list(model.objects.order_by("pk").values()) for model in models]


def test_get_on_every_link_of_a_mail_changes_nothing(
    client, newsletter, newsletter_desk, reader, relay
):
    from newsletters.delivery import deliver_issue

    deliver_issue(start(newsletter, newsletter_desk), clock=lambda: NOW)
    new = subscription.request_subscription(
        "neu@example.org", newsletters=[newsletter], language="de", now=NOW
    )
    subscription.send_sign_up_mail(new, now=NOW)
    change = address_change.request_change(reader, "anna.neu@example.org", now=timezone.now())
    address_change.send_change_mail(change, now=timezone.now())
    before = everything()
    pattern = r"https://portal\.example\.org(/[^\s\"<>]*)"
    links = {
        link
        for message in mail.outbox
        for link in re.findall(pattern, message.message().as_string().replace("=\n", ""))
    }
    personal = [link for link in links if re.search("/(my|leave|confirm|address)/", link)]

    answers = {link: client.get(link).status_code for link in personal}

    assert len(personal) == 4
    assert set(answers.values()) == {200}
    assert everything() == before


def wishes(*newsletters, **changed):
    """The preference form as a browser sends it."""
    values = {
        "newsletters": [newsletter.pk for newsletter in newsletters],
        "language": "de",
        "topics": ["announcement", "event", "meeting", "measure"],
        "paused_until": "",
    }
    return values | changed


URLENCODED = "List-Unsubscribe=One-Click", "application/x-www-form-urlencoded"
MULTIPART = {"List-Unsubscribe": "One-Click"}, MULTIPART_CONTENT


@pytest.mark.parametrize(("body", "kind"), [URLENCODED, MULTIPART])
def test_one_click_needs_neither_cookie_nor_csrf_nor_redirect(newsletter, leave_url, body, kind):
    answer = Client(enforce_csrf_checks=True).post(leave_url, body, content_type=kind)

    assert answer.status_code == 200
    assert not Subscriber.objects.subscribed_to(newsletter).exists()
    last = Consent.objects.latest("pk")
    assert (last.event, last.source) == ("left", "one_click")


def test_leave_page_has_a_button_that_works_without_cookies(newsletter, reader, leave_url):
    client = Client(enforce_csrf_checks=True)

    assert "Yes, unsubscribe" in client.get(_in_english(leave_url)).text
    assert "You are unsubscribed" in client.post(_in_english(leave_url)).text
    assert Consent.objects.latest("pk").source == "link"


def test_leave_ends_only_the_newsletter_of_the_link(client, newsletter, reader, leave_url):
    more = make_newsletter("mehr")
    make_reader("anna@example.org", more)

    client.post(leave_url)

    assert [one.newsletter for one in reader.subscriptions.current()] == [more]


@pytest.mark.parametrize("name", ["confirm", "preferences"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_link_with_an_unknown_token_says_so(client, office, name, method):
    answer = getattr(client, method)(reverse(f"newsletters:{name}", args=["x" * 43]))

    assert answer.status_code == 404


def test_leave_with_an_unknown_token_leaves_nobody(client, newsletter, reader):
    answer = client.post(reverse("newsletters:leave", args=[newsletter.slug, "x" * 43]))

    assert answer.status_code == 404
    assert Subscriber.objects.subscribed_to(newsletter).exists()


def test_confirm_page_confirms_with_its_button(client, newsletter):
    subscriber = subscription.request_subscription(
        "neu@example.org", newsletters=[newsletter], language="en", now=timezone.now()
    )
    subscription.send_sign_up_mail(subscriber, now=timezone.now())
    url = re.search(r"https://portal.example.org(\S+/confirm/\S+)", mail.outbox[0].body).group(1)

    asked, done, again = client.get(url), client.post(url), client.get(url)

    assert "Yes, subscribe" in asked.text
    assert "You have subscribed" in done.text
    assert "You have subscribed" in again.text
    assert Subscriber.objects.subscribed_to(newsletter).get() == subscriber


def test_preferences_change_the_language_and_the_page_with_it(client, newsletter, reader):
    url = reverse("newsletters:preferences", args=[reader.link_token])

    answer = client.post(url, wishes(newsletter, language="ar"))

    reader.refresh_from_db()
    assert reader.language == "ar"
    assert answer["Location"] == f"/ar/newsletters/my/{reader.link_token}/"


def test_preferences_refuse_an_unknown_language(client, newsletter, reader):
    url = reverse("newsletters:preferences", args=[reader.link_token])

    client.post(url, wishes(newsletter, language="xx"))

    reader.refresh_from_db()
    assert reader.language == "de"


def test_personal_pages_are_kept_out_of_caches_and_search_engines(client, reader, leave_url):
    for url in (leave_url, reverse("newsletters:preferences", args=[reader.link_token])):
        answer = client.get(url)
        assert "no-store" in answer["Cache-Control"]
        assert '<meta name="robots" content="noindex">' in answer.text


def test_who_leaves_by_a_mails_link_gets_no_further_issue(
    client, newsletter, newsletter_desk, reader, leave_url, relay
):
    from newsletters.delivery import deliver_issue

    issue = start(newsletter, newsletter_desk)
    client.post(leave_url)

    deliver_issue(issue, clock=lambda: NOW)

    assert relay.asked == []
    assert Issue.objects.get().state == "sent"


def _in_english(url):
    return url.replace("/de/", "/en/", 1)
