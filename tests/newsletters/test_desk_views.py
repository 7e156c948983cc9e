from datetime import timedelta

import pytest
from django.core import mail
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from newsletters.models import Issue
from newsletters.release import release_issue
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


@pytest.fixture
def issue(newsletter):
    made = make_issue(newsletter, due=timezone.now() + timedelta(days=2))
    make_item(made)
    return made


@pytest.fixture
def desk(client_of, newsletter_desk):
    return client_of(newsletter_desk)


def url(name, *args):
    return reverse(f"newsletters:{name}", args=args)


def test_desk_shows_drafts_next_slot_and_last_result(desk, newsletter, newsletter_desk, issue):
    make_readers(newsletter, 2)
    last = start(newsletter, newsletter_desk, slot="2026-W40", due=NOW - timedelta(days=40))
    last.deliveries.update(state="sent")
    Issue.objects.filter(pk=last.pk).update(state="sent", sent_count=F("audience_count"))

    answer = desk.get(url("desk").replace("/de/", "/en/", 1))

    [row] = answer.context["rows"]
    assert (row.open_issues, row.last_sent, row.recipients) == ([issue], last, 2)
    assert row.counts == [("sent", 2)]
    assert row.next_slot.key.startswith("20")


def test_desk_asks_the_database_the_same_for_one_and_for_three(
    desk, newsletter, issue, django_assert_num_queries
):
    desk.get(url("desk"))
    with django_assert_num_queries(8):
        desk.get(url("desk"))

    for slug in ("zwei", "drei"):
        make_issue(make_newsletter(slug))
    with django_assert_num_queries(8):
        desk.get(url("desk"))


def test_begin_composes_todays_issue_once(desk, newsletter):
    first = desk.post(url("begin", newsletter.slug))
    second = desk.post(url("begin", newsletter.slug))

    assert first["Location"] == second["Location"] == url("issue", Issue.objects.get().pk)


def test_issue_shows_items_preview_and_text(desk, issue):
    answer = desk.get(url("issue", issue.pk) + "?language=en")

    assert answer.status_code == 200
    assert f'src="{url("frame", issue.pk)}?language=en&amp;view=light"' in answer.text
    assert "Sprachcafé" in answer.context["mail"].text
    assert "style=" not in answer.text


def test_issue_asks_the_database_the_same_for_one_and_for_three_items(
    desk, issue, django_assert_num_queries
):
    page = url("issue", issue.pk)
    desk.get(page)
    with django_assert_num_queries(13):
        desk.get(page)

    make_item(issue)
    make_item(issue)
    with django_assert_num_queries(13):
        desk.get(page)


