"""A real browser for the tests of this folder: Debian's Chromium, driven by Playwright.

Every page is watched: a request to another host, a script error, a breach of the content security
policy or a missing file fails the test that opened it.
"""

import os
import shutil
from importlib.resources import files
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import sync_playwright

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser():
    names = (os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome")
    program = next(filter(None, map(shutil.which, names)), None)
    if program is None:
        pytest.skip("missing: chromium (Debian: apt-get install chromium)")
    # Playwright runs an event loop in this thread, at which Django's database layer would balk.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def site_address(live_server):
    """Where the pages come from; a test file may put a server of its own here."""
    return live_server.url


@pytest.fixture
def new_page(browser, site_address):
    """Make pages: ``new_page(language="ar", width=360)``; paths are relative to the site."""
    contexts, problems = [], []

    def make(*, language="de", width=1280, height=800, **options):
        context = browser.new_context(
            base_url=site_address,
            locale=language,
            viewport={"width": width, "height": height},
            **options,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        watch(page, own_host=urlsplit(site_address).netloc, problems=problems)
        return page

    yield make
    for context in contexts:
        context.close()
    assert not problems, "\n".join(problems)


@pytest.fixture
def page(new_page):
    """One page, German, 1280 pixels wide."""
    return new_page()


def watch(page, *, own_host, problems):
    def look_at_request(request):
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.netloc != own_host:
            problems.append(f"request to another host: {request.url}")

    def look_at_response(response):
        if response.status >= 400 and response.request.resource_type != "document":
            problems.append(f"{response.status}: {response.url}")

    def look_at_console(message):
        if "Content Security Policy" in message.text:
            problems.append(f"{page.url}: {message.text}")

    page.on("request", look_at_request)
    page.on("response", look_at_response)
    page.on("console", look_at_console)
    page.on("pageerror", lambda error: problems.append(f"{page.url}: script error: {error}"))


@pytest.fixture(scope="session")
def axe():
    """Return what axe-core finds on a page, one line per element: rule, element, what to do."""
    source = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")

    def look(page):
        page.evaluate(source)  # not a script element: the policy stays in force
        found = page.evaluate(
            "runOnly => axe.run({runOnly, resultTypes: ['violations'], preload: false})",
            WCAG,
        )
        return [
            f"{violation['id']}: {' '.join(map(str, node['target']))}: {violation['help']}"
            for violation in found["violations"]
            for node in violation["nodes"]
        ]

    return look
