"""Every public page and the daily staff pages, in a real browser, with the demo office's data."""

import itertools

import pytest

from kit_portal.accounts.load import DEMO_PASSWORD as PASSWORD
from tests.browser.demo_site import served_demo, walk

MOST_BYTES_OF_A_FIRST_VIEW = 60_000


@pytest.fixture(scope="module")
def demo_address():
    with served_demo() as address:
        yield address


@pytest.fixture
def site_address(demo_address):
    """Here the browser talks to a real web server with the demo office."""
    return demo_address


@pytest.fixture(scope="module")
def public_pages(demo_address):
    found = {language: walk(demo_address, f"/{language}/") for language in ("de", "ar")}
    return {language: views for language, (views, _broken) in found.items()}


@pytest.mark.parametrize("language", ["de", "ar", "kmr"])
def test_no_link_leads_nowhere(demo_address, language):
    views, broken = walk(demo_address, f"/{language}/")

    assert broken == []
    assert len(views) > 20


@pytest.mark.parametrize("language", ["de", "ar"])
def test_public_pages_are_accessible(public_pages, new_page, axe, language):
    page = new_page(language=language)
    findings = {}

    for name, path in public_pages[language].items():
        page.goto(path)
        findings[name] = axe(page)

    assert {name: found for name, found in findings.items() if found} == {}


def test_public_pages_are_accessible_in_the_dark(public_pages, new_page, axe):
    page = new_page(color_scheme="dark")
    findings = {}

    for name, path in public_pages["de"].items():
        page.goto(path)
        findings[name] = axe(page)

    assert {name: found for name, found in findings.items() if found} == {}


@pytest.mark.parametrize("language", ["de", "ar"])
def test_pages_fit_a_small_phone(public_pages, new_page, language):
    page = new_page(language=language, width=360, height=740)
    too_wide = {}

    for _name, path in public_pages[language].items():
        page.goto(path)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > 360:
            too_wide[path] = width

    assert too_wide == {}


@pytest.mark.parametrize("language", ["de", "ar"])
def test_pages_have_one_title_and_whole_headings(public_pages, new_page, language):
    page = new_page(language=language)
    wrong = {}

    for path in public_pages[language].values():
        page.goto(path)
        levels = page.evaluate(
            "[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(h => +h.tagName[1])"
        )
        steps = [after - before for before, after in itertools.pairwise(levels)]
        if levels.count(1) != 1 or any(step > 1 for step in steps):
            wrong[path] = levels

    assert wrong == {}


def test_phone_numbers_keep_their_order_in_arabic(public_pages, new_page):
    page = new_page(language="ar")
    naked = {}

    for path in public_pages["ar"].values():
        page.goto(path)
        links = page.evaluate(
            "[...document.querySelectorAll('a[href^=\"tel:\"]')]"
            ".filter(a => !a.querySelector('bdi[dir=ltr]')).map(a => a.textContent)"
        )
        if links:
            naked[path] = links

    assert naked == {}


def test_first_view_of_the_home_page_is_light(new_page):
    page = new_page()
    sizes = []
    page.on("requestfinished", lambda request: sizes.append((request.url, transferred(request))))

    page.goto("/de/", wait_until="networkidle")

    assert sum(size for _url, size in sizes) <= MOST_BYTES_OF_A_FIRST_VIEW, sizes


def transferred(request):
    sizes = request.sizes()
    return sizes["responseBodySize"] + sizes["responseHeadersSize"]


def test_visitor_changes_the_language_without_script(new_page):
    page = new_page(java_script_enabled=False)
    page.goto("/de/events/")

    page.locator("summary.menu__button").click()
    page.get_by_role("link", name="العربية").click()

    assert page.url.endswith("/ar/events/")
    assert page.locator("html").get_attribute("dir") == "rtl"


def test_first_tab_leads_to_the_content(page):
    page.goto("/de/")

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "main"


def test_menu_closes_with_escape_and_gives_the_focus_back(page):
    page.goto("/de/")
    button = page.locator("summary.menu__button").first

    button.click()
    page.keyboard.press("Escape")

    assert page.locator("details.menu[open]").count() == 0
    assert page.evaluate("document.activeElement.matches('summary.menu__button')")


@pytest.fixture
def staff_page(new_page):
    def sign_in(email, **options):
        page = new_page(**options)
        page.goto("/de/account/login/")
        page.fill("#id_login", email)
        page.fill("#id_password", PASSWORD)
        page.locator("main form button[type=submit]").click()
        page.wait_for_url("**/desk/")
        return page

    return sign_in


def test_staff_pages_are_accessible(staff_page, axe):
    page = staff_page("lead@example.org")
    findings = {}

    for path in (
        "/de/desk/",
        "/de/desk/outbox/",
        "/de/privacy-desk/",
        "/de/interpreters/log/",
        "/de/interpreters/missions/",
        "/de/interpreters/statistics/",
        "/de/newsletters/desk/",
        "/de/measures/evaluation/2017/",
        "/de/measures/reports/desk/",
        "/de/measures/reports/desk/2016/2018/",
        "/de/measures/tables/",
        "/de/measures/revision/",
        "/de/measures/check-up/comments/",
        "/de/measures/check-up/wohnzertifikat/",
        "/de/admin/",
        "/de/admin/measures/measure/",
        "/de/admin/measures/measure/add/",
        "/de/admin/directory/contactpoint/",
    ):
        response = page.goto(path)
        findings[path] = [] if response.ok else [f"answered {response.status}"]
        findings[path] += axe(page)

    assert {path: found for path, found in findings.items() if found} == {}


def test_experienced_person_logs_a_mission_by_keyboard(staff_page):
    page = staff_page("interpreters@example.org")
    page.goto("/de/interpreters/log/")
    who = page.locator("datalist#interpreters option, datalist option").first.get_attribute("value")
    names = page.locator("main form [name]").evaluate_all("fields => fields.map(f => f.name)")
    language = page.locator("[name=language]").get_attribute("list")
    spoken = page.locator(f"#{language} option").first.get_attribute("value")

    page.keyboard.type(who)
    page.keyboard.press("Tab")
    page.keyboard.type(spoken)
    page.keyboard.press("Enter")
    page.wait_for_load_state()

    assert names.index("interpreter") < names.index("language")
    assert spoken in page.locator("main table").inner_text()
    assert page.evaluate("document.activeElement.name") == "interpreter"
