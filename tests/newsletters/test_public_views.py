import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from newsletters import tasks
from newsletters.models import Consent, Subscriber
from tests.newsletters.making import (
    NOW,
    make_issue,
    make_item,
    make_newsletter,
    make_reader,
)

HOME = "/en/newsletters/"


def sign_up(client, newsletter, **fields):
    values = {
        "email": "neu@example.org",
        "newsletters": [newsletter.pk],
        "language": "en",
        "agree": "on",
    }
    return client.post(HOME, values | fields)


def sent_issue(newsletter, slot="2026-W40", **fields):
    values = {
        "state": "sent",
        "released_at": NOW,
        "audience_count": 1,
        "sent_count": 1,
        "published_at": NOW,
        "due": NOW,
    }
    return make_issue(newsletter, slot=slot, **values | fields)


def test_sign_up_sends_a_mail_and_subscribes_nobody(
    client, newsletter, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        answer = sign_up(client, newsletter)

    assert answer["Location"] == "/en/newsletters/requested/"
    [message] = mail.outbox
    assert message.to == ["neu@example.org"]
    assert not Subscriber.objects.active().exists()


def test_sign_up_answers_the_same_whether_known_or_not(
    client, newsletter, django_capture_on_commit_callbacks
):
    make_reader("alt@example.org", newsletter)
    answers = []
    for email in ("alt@example.org", "neu@example.org"):
        with django_capture_on_commit_callbacks(execute=True) as callbacks:
            answer = sign_up(client, newsletter, email=email)
        answers.append((answer.status_code, answer["Location"], answer.content, len(callbacks)))

    assert answers[0] == answers[1]
    assert [message.to for message in mail.outbox] == [["alt@example.org"], ["neu@example.org"]]


def test_sign_up_takes_the_same_steps_whether_known_or_not(client, newsletter):
    make_reader("alt@example.org", newsletter)
    sign_up(client, newsletter, email="erst@example.org")
    steps = []
    for email in ("alt@example.org", "neu@example.org"):
        with CaptureQueriesContext(connection) as queries:
            sign_up(client, newsletter, email=email)
        steps.append([query["sql"].split("(")[0] for query in queries])

    assert steps[0] == steps[1]


def test_sign_up_notes_no_network_unless_the_office_wants_it(
    client, newsletter, django_capture_on_commit_callbacks
):
    more = make_newsletter("mehr", notes_network=True)
    with django_capture_on_commit_callbacks(execute=True):
        sign_up(client, newsletter, newsletters=[newsletter.pk, more.pk])

    networks = Consent.objects.values_list("newsletter__slug", "network")
    assert sorted(networks) == [("mehr", "127.0.0.0/24"), ("zusammenleben", "")]


def test_sign_up_whose_kick_was_lost_is_taken_up_by_the_timetable(client, newsletter):
    sign_up(client, newsletter)
    assert mail.outbox == []

    tasks.attend_to_readers()
    tasks.attend_to_readers()

    assert [message.to for message in mail.outbox] == [["neu@example.org"]]


def test_sign_up_by_a_program_is_swallowed(client, newsletter, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        answer = sign_up(client, newsletter, website="https://spam.example")

    assert answer["Location"] == "/en/newsletters/requested/"
    assert (mail.outbox, Subscriber.objects.count()) == ([], 0)


@pytest.mark.parametrize(
    "wrong", [{"email": "anna"}, {"newsletters": []}, {"agree": ""}, {"language": "xx"}]
)
def test_sign_up_with_something_missing_is_shown_again(client, newsletter, wrong):
    answer = sign_up(client, newsletter, **wrong)

    assert answer.status_code == 200
    assert 'role="alert"' in answer.text
    assert not Subscriber.objects.exists()


def test_sign_up_writes_a_domain_with_umlauts_as_mail_servers_know_it(
    client, newsletter, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        sign_up(client, newsletter, email="info@Käse.example")

    assert Subscriber.objects.get().email == "info@xn--kse-qla.example"


def test_sign_up_offers_active_newsletters_only(client, newsletter):
    closed = make_newsletter("alt", is_active=False)

    assert sign_up(client, closed).status_code == 200
    assert not Subscriber.objects.exists()


def test_home_asks_the_database_the_same_for_one_and_for_three(
    client, newsletter, django_assert_num_queries
):
    client.get(HOME)
    with django_assert_num_queries(3):  # newsletters as choice and as list, office
        client.get(HOME)

    make_newsletter("zwei")
    make_newsletter("drei")
    with django_assert_num_queries(3):
        client.get(HOME)


def test_archive_shows_what_was_sent_and_published(client, newsletter):
    sent_issue(newsletter, "2026-W40", subject_de="Alt", subject_en="Old")
    sent_issue(newsletter, "2026-W41", subject_de="Zurückgezogen", published_at=None)
    sent_issue(newsletter, "2026-W42", subject_de="Freigegeben", state="released")
    make_issue(newsletter, slot="2026-W43", subject_de="Entwurf", published_at=NOW)
    sent_issue(make_newsletter("anderer"), "2026-W44", subject_de="Fremd")

    answer = client.get(reverse("newsletters:archive", args=[newsletter.slug]))

    assert [issue.slot for issue in answer.context["page"]] == ["2026-W40"]


def test_archive_of_a_newsletter_without_one_is_not_there(client, office):
    newsletter = make_newsletter(has_archive=False)

    assert client.get(f"/de/newsletters/archive/{newsletter.slug}/").status_code == 404


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, 200),
        ({"state": "sending"}, 200),
        ({"state": "released"}, 404),
        ({"state": "draft"}, 404),
        ({"published_at": None}, 404),
    ],
)
def test_archived_issue_opens_only_what_went_out(client, newsletter, fields, status):
    issue = sent_issue(newsletter, **fields)

    assert client.get(issue.get_absolute_url()).status_code == status


def test_archived_issue_reads_in_the_pages_language_and_marks_german(client, newsletter):
    issue = sent_issue(newsletter)
    make_item(issue, title_de="Sprachcafé", title_ar="مقهى", text_de="Kommt.", text_ar="")
    make_item(issue, title_de="Versteckt", is_included=False)

    answer = client.get(f"/ar/newsletters/archive/{newsletter.slug}/{issue.slot}/")

    assert "مقهى" in answer.text
    assert '<div class="prose" lang="de" dir="ltr"><p>Kommt.</p>' in answer.text
    assert "Versteckt" not in answer.text
    assert "style=" not in answer.text


def test_archive_asks_the_database_the_same_for_one_and_for_three(
    client, newsletter, django_assert_num_queries
):
    url = reverse("newsletters:archive", args=[newsletter.slug])
    sent_issue(newsletter, "2026-W40")
    client.get(url)
    with django_assert_num_queries(4):  # newsletter, count, issues, office
        client.get(url)

    sent_issue(newsletter, "2026-W41")
    sent_issue(newsletter, "2026-W42")
    with django_assert_num_queries(4):
        client.get(url)


def test_mail_style_is_a_style_sheet_in_the_offices_colour(client, office):
    office.accent = "#123456"
    office.save()

    answer = client.get(reverse("newsletters:mail_style"))

    assert answer["Content-Type"] == "text/css; charset=utf-8"
    assert "#123456" in answer.text
