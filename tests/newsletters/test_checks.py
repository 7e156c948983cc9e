"""What is looked at before a release."""

import socket
from http.client import BadStatusLine
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from newsletters import sender_check
from newsletters.checks import check_issue, kept_findings, quick_findings
from newsletters.link_check import broken_links, links_in
from newsletters.links import TOKEN_PLACEHOLDER
from newsletters.models import Issue
from newsletters.pictures import WIDTH, mail_picture
from newsletters.release import (
    NotPossibleError,
    pause_issue,
    propose_issue,
    release_issue,
    resume_issue,
)
from newsletters.render import render_all
from tests.newsletters.making import (
    NOW,
    make_issue,
    make_item,
    make_readers,
    start,
    states,
)
from welcome.models import Page


@pytest.fixture
def issue(newsletter):
    made = make_issue(newsletter)
    make_item(made)
    return made


def levels(findings):
    return {finding.check: finding.level for finding in findings}


def picture(width=3000, height=1500, mode="RGB", kind="JPEG", **options):
    stream = BytesIO()
    Image.new(mode, (width, height), "red").save(stream, kind, **options)
    return SimpleUploadedFile("foto.jpg", stream.getvalue())


# --- sender --------------------------------------------------------------------------------------

RECORDS = {
    "stadt.example.org": ["google-site", "v=spf1 mx -all"],
    "k1._domainkey.stadt.example.org": ["v=DKIM1; k=rsa; p=MIIB"],
    "old._domainkey.stadt.example.org": ["v=DKIM1; p="],
    "_dmarc.example.org": ["v=DMARC1; p=reject"],
}


def lookup(name):
    return RECORDS.get(name, [])


def test_sender_has_what_its_records_say():
    assert sender_check.has_spf("stadt.example.org", lookup=lookup)
    assert not sender_check.has_spf("example.org", lookup=lookup)
    assert sender_check.has_dkim("stadt.example.org", "k1", lookup=lookup)
    assert not sender_check.has_dkim("stadt.example.org", "old", lookup=lookup)  # revoked
    assert sender_check.has_dmarc("stadt.example.org", lookup=lookup)  # by the domain above
    assert not sender_check.has_dmarc("example.net", lookup=lookup)


def test_check_keeps_what_it_found_and_says_what_could_not_be_asked(issue, monkeypatch):
    def silent(name):
        raise sender_check.UnknownError("no answer")

    monkeypatch.setattr("newsletters.sender_check.has_spf", silent)
    monkeypatch.setattr("newsletters.sender_check.has_dmarc", lambda domain: True)
    monkeypatch.setattr("newsletters.spam_check.is_available", lambda: False)

    check_issue(issue, clock=lambda: NOW)

    issue.refresh_from_db()
    assert issue.checked_at == NOW
    found = levels(kept_findings(issue))
    assert (found["spf"], found["dkim"], found["dmarc"]) == ("warning", "warning", "ok")


# --- links ---------------------------------------------------------------------------------------


def test_links_in_a_mail_are_asked_once_and_personal_ones_never():
    html = (
        '<a href="https://a.example.org/?x=1&amp;y=2">a</a><a href="https://a.example.org/?x=1&amp;y=2">'
        f'<a href="https://portal.example.org/my/{TOKEN_PLACEHOLDER}/">my</a><a href="mailto:x">'
    )

    assert links_in([html, html]) == ["https://a.example.org/?x=1&y=2"]


def test_broken_links_are_named_with_the_answer():
    def fetch(url):
        if "down" in url:
            raise OSError("timed out")
        return {"ok": 200, "gone": 410, "members": 403}[url.rpartition("/")[2]]

    urls = [f"https://example.org/{name}" for name in ("ok", "gone", "members", "down")]

    assert broken_links(urls, fetch=fetch) == [
        ("https://example.org/gone", "410"),
        ("https://example.org/down", "timed out"),
    ]


def test_server_that_answers_with_nonsense_is_a_broken_link():
    def fetch(url):
        raise BadStatusLine("SSH-2.0")

    assert broken_links(["https://example.org/"], fetch=fetch) == [
        ("https://example.org/", "SSH-2.0")
    ]


def test_own_pages_are_asked_as_a_stranger_would(issue, settings):
    here = settings.SITE_URL

    broken = broken_links([f"{here}/de/newsletters/", f"{here}/de/newsletters/archive/x/"])

    assert broken == [(f"{here}/de/newsletters/archive/x/", "404")]


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "192.168.0.1", "::1", "fd00::1"]
)
def test_links_into_private_networks_are_never_followed(monkeypatch, address):
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda host, port, **o: [(0, 0, 0, "", (address, port))]
    )
    monkeypatch.setattr(
        "urllib.request.OpenerDirector.open", lambda *a, **o: pytest.fail("it was asked")
    )

    assert broken_links(["http://intern.example.org/"]) == [
        ("http://intern.example.org/", "private address")
    ]


# --- pictures, size, pages, translations ---------------------------------------------------------


