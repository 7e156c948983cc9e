from datetime import timedelta

from newsletters import address_change, subscription
from newsletters.models import AddressChange, Consent, Delivery, Subscriber, Subscription
from newsletters.retention import MONTH, forget_what_is_over
from tests.newsletters.making import NOW, make_newsletter, make_reader, start

LONG_AGO = NOW - 12 * MONTH - timedelta(days=1)


def left(newsletter, *, at, email="anna@example.org"):
    reader = make_reader(email, newsletter, at=NOW - timedelta(days=1000))
    subscription.leave(reader, [newsletter], source="link", now=at)
    return reader


def test_proof_is_kept_after_leaving_as_long_as_the_newsletter_says(office):
    newsletter = make_newsletter(proof_months=12)
    kept = left(newsletter, at=NOW - 12 * MONTH, email="kurz@example.org")
    left(newsletter, at=LONG_AGO)

    forget_what_is_over(now=NOW)

    assert Subscriber.objects.get() == kept
    assert [one.event for one in Consent.objects.all()] == ["confirmed", "left"]


def test_deliveries_stay_as_numbers(newsletter, newsletter_desk):
    newsletter.proof_months = 12
    newsletter.save()
    reader = make_reader("anna@example.org", newsletter, at=NOW - timedelta(days=1000))
    start(newsletter, newsletter_desk)
    subscription.leave(reader, [newsletter], source="link", now=LONG_AGO)

    forget_what_is_over(now=NOW)

    assert not Subscriber.objects.exists()
    assert Delivery.objects.get().address_hash != reader.address_hash


def test_who_came_back_is_kept_whole(office):
    newsletter = make_newsletter(proof_months=12)
    reader = left(newsletter, at=LONG_AGO)
    asked = subscription.request_subscription(
        reader.email, newsletters=[newsletter], language="de", now=LONG_AGO + timedelta(hours=1)
    )
    subscription.send_sign_up_mail(asked, now=LONG_AGO + timedelta(hours=1))
    Subscription.objects.update(confirmed_at=LONG_AGO + timedelta(hours=2))

    forget_what_is_over(now=NOW)

    assert Consent.objects.count() == 3


def test_another_newsletter_keeps_the_address(office):
    newsletter, more = make_newsletter(proof_months=12), make_newsletter("mehr")
    reader = left(newsletter, at=LONG_AGO)
    Subscription.objects.create(
        subscriber=reader, newsletter=more, requested_at=NOW, confirmed_at=NOW
    )

    forget_what_is_over(now=NOW)

    assert [one.newsletter for one in reader.subscriptions.all()] == [more]
    assert not Consent.objects.filter(newsletter=newsletter).exists()


def test_change_of_address_that_nobody_confirmed_is_forgotten(newsletter):
    reader = make_reader("anna@example.org", newsletter)
    address_change.request_change(reader, "neu@example.org", now=NOW - timedelta(days=8))

    forget_what_is_over(now=NOW)

    assert not AddressChange.objects.exists()
