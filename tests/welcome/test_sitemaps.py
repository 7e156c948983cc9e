import xml.etree.ElementTree as ET

import pytest
from django.test import RequestFactory
from django.utils.translation import override

from welcome import views

SITEMAP, XHTML = "{http://www.sitemaps.org/schemas/sitemap/0.9}", "{http://www.w3.org/1999/xhtml}"


@pytest.fixture
def sitemap(db):
    def read():
        with override("de"):
            response = views.sitemap(RequestFactory().get("/sitemap.xml"))
        return ET.fromstring(response.content)  # noqa: S314  our own

    return read


def test_sitemap_names_every_page_in_every_language(sitemap, make_page, settings):
    make_page("wohnen")
    make_page("entwurf", public=False)

    addresses = [node.text for node in sitemap().iter(f"{SITEMAP}loc")]

    for code, _name in settings.LANGUAGES:
        assert addresses.count(f"https://portal.example.org/{code}/info/wohnen/") == 1
    assert not [address for address in addresses if "entwurf" in address]


def test_sitemap_links_each_address_to_all_languages(sitemap, make_page, settings):
    make_page("wohnen")

    codes = {code for code, _name in settings.LANGUAGES} | {"x-default"}

    for url in sitemap().iter(f"{SITEMAP}url"):
        assert {link.get("hreflang") for link in url.iter(f"{XHTML}link")} == codes


@pytest.mark.parametrize("number", [1, 3])
def test_sitemap_asks_the_same_number_of_queries(
    sitemap, make_page, make_event, django_assert_num_queries, number
):
    for index in range(number):
        make_page(f"s-{index}")
        make_event(f"e-{index}")

    with django_assert_num_queries(7):
        sitemap()


def test_robots_keep_out_of_the_inner_rooms(db):
    text = views.robots(RequestFactory().get("/robots.txt")).content.decode()

    assert "Disallow: /de/admin/" in text
    assert "Sitemap: https://portal.example.org/sitemap.xml" in text