def test_picture_is_made_small_upright_and_forgets_where_it_was_taken():
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    exif[0x010E] = "home of somebody"

    made = mail_picture(picture(exif=exif))

    with Image.open(made) as image:
        assert (image.width, image.height, image.format) == (WIDTH, WIDTH * 2, "JPEG")
        assert dict(image.getexif()) == {}
    assert len(made) < 100_000


def test_transparent_picture_stays_transparent():
    with Image.open(mail_picture(picture(40, 20, "RGBA", "PNG"))) as image:
        assert (image.format, image.mode, image.size) == ("PNG", "RGBA", (40, 20))


@pytest.mark.parametrize("content", [b"", b"no picture", b"<svg onload='alert(1)'/>"])
def test_what_is_no_picture_is_refused(content):
    with pytest.raises(ValidationError):
        mail_picture(SimpleUploadedFile("x.jpg", content))


@pytest.mark.parametrize("kind", ["EPS", "PPM", "TIFF"])
def test_formats_that_were_not_asked_for_are_not_even_tried(kind):
    with pytest.raises(ValidationError):
        mail_picture(picture(40, 20, kind=kind))


def test_bomb_of_a_picture_is_refused_before_it_is_unpacked():
    with pytest.raises(ValidationError):
        mail_picture(picture(10_000, 9_000, "1", "PNG"))


def test_quick_findings_name_what_is_missing(issue, newsletter):
    make_readers(newsletter, 3, languages=["ar"])
    make_item(
        issue,
        picture="x.jpg",
        picture_width=10,
        picture_height=10,
        picture_alt_de="Ein Fest",
        title_ar="مهرجان",
    )
    Page.objects.create(slug="imprint", key="imprint", title_de="Impressum", published_at=NOW)

    findings = {found.check: found for found in quick_findings(issue, render_all(issue))}

    assert findings["size"].level == "ok"
    assert findings["pictures"].details == ["Sprachcafé (ar)"]
    assert findings["imprint"].details == ["Datenschutz"]
    assert findings["translations"].details == ["العربية: 1/2"]


def test_own_page_of_an_issue_is_no_broken_link_though_it_is_not_there_yet(
    issue, newsletter, monkeypatch
):
    monkeypatch.setattr(sender_check, "txt_records", lambda name: [])
    asked = []
    monkeypatch.setattr(
        "newsletters.link_check.broken_links", lambda urls: asked.extend(urls) or []
    )

    check_issue(issue, clock=lambda: NOW)

    assert newsletter.has_archive
    assert asked
    assert not [url for url in asked if url.endswith(f"/{issue.slot}/")]


# --- two people, stopping ------------------------------------------------------------------------


@pytest.fixture
def strict(issue, newsletter):
    newsletter.needs_second_person = True
    newsletter.save()
    make_readers(newsletter, 2)
    return Issue.objects.get(pk=issue.pk)


def test_second_person_releases_what_the_first_proposed(strict, newsletter_desk, lead):
    with pytest.raises(NotPossibleError):
        release_issue(strict, by=lead, now=NOW, send_at=NOW)
    propose_issue(strict, by=newsletter_desk, now=NOW)
    with pytest.raises(NotPossibleError):
        release_issue(strict, by=newsletter_desk, now=NOW, send_at=NOW)

    release_issue(strict, by=lead, now=NOW, send_at=NOW)

    strict.refresh_from_db()
    assert (strict.state, strict.proposed_by, strict.released_by) == (
        "released", newsletter_desk, lead,
    )  # fmt: skip


def test_change_after_the_proposal_asks_for_a_new_one(strict, newsletter_desk, lead):
    from newsletters.editing import write_issue

    propose_issue(strict, by=newsletter_desk, now=NOW)
    write_issue(strict, language="de", subject="Anders", intro="")

    with pytest.raises(NotPossibleError):
        release_issue(strict, by=lead, now=NOW, send_at=NOW)


def test_stopping_puts_back_what_was_taken_up_and_going_on_loses_nothing(
    newsletter, newsletter_desk, relay
):
    from newsletters.delivery import claim, deliver_issue

    make_readers(newsletter, 5)
    issue = start(newsletter, newsletter_desk)
    claim(issue, claim_token="t", now=NOW, size=2)

    pause_issue(issue, now=NOW)

    assert states(issue) == {"pending": 5}
    assert deliver_issue(issue) == 0
    resume_issue(issue, now=NOW)
    deliver_issue(issue, clock=lambda: NOW)
    issue.refresh_from_db()
    assert (states(issue), issue.state) == ({"sent": 5}, "sent")


@pytest.mark.parametrize(("state", "verb"), [("draft", pause_issue), ("sending", resume_issue)])
def test_what_is_not_under_way_cannot_be_stopped_or_gone_on_with(issue, state, verb):
    Issue.objects.filter(pk=issue.pk).update(state=state, released_at=NOW, audience_count=0)

    with pytest.raises(NotPossibleError):
        verb(issue, now=NOW)
