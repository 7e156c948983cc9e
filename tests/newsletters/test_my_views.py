"""The pages behind the personal link."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from kit_portal.common.pdf import is_pdf_available
from newsletters import subscription
from newsletters.models import AddressChange, Consent, Issue, Subscriber
from tests.newsletters.making import NOW, make_issue, make_item, make_newsletter, make_reader
from tests.newsletters.test_personal_views import wishes


@pytest.fixture
def reader(newsletter):
    return make_reader("anna@example.org", newsletter, language="en")


@pytest.fixture
def url(reader):
    return my("preferences", reader)


def my(name, reader, *more):
    return reverse(f"newsletters:{name}", args=[reader.link_token, *more]).replace("/de/", "/en/")


def tomorrow():
    return timezone.localdate() + timedelta(days=1)


def test_preferences_show_what_is_chosen(client, newsletter, reader, url):
    make_newsletter("mehr", name_de="Geflüchtete in Flensburg")
    reader.omits, reader.paused_until = "event", tomorrow()
    reader.save()

    page = client.get(url).text

    ticked = re.findall(r'name="(\w+)" value="([\w-]+)"[^>]*\bchecked\b', page)
    assert ticked == [
        ("newsletters", str(newsletter.pk)),
        *(("topics", topic) for topic in ("announcement", "meeting", "measure", "offer")),
    ]
    assert f'value="{tomorrow().isoformat()}"' in page


def test_preferences_take_and_give_newsletters(client, newsletter, reader, url):
    more = make_newsletter("mehr")

    client.post(url, wishes(more, language="en"))

    assert [one.newsletter for one in reader.subscriptions.current()] == [more]
    log = Consent.objects.order_by("pk").values_list("newsletter__slug", "event", "source")
    assert list(log)[1:] == [
        ("mehr", "requested", "link"),
        ("mehr", "confirmed", "link"),
        ("zusammenleben", "left", "link"),
    ]


def test_preferences_do_not_confirm_what_a_stranger_asked_for(client, newsletter, reader, url):
    more = make_newsletter("mehr")
    subscription.request_subscription(
        "anna@example.org", newsletters=[more], language="de", now=timezone.now()
    )

    client.post(url, wishes(newsletter, language="en"))

    assert [one.newsletter for one in reader.subscriptions.current()] == [newsletter]
    assert [one.newsletter for one in reader.subscriptions.pending()] == [more]


def test_preferences_pause_until_a_day(client, newsletter, reader, url):
    client.post(url, wishes(newsletter, language="en", paused_until=tomorrow().isoformat()))

    reader.refresh_from_db()
    assert reader.paused_until == tomorrow()
    assert "You have a pause until" in client.get(url).text
    assert not Subscriber.objects.subscribed_to(newsletter).exists()
    assert Subscriber.objects.subscribed_to(newsletter, on=tomorrow()).get() == reader


@pytest.mark.parametrize("days", [0, -1, 400])
def test_preferences_refuse_a_pause_that_is_over_or_endless(client, newsletter, reader, url, days):
    day = timezone.localdate() + timedelta(days=days)

    answer = client.post(url, wishes(newsletter, language="en", paused_until=day.isoformat()))

    assert "Choose a day from tomorrow on" in answer.text
    assert f'value="{day.isoformat()}"' in answer.text


def test_preferences_want_one_topic_at_least(client, newsletter, reader, url):
    answer = client.post(url, wishes(newsletter, language="en", topics=[]))

    assert "Tick at least one" in answer.text
    reader.refresh_from_db()
    assert reader.omits == ""


def test_who_left_may_come_back_with_the_link(client, newsletter, reader, url):
    subscription.leave(reader, [newsletter], source="link", now=timezone.now())

    client.post(url, wishes(newsletter, language="en"))

    assert Subscriber.objects.subscribed_to(newsletter).get() == reader


def test_reader_whose_mail_came_back_can_say_that_it_works_again(client, newsletter, reader, url):
    Subscriber.objects.update(state="suspended")

    assert "Our mails to you came back" in client.get(url).text
    client.post(my("try_again", reader))

    assert Subscriber.objects.subscribed_to(newsletter).get() == reader
    assert "Our mails to you came back" not in client.get(url).text


def test_leave_all_ends_everything_with_its_button(client, newsletter, reader):
    make_reader("anna@example.org", make_newsletter("mehr"))

    assert "Yes, unsubscribe" in client.get(my("leave_all", reader)).text
    assert reader.subscriptions.current().count() == 2
    assert "You are unsubscribed" in client.post(my("leave_all", reader)).text
    assert not reader.subscriptions.current().exists()


# --- another address ------------------------------------------------------------------------------


def ask_for(client, reader, email, callbacks):
    with callbacks(execute=True):
        return client.post(my("change_address", reader), {"email": email}, follow=True)


def test_confirmation_in_the_old_mailbox_opens_nothing_after_the_move(
    client, newsletter, django_capture_on_commit_callbacks
):
    more = make_newsletter("mehr")
    asked = subscription.request_subscription(
        "anna@example.org", newsletters=[newsletter], language="en", now=NOW
    )
    subscription.send_sign_up_mail(asked, now=NOW)
    confirmed = re.search(r"https://portal.example.org(\S+/confirm/\S+)", mail.outbox[0].body)[1]
    client.post(confirmed)
    subscription.request_subscription(
        "anna@example.org", newsletters=[more], language="en", now=NOW
    )
    asked.refresh_from_db()
    subscription.send_sign_up_mail(asked, now=timezone.now())
    pending = re.search(r"https://portal.example.org(\S+/confirm/\S+)", mail.outbox[1].body)[1]
    asked.refresh_from_db()

    asked.move_to("neu@example.org")

    assert [client.get(link).status_code for link in (confirmed, pending)] == [404, 404]
    client.post(pending)
    assert [one.newsletter for one in asked.subscriptions.current()] == [newsletter]


def test_new_address_counts_once_it_is_confirmed_there(
    client, newsletter, reader, django_capture_on_commit_callbacks
):
    old_link = my("preferences", reader)

    answer = ask_for(client, reader, "neu@example.org", django_capture_on_commit_callbacks)

    assert "We have sent a mail to neu@example.org." in answer.text
    [message] = mail.outbox
    assert (message.to, message.subject) == (["neu@example.org"], "Please confirm your new address")
    link = re.search(r"https://portal.example.org(\S+/address/\S+)", message.body).group(1)
    assert "Yes, change it" in client.get(link).text
    assert Subscriber.objects.get().email == "anna@example.org"

    with django_capture_on_commit_callbacks(execute=True):
        done = client.post(link)

    assert "Your address is changed" in done.text
    moved = Subscriber.objects.subscribed_to(newsletter).get()
    assert moved.email == "neu@example.org"
    assert [message.to for message in mail.outbox] == [["neu@example.org"], ["anna@example.org"]]
    assert "neu@example.org" not in mail.outbox[1].body
    assert (client.get(old_link).status_code, client.get(link).status_code) == (404, 404)
    assert Consent.objects.latest("pk").event == "moved"
    assert not AddressChange.objects.exists()


def test_new_address_of_somebody_else_answers_the_same(
    client, newsletter, reader, django_capture_on_commit_callbacks
):
    other = make_reader("bernd@example.org", newsletter, language="tr")

    answer = ask_for(client, reader, "Bernd@example.org", django_capture_on_commit_callbacks)

    assert "We have sent a mail to Bernd@example.org." in answer.text
    [message] = mail.outbox
    assert message.to == ["Bernd@example.org"]
    assert f"/tr/newsletters/my/{other.link_token}/" in message.body


def test_new_address_that_subscribed_meanwhile_is_not_taken_away(
    client, newsletter, reader, django_capture_on_commit_callbacks
):
    ask_for(client, reader, "neu@example.org", django_capture_on_commit_callbacks)
    link = re.search(r"https://portal.example.org(\S+/address/\S+)", mail.outbox[0].body).group(1)
    make_reader("neu@example.org", newsletter)

    assert "This address gets newsletters already." in client.post(link).text
    assert sorted(Subscriber.objects.values_list("email", flat=True)) == [
        "anna@example.org",
        "neu@example.org",
    ]


def test_address_is_not_mailed_again_at_once(client, reader, django_capture_on_commit_callbacks):
    ask_for(client, reader, "eins@example.org", django_capture_on_commit_callbacks)

    answer = ask_for(client, reader, "zwei@example.org", django_capture_on_commit_callbacks)

    assert "Try again in ten minutes." in answer.text
    assert [message.to for message in mail.outbox] == [["eins@example.org"]]


def test_address_with_a_mistake_is_shown_again(client, reader):
    answer = client.post(my("change_address", reader), {"email": "anna@"})

    assert (answer.status_code, 'value="anna@"' in answer.text) == (200, True)


# --- the last issue -------------------------------------------------------------------------------


@pytest.fixture
def issue(newsletter):
    issue = make_issue(
        newsletter, slot="2026-W40", due=NOW - timedelta(days=50), state=Issue.State.SENT,
        released_at=NOW, audience_count=0, published_at=NOW, subject_en="Week 40",
    )  # fmt: skip
    make_item(issue, title_en="Language café")
    return issue


def test_last_issue_is_offered_after_the_confirmation_and_sent_once(
    client, newsletter, issue, django_capture_on_commit_callbacks
):
    asker = subscription.request_subscription(
        "neu@example.org", newsletters=[newsletter], language="en", now=timezone.now()
    )
    subscription.send_sign_up_mail(asker, now=timezone.now())
    link = re.search(r"https://portal.example.org(\S+/confirm/\S+)", mail.outbox[0].body).group(1)
    mail.outbox.clear()
    assert "Send me the last issue" not in client.get(link).text

    assert "Send me the last issue" in client.post(link).text
    for _time in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            client.post(my("last_issue", asker, newsletter.slug))

    [message] = mail.outbox
    assert (message.to, message.subject) == (["neu@example.org"], "Week 40")
    assert asker.link_token in message.body
    assert "Send me the last issue" not in client.get(link).text


def test_last_issue_that_was_withdrawn_is_not_sent(
    client, newsletter, issue, reader, django_capture_on_commit_callbacks
):
    issue.withdraw()

    with django_capture_on_commit_callbacks(execute=True):
        client.post(my("last_issue", reader, newsletter.slug))

    assert mail.outbox == []


# --- what is stored -------------------------------------------------------------------------------


def test_my_data_holds_everything_and_the_words_agreed_to(client, newsletter, reader):
    reader.omits = "event"
    reader.save()
    client.post(
        my("preferences", reader), wishes(newsletter, make_newsletter("mehr"), language="en")
    )

    data = client.get(my("my_data", reader)).json()

    assert (data["email"], data["language"]) == ("anna@example.org", "en")
    assert [one["newsletter__slug"] for one in data["subscriptions"]] == ["zusammenleben", "mehr"]
    assert [one["event"] for one in data["consents"]] == ["confirmed", "requested", "confirmed"]
    assert list(data["texts"]) == ["2026-11"]


@pytest.mark.skipif(not is_pdf_available(), reason="pango is missing")
def test_my_data_is_a_pdf_too(client, newsletter, reader):
    answer = client.get(my("my_pdf", reader))

    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")


@pytest.mark.parametrize("name", ["my_data", "my_pdf", "leave_all"])
def test_pages_of_an_unknown_link_are_gone(client, office, name):
    assert client.get(reverse(f"newsletters:{name}", args=["x" * 43])).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_preferences_ask_the_database_as_often_for_one_newsletter_as_for_three(
    client, office, django_assert_num_queries, count
):
    newsletters = [make_newsletter(f"n{number}") for number in range(count)]
    for newsletter in newsletters:
        reader = make_reader("anna@example.org", newsletter)
    url = reverse("newsletters:preferences", args=[reader.link_token])
    client.get(url)

    with django_assert_num_queries(6):
        client.get(url)
