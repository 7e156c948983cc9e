"""What SpamAssassin's own rules, without the network, say of the mail that readers get."""

import pytest

from newsletters.message import copy_for
from newsletters.render import render_issue
from newsletters.spam_check import is_available, spam_score
from tests.newsletters.making import make_newsletter, make_reader
from tests.newsletters.real_issue import make_real_issue

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def installed():
    if not is_available():
        pytest.skip("missing: SpamAssassin (Debian: apt-get install spamassassin)")


@pytest.fixture
def newsletter(office):
    return make_newsletter(reply_to="antwort@example.org")


@pytest.mark.parametrize("language", ["de", "en", "ar", "fa"])
def test_issue_scores_below_zero(newsletter, language):
    issue = make_real_issue(newsletter)
    reader = make_reader("ada@example.net", newsletter, language=language)
    message = copy_for(issue, reader, render_issue(issue, language=language))

    assert spam_score(message) < 0


def test_score_tells_an_advertisement(newsletter):
    issue = make_real_issue(newsletter)
    issue.subject_de = "!!! VIAGRA 100% FREE $$$ ACT NOW !!!"
    issue.intro_de = "Make MONEY fast! Cheap Viagra, click here http://192.0.2.1/win. XXX. " * 5
    reader = make_reader("ada@example.net", newsletter)
    message = copy_for(issue, reader, render_issue(issue, language="de"))

    assert spam_score(message) > 2