def test_frame_may_be_framed_by_the_portal_and_allows_no_styles_inside(desk, issue):
    answer = desk.get(url("frame", issue.pk) + "?language=ar")

    policy = answer["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in policy
    assert "unsafe" not in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert 'dir="rtl"' in answer.text
    assert "style=" not in answer.text
    assert "<style" not in answer.text


def test_page_around_the_frame_may_not_be_framed(desk, issue):
    answer = desk.get(url("issue", issue.pk))

    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "DENY"


def test_send_test_goes_to_oneself_and_leaves_no_delivery(desk, newsletter_desk, issue):
    desk.post(url("send_test", issue.pk), {"language": "en"})

    [message] = mail.outbox
    assert message.to == [newsletter_desk.email]
    assert "/en/newsletters/leave/" in message.body
    assert not issue.deliveries.exists()


def test_release_page_tells_audience_and_languages(desk, newsletter, issue):
    make_reader("a@example.org", newsletter, language="ar")
    make_reader("b@example.org", newsletter)
    make_reader("c@example.org", newsletter)

    answer = desk.get(url("release", issue.pk))

    assert answer.context["audience"] == 3
    assert answer.context["by_language"] == [("de", "Deutsch", 2), ("ar", "العربية", 1)]
    assert answer.context["obstacles"] == []
    issue.refresh_from_db()
    assert issue.state == "draft"


def test_release_page_says_what_stands_against_it(desk, issue):
    answer = desk.get(url("release", issue.pk))

    assert len(answer.context["obstacles"]) == 1
    assert 'role="alert"' in answer.text


def test_release_at_the_slot_waits(desk, newsletter, issue, django_capture_on_commit_callbacks):
    make_readers(newsletter, 2)
    planned = issue.scheduled_for

    with django_capture_on_commit_callbacks(execute=True):
        desk.post(url("release", issue.pk), {"when": "slot"})

    issue.refresh_from_db()
    assert (issue.state, issue.scheduled_for) == ("released", planned)
    assert mail.outbox == []


def test_release_now_sends(desk, newsletter, issue, django_capture_on_commit_callbacks):
    make_readers(newsletter, 2)

    with django_capture_on_commit_callbacks(execute=True):
        desk.post(url("release", issue.pk), {"when": "now"})

    issue.refresh_from_db()
    assert states(issue) == {"sent": 2}
    assert issue.state == "sent"
    assert len(mail.outbox) == 2


def test_release_of_a_released_issue_says_so(desk, newsletter, newsletter_desk, issue):
    make_readers(newsletter, 1)
    release_issue(issue, by=newsletter_desk, now=NOW, send_at=issue.scheduled_for)

    answer = desk.post(url("release", issue.pk), {"when": "now"}, follow=True)

    assert [message.level_tag for message in answer.context["messages"]] == ["error"]
    assert states(issue) == {"pending": 1}


def test_take_back_cancel_and_reopen_move_the_issue(desk, newsletter, newsletter_desk, issue):
    make_readers(newsletter, 1)
    release_issue(issue, by=newsletter_desk, now=NOW, send_at=issue.scheduled_for)
    seen = []

    for name in ("take_back", "cancel", "reopen"):
        desk.post(url(name, issue.pk))
        issue.refresh_from_db()
        seen.append(issue.state)

    assert seen == ["draft", "cancelled", "draft"]


def test_progress_refreshes_while_sending_and_not_after(desk, newsletter, newsletter_desk):
    make_readers(newsletter, 2)
    issue = start(newsletter, newsletter_desk)

    assert "data-refresh-url" in desk.get(url("progress", issue.pk)).text
    issue.deliveries.update(state="sent")
    Issue.objects.filter(pk=issue.pk).update(state="sent", sent_count=F("audience_count"))
    assert "data-refresh-url" not in desk.get(url("progress", issue.pk)).text


def test_progress_names_who_got_nothing(desk, newsletter, newsletter_desk):
    make_readers(newsletter, 2)
    issue = start(newsletter, newsletter_desk)
    issue.deliveries.filter(subscriber__email="p1@example.org").update(
        state="failed", smtp_code=550, error="5.1.1 unknown"
    )

    answer = desk.get(url("progress", issue.pk))

    assert [one.subscriber.email for one in answer.context["troubled"]] == ["p1@example.org"]
    assert "5.1.1 unknown" in answer.text
    assert answer.context["done"] == 1


def test_settle_sends_an_unclear_mail_again(
    desk, newsletter, newsletter_desk, django_capture_on_commit_callbacks
):
    make_readers(newsletter, 1)
    issue = start(newsletter, newsletter_desk)
    issue.deliveries.update(state="unsure")

    with django_capture_on_commit_callbacks(execute=True):
        desk.post(url("settle", issue.pk, issue.deliveries.get().pk), {"again": "yes"})

    assert states(issue) == {"sent": 1}


def test_words_of_a_language_are_edited(desk, issue):
    page = url("issue_text", issue.pk)
    entries = {"language": "ar", "subject": "نشرة", "intro": "مرحبا"}

    assert desk.get(f"{page}?language=ar").status_code == 200
    answer = desk.post(page, entries)

    issue.refresh_from_db()
    assert (issue.subject_ar, issue.intro_ar) == ("نشرة", "مرحبا")
    assert answer["Location"] == url("issue", issue.pk) + "?language=ar"


def test_german_words_may_not_be_emptied(desk, issue):
    answer = desk.post(url("issue_text", issue.pk), {"language": "de", "subject": ""})

    assert answer.status_code == 200
    issue.refresh_from_db()
    assert issue.subject_de == "Zusammenleben, Woche 48"


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "//example.org", "example.org", "ftp://x.de"]
)
def test_item_link_must_be_a_page_or_a_web_address(desk, issue, link):
    answer = desk.post(url("add_item", issue.pk), {"title": "Titel", "url": link})

    assert answer.status_code == 200
    assert issue.items.count() == 1


def test_items_are_added_edited_moved_left_out_and_deleted(desk, issue):
    first = issue.items.get()
    desk.post(url("add_item", issue.pk), {"title": "Zwei", "text": "…", "url": "/de/info/"})
    second = issue.items.get(title_de="Zwei")

    desk.post(url("move_item", issue.pk, second.pk), {"to": "up"})
    assert list(issue.items.all()) == [second, first]
    desk.post(url("include_item", issue.pk, first.pk), {"included": "no"})
    assert list(issue.items.included()) == [second]
    desk.post(url("item", issue.pk, second.pk), {"language": "en", "title": "Two"})
    second.refresh_from_db()
    assert (second.title_en, second.title_de) == ("Two", "Zwei")
    desk.post(url("remove_item", issue.pk, second.pk))
    assert list(issue.items.all()) == [first]


PAGES = ["issue", "frame", "progress", "release", "issue_text", "add_item"]
STEPS = ["send_test", "take_back", "cancel", "reopen"]


@pytest.mark.parametrize("name", PAGES)
def test_desk_pages_need_a_sign_in_and_the_right(client, client_of, member, issue, name):
    page = url(name, issue.pk)

    assert client.get(page).status_code == 302
    assert client_of(member).get(page).status_code == 403


@pytest.mark.parametrize("name", STEPS)
def test_desk_steps_change_nothing_on_a_get_or_without_the_right(
    desk, client_of, auditor, issue, name
):
    page = url(name, issue.pk)

    assert desk.get(page).status_code == 405
    assert client_of(auditor).post(page).status_code == 403
    issue.refresh_from_db()
    assert (issue.state, mail.outbox) == ("draft", [])


def test_auditor_looks_and_does_not_touch(client_of, auditor, issue):
    client = client_of(auditor)

    page = client.get(url("issue", issue.pk))

    assert page.status_code == 200
    assert url("release", issue.pk) not in page.text
    assert url("send_test", issue.pk) not in page.text


def test_send_test_without_a_mail_server_says_so(desk, issue, relay):
    relay.is_down = True

    answer = desk.post(url("send_test", issue.pk), {"language": "de"}, follow=True)

    assert [message.level_tag for message in answer.context["messages"]] == ["error"]
