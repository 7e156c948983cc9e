"""What staff do with an issue on its pages, and what the public reads in the archive."""

from datetime import timedelta
from io import BytesIO

import pytest
from defusedxml import ElementTree
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from newsletters.bounces import note_bounce
from newsletters.models import Issue, IssueItem
from newsletters.statistics import issues_in, statistics_of
from newsletters.subscription import leave
from tests.newsletters.making import (
    NOW,
    go_out,
    make_issue,
    make_item,
    make_newsletter,
    make_reader,
    make_readers,
    release,
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


@pytest.fixture
def sent(newsletter, newsletter_desk):
    make_readers(newsletter, 2)
    return go_out(start(newsletter, newsletter_desk))


def url(name, *args):
    return reverse(f"newsletters:{name}", args=args)


def jpeg():
    stream = BytesIO()
    Image.new("RGB", (1600, 800), "green").save(stream, "JPEG")
    return SimpleUploadedFile("fest.jpg", stream.getvalue(), "image/jpeg")


# --- items ---------------------------------------------------------------------------------------


def test_picture_without_words_is_refused_and_what_was_typed_stays(desk, issue):
    answer = desk.post(
        url("add_item", issue.pk), {"title": "Fest", "text": "Kommt!", "picture": jpeg()}
    )

    assert "picture_alt" in answer.context["form"].errors
    assert 'value="Fest"' in answer.text
    assert issue.items.count() == 1


def test_picture_stands_in_the_mail_with_its_words_and_a_common_address(desk, issue, settings):
    desk.post(
        url("add_item", issue.pk),
        {"title": "Fest", "text": "", "picture": jpeg(), "picture_alt": "Ein buntes Fest"},
    )

    item = issue.items.get(title_de="Fest")
    assert (item.picture_width, item.picture_height) == (1088, 544)
    html = desk.get(url("frame", issue.pk)).text
    assert f'src="{settings.SITE_URL}/media/newsletters/pictures/' in html
    assert 'alt="Ein buntes Fest"' in html


def test_picture_goes_with_its_file(desk, issue, django_capture_on_commit_callbacks):
    desk.post(
        url("add_item", issue.pk), {"title": "Fest", "picture": jpeg(), "picture_alt": "Fest"}
    )
    item = issue.items.get(title_de="Fest")
    storage, name = item.picture.storage, item.picture.name

    with django_capture_on_commit_callbacks(execute=True):
        desk.post(url("item", issue.pk, item.pk), {"title": "Fest", "remove_picture": "on"})

    item.refresh_from_db()
    assert (bool(item.picture), storage.exists(name)) == (False, False)


def test_file_is_offered_behind_a_link(desk, issue):
    item = issue.items.get()
    file = SimpleUploadedFile("plan.pdf", b"%PDF-1.7", "application/pdf")

    desk.post(url("attach", issue.pk, item.pk), {"title": "Programm", "file": file})

    attachment = item.attachments.get()
    assert (attachment.title_de, attachment.size) == ("Programm", 8)
    assert attachment.url in desk.get(url("frame", issue.pk)).text
    desk.post(url("detach", issue.pk, item.pk, attachment.pk))
    assert item.attachments.count() == 0


def test_program_is_no_attachment(desk, issue):
    item = issue.items.get()
    file = SimpleUploadedFile("plan.html", b"<script>", "text/html")

    answer = desk.post(url("attach", issue.pk, item.pk), {"title": "Programm", "file": file})

    assert "file" in answer.context["attachment_form"].errors
    assert 'value="Programm"' in answer.text


def test_dragging_puts_items_in_order(desk, issue):
    first = issue.items.get()
    second, third = make_item(issue, title_de="Zwei"), make_item(issue, title_de="Drei")

    answer = desk.post(url("order_items", issue.pk), {"item": [third.pk, first.pk, second.pk]})

    assert answer.status_code == 204
    assert list(issue.items.all()) == [third, first, second]


def test_released_issue_cannot_be_put_in_order(desk, newsletter, newsletter_desk):
    make_readers(newsletter, 1)
    issue = release(newsletter, newsletter_desk)

    answer = desk.post(url("order_items", issue.pk), {"item": [issue.items.get().pk]})

    assert answer.status_code == 409


def test_two_languages_stand_side_by_side_and_are_saved_together(desk, issue):
    page = url("side_by_side", issue.pk)
    item = issue.items.get()

    answer = desk.get(f"{page}?language=ar")
    assert 'lang="ar" dir="rtl"' in answer.text
    assert "Kommt **alle**." in answer.text

    desk.post(
        page,
        {
            "language": "ar",
            "issue-subject": "نشرة",
            "issue-intro": "",
            f"item-{item.pk}-title": "مقهى اللغة",
            f"item-{item.pk}-text": "تعالوا",
        },
    )

    item.refresh_from_db()
    issue.refresh_from_db()
    assert (item.title_ar, item.text_ar, issue.subject_ar) == ("مقهى اللغة", "تعالوا", "نشرة")
    assert (item.title_de, issue.subject_de) == ("Sprachcafé", "Zusammenleben, Woche 48")


def test_side_by_side_goes_in_the_order_of_the_mail(desk, issue):
    make_item(issue, kind="event", title_de="Fest", position=0)
    issue.items.filter(kind="own").update(position=7)

    text = desk.get(url("side_by_side", issue.pk) + "?language=ar").text

    assert 0 < text.index(">Sprachcafé<") < text.index(">Fest<")


# --- preview and release -------------------------------------------------------------------------


@pytest.mark.parametrize(("view", "media"), [("light", "not all"), ("dark", "all")])
def test_preview_shows_both_looks_whatever_the_machine_prefers(desk, issue, view, media):
    frame = desk.get(f"{url('frame', issue.pk)}?view={view}").text
    assert f"mail.css?scheme={view}" in frame

    style = desk.get(f"{url('mail_style')}?scheme={view}").text

    assert f"@media {media} {{" in style
    assert "prefers-color-scheme" not in style


def test_check_runs_and_its_result_stands_on_the_page(desk, issue, newsletter, monkeypatch):
    make_readers(newsletter, 1)
    monkeypatch.setattr("newsletters.sender_check.txt_records", lambda name: [])
    monkeypatch.setattr("newsletters.spam_check.is_available", lambda: False)

    from newsletters import tasks

    desk.post(url("check", issue.pk))
    tasks.check_issue(issue.pk)

    page = desk.get(url("release", issue.pk))
    assert [finding.check for finding in page.context["slow"]] == ["links", "spf", "dkim", "dmarc"]
    assert not page.context["is_being_checked"]


def test_issue_is_sent_at_another_time_that_lies_ahead(desk, issue, newsletter):
    make_readers(newsletter, 1)
    page = url("release", issue.pk)

    answer = desk.post(page, {"when": "at", "at": "2020-01-01T09:00"})
    assert "at" in answer.context["form"].errors

    later = timezone.localtime(timezone.now() + timedelta(days=3)).replace(hour=9, minute=30)
    desk.post(page, {"when": "at", "at": later.strftime("%Y-%m-%dT%H:%M")})

    issue.refresh_from_db()
    assert issue.state == "released"
    assert timezone.localtime(issue.scheduled_for).strftime("%H:%M") == "09:30"


def test_second_person_is_asked_for_on_the_page(client_of, desk, issue, newsletter, lead):
    newsletter.needs_second_person = True
    newsletter.save()
    make_readers(newsletter, 1)

    desk.post(url("propose", issue.pk))
    desk.post(url("release", issue.pk), {"when": "now"})
    issue.refresh_from_db()
    assert issue.state == "draft"

    client_of(lead).post(url("release", issue.pk), {"when": "now"})
    issue.refresh_from_db()
    assert issue.released_by == lead


def test_sending_is_stopped_and_gone_on_with(desk, newsletter, newsletter_desk):
    make_readers(newsletter, 2)
    issue = start(newsletter, newsletter_desk)

    desk.post(url("pause", issue.pk))
    issue.refresh_from_db()
    assert (issue.state, states(issue)) == ("paused", {"pending": 2})

    desk.post(url("resume", issue.pk))
    issue.refresh_from_db()
    assert issue.state in {"sending", "sent"}


# --- archive -------------------------------------------------------------------------------------


def test_archive_finds_issues_by_their_words(client, sent, newsletter):
    page = url("archive", newsletter.slug)

    assert list(client.get(f"{page}?q=sprachcafé alle").context["page"]) == [sent]
    assert list(client.get(f"{page}?q=fahrrad").context["page"]) == []


def test_item_that_was_taken_out_is_found_in_no_format(client, desk, sent, newsletter):
    make_item(sent, title_de="Geheimnis", text_de="weg")
    secret = IssueItem.objects.get(title_de="Geheimnis")

    desk.post(url("archive_item", sent.pk, secret.pk), {"public": "no"})

    slug = newsletter.slug
    assert "Geheimnis" not in client.get(url("archived_issue", slug, sent.slot)).text
    assert "Geheimnis" not in client.get(url("feed", slug)).text
    assert list(client.get(f"{url('archive', slug)}?q=geheimnis").context["page"]) == []
    desk.post(url("archive_item", sent.pk, secret.pk), {"public": "yes"})
    assert "Geheimnis" in client.get(url("archived_issue", slug, sent.slot)).text


def test_issue_is_taken_from_the_website_and_put_back(client, desk, sent, newsletter):
    page = url("archived_issue", newsletter.slug, sent.slot)

    desk.post(url("archive_switch", sent.pk), {"public": "no"})
    assert client.get(page).status_code == 404
    assert client.get(f"{page}pdf/").status_code == 404
    assert sent.subject_de not in client.get(url("feed", newsletter.slug)).text

    desk.post(url("archive_switch", sent.pk), {"public": "yes"})
    assert client.get(page).status_code == 200


def test_feed_lists_public_issues_in_the_language_of_its_address(client, sent, newsletter):
    release(newsletter, None, slot="2026-W49")
    Issue.objects.filter(pk=sent.pk).update(subject_ar="نشرة")

    root = ElementTree.fromstring(
        client.get(url("feed", newsletter.slug).replace("/de/", "/ar/", 1)).content
    )

    atom = {"a": "http://www.w3.org/2005/Atom"}
    assert [entry.text for entry in root.findall("a:entry/a:title", atom)] == ["نشرة"]
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "ar"


def test_archive_without_public_issues_has_no_feed_of_another_newsletter(client, sent):
    hidden = make_newsletter("intern", has_archive=False)

    assert client.get(url("feed", hidden.slug)).status_code == 404


def test_issue_is_a_pdf(client, sent, newsletter):
    answer = client.get(url("archived_pdf", newsletter.slug, sent.slot))

    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")


# --- statistics ----------------------------------------------------------------------------------


def test_statistics_count_without_persons(newsletter, newsletter_desk):
    make_readers(newsletter, 3)
    sent = go_out(start(newsletter, newsletter_desk), failed=["p1@example.org"])
    back = sent.deliveries.get(subscriber__email="p2@example.org")
    note_bounce(back, kind="soft", source="report", status="5.2.2", at=NOW)
    leave(
        make_reader("weg@example.org", newsletter), [newsletter], source="link",
        now=sent.scheduled_for + timedelta(hours=1),
    )  # fmt: skip

    found = statistics_of(newsletter, now=NOW + timedelta(days=2))

    [row] = found.issues
    assert (row.sent, row.failed, row.left) == (2, 1, 1)
    assert [count for _label, count in found.failures] == [1, 1]
    assert [count for _month, count in found.growth][-1] == 3
    assert "@example.org" not in str(found)


def test_statistics_page_needs_as_many_queries_for_three_as_for_one(
    desk, newsletter, newsletter_desk, django_assert_num_queries
):
    def send(slot):
        make_reader(f"{slot.lower()}@example.org", newsletter)
        go_out(start(newsletter, newsletter_desk, slot=slot))

    page = url("statistics", newsletter.slug)
    send("2026-W45")
    desk.get(page)
    with django_assert_num_queries(10):
        desk.get(page)

    send("2026-W46")
    send("2026-W47")
    with django_assert_num_queries(10):
        desk.get(page)


def test_issues_are_a_figure_for_measures(sent):
    assert issues_in(2026) == 1
    assert issues_in(2025) is None
