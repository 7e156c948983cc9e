from datetime import timedelta
from html.parser import HTMLParser

import pytest
from django.utils.html import escape

from kit_portal.common.tokens import TOKEN_LENGTH
from newsletters.links import TOKEN_PLACEHOLDER
from newsletters.render import personal, reflow, render_all, render_issue
from tests.newsletters.making import NOW, make_issue, make_item


def tags_of(html):
    found = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attributes: found.append((tag, dict(attributes)))
    parser.feed(html)
    return found


@pytest.fixture
def issue(newsletter):
    return make_issue(newsletter, intro_de="Liebe Leser, siehe [Termine](/de/events/).")


def test_render_shows_words_items_and_imprint_in_both_parts(issue):
    make_item(issue, url="/de/events/fest/", starts_at=NOW, place="Norderhofenden 1")

    mail = render_issue(issue, language="de")

    for part in (mail.html, mail.text):
        assert "Sprachcafé" in part
        assert "Norderhofenden 1" in part
        assert "https://portal.example.org/de/events/fest/" in part
        assert "Rathausplatz 1" in part
        assert "0461 555-0100" in part
        assert f"/de/newsletters/leave/zusammenleben/{TOKEN_PLACEHOLDER}/" in part
        assert f"/de/newsletters/my/{TOKEN_PLACEHOLDER}/" in part
    assert mail.subject == "Zusammenleben, Woche 48"
    assert "<strong" in mail.html
    assert 'href="https://portal.example.org/de/events/"' in mail.html


def test_render_writes_styles_to_the_elements_and_keeps_the_dark_ones(issue):
    make_item(issue)

    html = render_issue(issue, language="de").html

    cells = [attributes for tag, attributes in tags_of(html) if tag == "td"]
    assert len(cells) == 5
    assert all("font-family" in cell["style"] for cell in cells)
    assert "prefers-color-scheme: dark" in html
    assert "<link" not in html


def test_render_for_a_page_refers_to_the_style_sheet(issue):
    make_item(issue)

    html = render_issue(issue, language="de", style_url="/mail.css").html

    assert '<link rel="stylesheet" href="/mail.css">' in html
    assert "style=" not in html
    assert "<style" not in html


def test_render_in_arabic_sets_language_and_direction_on_every_table_and_cell(issue):
    make_item(issue, title_ar="مقهى اللغة", text_ar="تعالوا", url="/de/events/fest/")

    mail = render_issue(issue, language="ar")

    boxes = [attributes for tag, attributes in tags_of(mail.html) if tag in ("html", "table", "td")]
    assert len(boxes) == 9
    assert {(box.get("lang"), box.get("dir")) for box in boxes} == {("ar", "rtl")}
    assert "مقهى اللغة" in mail.html
    assert "https://portal.example.org/ar/events/fest/" in mail.html


def test_render_marks_what_exists_in_german_only(issue):
    make_item(issue, title_de="Nur deutsch", text_de="Deutscher Text")
    make_item(issue, title_de="Titel", title_en="Title", text_de="Text", text_en="Words")

    mail = render_issue(issue, language="en")

    assert '<bdi lang="de">Nur deutsch</bdi> <span class="fallback"' in mail.html
    assert '<div lang="de" dir="ltr"><p' in mail.html
    assert '<bdi lang="en">Title</bdi></h3>' in mail.html
    assert "* Nur deutsch (in German)" in mail.text
    assert "* Title\n" in mail.text


def test_render_leaves_out_what_staff_left_out(issue):
    make_item(issue, title_de="Drin")
    make_item(issue, title_de="Draußen", is_included=False)

    mail = render_issue(issue, language="de")

    assert "Drin" in mail.html
    assert "Draußen" not in mail.html + mail.text


def test_render_groups_items_in_the_order_of_a_letter(issue):
    for kind, title in [("measure", "M"), ("event", "E2"), ("own", "O"), ("event", "E1")]:
        make_item(issue, kind=kind, title_de=f"Titel {title}", position=title == "E2")

    text = render_issue(issue, language="de").text

    order = [text.index(f"Titel {title}") for title in ("O", "E1", "E2", "M")]
    assert order == sorted(order)


def test_render_says_that_an_event_is_cancelled(issue):
    make_item(issue, kind="event", starts_at=NOW + timedelta(days=3), is_cancelled=True)

    mail = render_issue(issue, language="en")

    assert "Cancelled" in mail.html
    assert "Cancelled" in mail.text


def test_render_escapes_in_html_and_not_in_text(issue):
    make_item(issue, title_de="Kaffee & <Kuchen>")

    mail = render_issue(issue, language="de")

    assert escape("Kaffee & <Kuchen>") in mail.html
    assert "Kaffee & <Kuchen>" in mail.text


def test_render_of_forty_items_stays_below_the_size_that_mailboxes_cut(issue):
    words = "Treffpunkt für alle, die Deutsch sprechen und hören möchten. " * 5
    for number in range(40):
        make_item(issue, kind="event", title_de=f"Termin {number}", text_de=words, starts_at=NOW)

    sizes = [len(mail.html.encode()) for mail in render_all(issue)]

    assert len(sizes) == 11
    assert max(sizes) < 90_000


def test_render_all_asks_the_database_the_same_for_one_and_for_three_items(
    issue, django_assert_num_queries
):
    make_item(issue)
    with django_assert_num_queries(3):  # items, files and office, for all 11 languages
        render_all(issue)

    make_item(issue)
    make_item(issue)
    with django_assert_num_queries(3):
        render_all(issue)


def test_personal_changes_no_length():
    text = f"…/leave/x/{TOKEN_PLACEHOLDER}/…"

    assert len(TOKEN_PLACEHOLDER) == TOKEN_LENGTH
    assert personal(text, token="t" * TOKEN_LENGTH) == f"…/leave/x/{'t' * TOKEN_LENGTH}/…"


@pytest.mark.parametrize(
    ("markdown", "plain"),
    [
        ("Eine Zeile\ngeht weiter.", "Eine Zeile geht weiter."),
        ("Erster.\r\n\r\nZweiter\r\nAbsatz.", "Erster.\n\n  Zweiter Absatz."),
        ("Dabei:\n- Tee\n- Kuchen\n1. Brot", "Dabei:\n  - Tee\n  - Kuchen\n  1. Brot"),
    ],
)
def test_reflow_joins_lines_and_keeps_lists(markdown, plain):
    assert reflow(markdown) == plain
