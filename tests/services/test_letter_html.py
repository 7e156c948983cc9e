"""The HTML of an issue, judged by the Nu Html Checker: as mail, and as the archive's page."""

import json
import os
import subprocess

import pytest

from newsletters.render import render_issue
from tests.newsletters.making import make_newsletter
from tests.newsletters.real_issue import make_real_issue

pytestmark = pytest.mark.django_db


@pytest.fixture
def html_faults(tmp_path):
    """Ask the checker what is wrong with a page, one line per error."""
    jar = os.environ.get("VNU_JAR")
    if not jar:
        pytest.skip("missing: the Nu Html Checker and a JRE (run ./run test)")

    def judge(html):
        path = tmp_path / "page.html"
        path.write_text(html, encoding="utf-8")
        done = subprocess.run(
            ["java", "-jar", jar, "--errors-only", "--exit-zero-always", "--format", "json", path],
            check=True,
            capture_output=True,
            text=True,
        )
        return [
            f"{fault['message']}: {fault.get('extract', '')}"
            for fault in json.loads(done.stderr)["messages"]
        ]

    return judge


@pytest.mark.parametrize("language", ["de", "ar"])
def test_issue_has_no_html_fault(html_faults, office, language):
    issue = make_real_issue(make_newsletter())

    assert html_faults(render_issue(issue, language=language).html) == []


def test_checker_finds_a_fault(html_faults):
    assert html_faults("<!doctype html><html lang=de><title>Brief</title><p><div></p>")
