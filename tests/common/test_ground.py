"""The ground that everything stands on: markup, tokens, texts with fallback, mail."""

import pytest
from django.template import Context, Template
from django.utils.translation import override

from directory.models import Topic
from kit_portal.common.mail import OutboxFolderBackend, read_outbox
from kit_portal.common.markup import render_markdown
from kit_portal.common.tokens import HASH_LENGTH, hash_token, new_token
from kit_portal.common.translation_queries import icontains_any, translated_order


def render(source, **context):
    return Template("{% load kit %}" + source).render(Context(context))


def test_markdown_keeps_structure_and_drops_what_could_run():
    html = render_markdown("# Title\n\n**bold** [a](javascript:alert(1)) <script>x</script>")

    assert "<h2>Title</h2>" in html
    assert "<strong>bold</strong>" in html
    assert "<script" not in html
    assert 'href="javascript' not in html


def test_markdown_headings_start_where_the_page_needs_them():
    assert "<h3>Title</h3>" in render_markdown("# Title", top_heading=3)


def test_markdown_skips_no_heading_level():
    html = render_markdown("## A\n\n#### B\n\n# C\n\n### D")

    assert html.split() == [
        "<h2>A</h2>",
        "<h3>B</h3>",
        "<h2>C</h2>",
        "<h3>D</h3>",
    ]


def test_token_is_never_stored_as_it_travels():
    token = new_token()

    assert len(hash_token(token)) == HASH_LENGTH
    assert token not in hash_token(token)
    assert new_token() != token


def test_fallback_text_carries_its_language_direction_and_a_mark(db):
    topic = Topic(name_de="Wohnen", name_en="Housing")

    with override("ar"):
        arabic = render('{% translated topic "name" %}', topic=topic)
    with override("en"):
        english = render('{% translated topic "name" %}', topic=topic)

    assert '<span lang="de" dir="ltr">Wohnen</span>' in arabic
    assert "fallback-mark" in arabic
    assert english == "Housing"


def test_translated_text_is_escaped(db):
    with override("en"):
        html = render('{% translated topic "name" %}', topic=Topic(name_de="<b>x</b>"))

    assert "&lt;b&gt;" in html


def test_order_and_search_fall_back_to_german(db):
    Topic.objects.create(slug="a", name_de="Wohnen", name_en="Alpha")
    Topic.objects.create(slug="b", name_de="Beta")

    with override("en"):
        ordered = list(Topic.objects.order_by(translated_order("name")))
        found = Topic.objects.filter(icontains_any("name", "wohn"))

    assert [topic.slug for topic in ordered] == ["a", "b"]
    assert [topic.slug for topic in found] == ["a"]


def test_outbox_shows_the_newest_mail_first(settings, tmp_path):
    from django.core.mail import EmailMessage

    settings.OUTBOX_FOLDER = tmp_path
    backend = OutboxFolderBackend()

    backend.send_messages([EmailMessage("erste", "Text", to=["a@example.org"])])
    backend.send_messages([EmailMessage("zweite مرحبا", "Text", to=["a@example.org"])])

    assert [message["Subject"] for _name, message in read_outbox(limit=9)] == [
        "zweite مرحبا",
        "erste",
    ]


@pytest.mark.parametrize("value", ["0461 555-0100", "+49 (461) 555 0100"])
def test_phone_link_has_digits_only(value):
    assert render("{{ value|phone_href }}", value=value).lstrip("+").isdigit()
