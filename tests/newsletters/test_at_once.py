"""Two people, or two workers, doing the same at the same moment; real threads and connections."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from newsletters import address_change, importing, last_issue, reconfirmation
from newsletters.list_file import Entry
from newsletters.models import (
    AddressChange,
    Consent,
    Issue,
    Reconfirmation,
    SignUp,
    Subscriber,
    SubscriberImport,
)
from newsletters.sign_up import note_sign_up, take_up
from tests.newsletters.making import NOW, make_issue, make_item, make_reader

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = timezone.localdate(NOW)


def at_once(verb, *, times=3):
    """Call ``verb`` from several threads together and return what they got."""
    barrier = Barrier(times)

    def call():
        barrier.wait()
        try:
            return verb()
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return [one.result() for one in [pool.submit(call) for _time in range(times)]]


def test_sign_up_is_taken_up_once(newsletter):
    note_sign_up("a@example.org", newsletters=[newsletter], language="de", network="", now=NOW)
    sign_up = SignUp.objects.get()

    found = at_once(lambda: take_up(sign_up))

    assert [one is None for one in found].count(False) == 1
    assert (Subscriber.objects.count(), Consent.objects.count()) == (1, 1)


def test_list_is_taken_over_once(newsletter, newsletter_desk):
    entries = [Entry(number, f"p{number}@example.org", "de") for number in range(5)]
    importing.store_list("x", entries, newsletters=[newsletter], by=newsletter_desk, now=NOW)

    found = at_once(lambda: importing.take_over(SubscriberImport.objects.get(), now=NOW))

    assert sorted(found, key=str) == [5, None, None]
    assert (Subscriber.objects.count(), Consent.objects.count()) == (5, 5)


def test_people_are_asked_anew_by_one_run(newsletter, newsletter_desk):
    for number in range(5):
        make_reader(f"p{number}@example.org", newsletter)

    found = at_once(
        lambda: reconfirmation.begin(newsletter, until=TODAY, by=newsletter_desk, now=NOW)
    )

    assert sorted(run.asked_count for run in found if run) == [5]
    assert Reconfirmation.objects.count() == 1


def test_address_is_changed_once(newsletter):
    reader = make_reader("alt@example.org", newsletter)
    change = address_change.request_change(reader, "neu@example.org", now=NOW)
    address_change.send_change_mail(change, now=NOW)
    token = mail.outbox[0].body.split("/address/")[1].split("/")[0]

    found = at_once(lambda: address_change.confirm_change(token, now=NOW))

    assert [one is None for one in found].count(False) == 1
    assert Subscriber.objects.get().email == "neu@example.org"
    assert Consent.objects.filter(event="moved").count() == 1
    assert AddressChange.objects.get().email == "alt@example.org"


def test_last_issue_is_mailed_once(newsletter):
    reader = make_reader("a@example.org", newsletter)
    issue = make_issue(
        newsletter, state=Issue.State.SENT, released_at=NOW, audience_count=0, published_at=NOW
    )
    make_item(issue)
    subscription = reader.subscriptions.select_related("subscriber", "newsletter").get()
    last_issue.ask_for_last_issue(subscription, now=NOW)

    found = at_once(lambda: last_issue.send_last_issue(subscription, now=NOW))

    assert sorted(found) == [False, False, True]
    assert len(mail.outbox) == 1
