"""The mail of an issue in a browser: accessible and narrow enough, both ways, also in the dark."""

import pytest

from newsletters.render import render_issue
from tests.newsletters.making import make_newsletter
from tests.newsletters.real_issue import make_real_issue


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("language", "width"), [("de", 600), ("ar", 360)])
def test_letter_is_accessible(db, office, new_page, axe, language, width, scheme):
    issue = make_real_issue(make_newsletter())
    page = new_page(language=language, width=width, color_scheme=scheme)

    page.set_content(render_issue(issue, language=language).html)

    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
