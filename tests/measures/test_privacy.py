from datetime import UTC, datetime

from django.utils import timezone

from kit_portal.privacy.person import SOURCES
from measures import privacy
from measures.models import EvaluationRequest
from tests.measures.factories import make_organisation, make_reply, make_request

NOW = datetime(2018, 2, 1, 12, tzinfo=UTC)


def test_export_has_what_was_asked_and_answered(measure):
    request = make_request(make_organisation("library"), email="Anna@example.org")
    make_reply(request, measure, reasoning="Gut.")
    make_request(make_organisation("other"), email="b@example.org")

    [found] = privacy.export("anna@EXAMPLE.org")["evaluation_requests"]

    assert (found["organisation"], found["year"]) == ("library", 2017)
    assert [reply["reasoning"] for reply in found["replies"]] == ["Gut."]
    assert privacy.export("nobody@example.org") == {"evaluation_requests": []}


def test_erasing_forgets_the_address_closes_the_link_and_keeps_the_answer(measure):
    request = make_request(make_organisation("library"), email="anna@example.org")
    reply = make_reply(request, measure, reasoning="Gut.")
    make_request(make_organisation("other"), email="b@example.org")

    assert privacy.erase("ANNA@example.org", now=NOW) == 1

    request.refresh_from_db()
    assert not request.is_valid(now=timezone.now())
    assert list(request.replies.all()) == [reply]
    assert privacy.export("anna@example.org") == {"evaluation_requests": []}
    assert EvaluationRequest.objects.filter(email="b@example.org").exists()


def test_data_protection_page_asks_here_too():
    assert "measures" in [app.__name__ for app in SOURCES]
