from newsletters import privacy
from newsletters.delivery import finish_issue
from newsletters.models import Consent, Subscriber, Subscription
from tests.newsletters.making import NOW, make_reader, start


def test_export_gives_all_that_is_stored(newsletter, newsletter_desk):
    make_reader("anna@example.org", newsletter, language="tr")
    start(newsletter, newsletter_desk)

    found = privacy.export(" Anna@Example.org")

    assert (found["email"], found["language"], found["state"]) == (
        "anna@example.org", "tr", "active",
    )  # fmt: skip
    assert [one["newsletter__slug"] for one in found["subscriptions"]] == ["zusammenleben"]
    assert [one["event"] for one in found["consents"]] == ["confirmed"]
    assert [one["state"] for one in found["deliveries"]] == ["pending"]


def test_export_of_an_unknown_address_is_empty(db):
    assert privacy.export("niemand@example.org") == {}


def test_erase_removes_the_person_and_keeps_the_number(newsletter, newsletter_desk):
    reader = make_reader("anna@example.org", newsletter)
    make_reader("ben@example.org", newsletter)
    issue = start(newsletter, newsletter_desk)
    issue.deliveries.update(state="sent", error="anna@example.org is full")

    touched = privacy.erase("ANNA@example.org", now=NOW)

    assert touched == 4  # delivery, subscription, consent, subscriber
    assert [one.email for one in Subscriber.objects.all()] == ["ben@example.org"]
    assert (Subscription.objects.count(), Consent.objects.count()) == (1, 1)
    row = issue.deliveries.get(subscriber=None)
    assert row.address_hash != reader.address_hash
    assert row.error == ""
    assert finish_issue(issue, now=NOW)


def test_erase_of_an_unknown_address_touches_nothing(db):
    assert privacy.erase("niemand@example.org", now=NOW) == 0
