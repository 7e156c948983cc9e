"""What every answer of the portal promises a browser."""

import re

import pytest

PAGES = ["/de/", "/ar/measures/", "/de/account/login/", "/de/no-such-page/"]


@pytest.mark.parametrize("page", PAGES)
def test_policy_allows_nothing_unsafe_and_nobody_else(client, office, page):
    policy = client.get(page, follow=True)["Content-Security-Policy"]

    assert "unsafe-" not in policy
    assert "http" not in policy
    assert "default-src 'self'" in policy


@pytest.mark.parametrize("page", PAGES)
def test_pages_carry_no_inline_script_style_or_foreign_address(client, office, page):
    html = client.get(page, follow=True).content.decode()

    assert not re.search(r"<script(?![^>]*\b(src|type=\"application/json\"))", html)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", html)
    assert not re.search(r'(src|href)="(https?:)?//(?!portal\.example\.org)', html)


@pytest.mark.parametrize(
    ("address", "language", "direction"),
    [("/de/", "de", "ltr"), ("/ar/", "ar", "rtl"), ("/fa/", "fa", "rtl"), ("/kmr/", "kmr", "ltr"),
     ("/de-simple/", "de-simple", "ltr")],
)  # fmt: skip
def test_page_says_its_language_and_direction(client, office, address, language, direction):
    html = client.get(address).content.decode()

    assert f'<html lang="{language}" dir="{direction}">' in html


def test_page_names_itself_in_every_language(client, office):
    html = client.get("/ar/measures/").content.decode()

    assert html.count('rel="alternate" hreflang=') == 11
    assert 'hreflang="de-simple" href="https://portal.example.org/de-simple/measures/"' in html


def test_root_follows_the_browsers_language(client, office):
    arabic = client.get("/", headers={"accept-language": "ar,en;q=0.5"})
    unknown = client.get("/", headers={"accept-language": "xx"})

    assert arabic["Location"] == "/ar/"
    assert unknown["Location"] == "/de/"


def test_missing_page_is_said_in_the_visitors_language(client, office):
    response = client.get("/en/no-such-page/")

    assert response.status_code == 404
    assert "This page does not exist" in response.content.decode()
