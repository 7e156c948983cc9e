"""The pages of an adopted report, and the desk that adopted it, in a real browser."""

import pytest
from django.db import connection

from kit_portal.accounts.models import User
from measures.frozen_rows import unguard
from measures.models import ReportFile
from measures.report_adoption import begin_report
from tests.conftest import PASSWORD
from tests.measures.full_report import make_adopted, make_submitted

REPORT = "measures/reports/2016/2017/"


@pytest.fixture
def adopted(transactional_db, office, lead):
    report = make_adopted(lead)
    ReportFile.objects.create(report=report, language="ar", file="r.pdf", size=8, sha256="0" * 64)
    yield report
    unguard(connection)  # the test database is emptied row by row


@pytest.mark.parametrize("options", [{}, {"color_scheme": "dark"}, {"width": 360}])
@pytest.mark.parametrize("language", ["de", "ar"])
def test_public_pages_are_accessible_and_fit(adopted, new_page, axe, language, options):
    page = new_page(language=language, **options)
    findings = {}

    for path in ("measures/reports/", REPORT):
        page.goto(f"/{language}/{path}")
        findings[path] = axe(page)
        width = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert width <= 0, path

    assert findings == {"measures/reports/": [], REPORT: []}


def test_desk_is_accessible(adopted, new_page, axe):
    make_submitted(adopted.concept, year=2018)
    begin_report(adopted.concept, year=2019)
    page = new_page()
    page.goto("/de/account/login/")
    page.fill("#id_login", User.objects.get().email)
    page.fill("#id_password", PASSWORD)
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/desk/")
    findings = {}

    for path in (
        "",
        "2016/2017/",
        "2016/2017/correct/",
        "2016/2018/",
        "2016/2018/adopt/",
        "2016/2019/",
        "2016/2019/short-versions/",
        "2016/2019/discard/",
    ):
        page.goto(f"/de/measures/reports/desk/{path}")
        findings[path] = axe(page)

    assert {path: found for path, found in findings.items() if found} == {}
