import re
from datetime import timedelta

import pytest
from django.core import mail

from kit_portal.common.tokens import hash_token
from newsletters import consent, subscription
from newsletters.models import Consent, Subscriber, Subscription
from newsletters.models.subscriber import hash_address
from tests.newsletters.making import NOW, make_newsletter, make_reader

LATER = NOW + timedelta(hours=1)


def ask(newsletter, email="anna@example.org", *, language="de", now=NOW):
    return subscription.request_subscription(
        email, newsletters=[newsletter], language=language, now=now
    )


def mailed_token():
    return re.search(r"/(?:confirm|my)/([\w-]+)/", mail.outbox[-1].body).group(1)


def asked_and_mailed(newsletter, **values):
    subscriber = ask(newsletter, **values)
    subscription.send_sign_up_mail(subscriber, now=values.get("now", NOW))
    return subscriber, mailed_token()


def log():
    return list(Consent.objects.values_list("event", "source", "text_version"))


def test_request_alone_subscribes_nobody(newsletter):
    subscriber = ask(newsletter)

    assert subscriber.state == "pending"
    assert not Subscriber.objects.subscribed_to(newsletter).exists()
    assert log() == [("requested", "form", consent.CURRENT)]


def test_sign_up_mail_asks_in_the_readers_language_without_advertising(newsletter):
    _subscriber, token = asked_and_mailed(newsletter, language="en")

    [message] = mail.outbox
    assert message.subject == "Please confirm your subscription"
    assert f"https://portal.example.org/en/newsletters/confirm/{token}/" in message.body
    assert message.to == ["anna@example.org"]
    assert "archive" not in message.body
    stored = Subscription.objects.get()
    assert stored.token_hash == hash_token(token)


def test_confirmation_makes_it_count_once(newsletter):
    _subscriber, token = asked_and_mailed(newsletter)

    [first] = subscription.confirm(token, now=LATER)
    subscription.confirm(token, now=LATER + timedelta(hours=1))

    assert first.confirmed_at == LATER
    reader = Subscriber.objects.subscribed_to(newsletter).get()
    assert reader.state == "active"
    assert [event for event, _source, _version in log()] == ["requested", "confirmed"]


def test_confirmation_with_a_wrong_token_does_nothing(newsletter):
    asked_and_mailed(newsletter)

    assert subscription.confirm("falsch", now=LATER) == []
    assert subscription.confirm("", now=LATER) == []

    assert not Subscription.objects.current().exists()


def test_only_the_latest_mails_link_works(newsletter):
    subscriber, first = asked_and_mailed(newsletter)
    subscriber.refresh_from_db()
    subscription.send_sign_up_mail(subscriber, now=LATER)

    assert subscription.confirm(first, now=LATER) == []
    assert len(subscription.confirm(mailed_token(), now=LATER)) == 1


def test_sign_up_mail_is_not_repeated_at_once(newsletter):
    subscriber, _token = asked_and_mailed(newsletter)
    subscriber.refresh_from_db()

    assert not subscription.send_sign_up_mail(subscriber, now=NOW + timedelta(minutes=9))
    assert subscription.send_sign_up_mail(subscriber, now=NOW + timedelta(minutes=10))


def test_request_of_a_known_reader_changes_nothing_and_mails_a_reminder(newsletter):
    reader = make_reader("anna@example.org", newsletter, language="tr")

    again, token = asked_and_mailed(newsletter, email="Anna@Example.org ", language="de")

    reader.refresh_from_db()
    assert (again, reader.language, reader.state) == (reader, "tr", "active")
    assert Subscription.objects.get().is_current
    assert token == reader.link_token
    assert "/tr/newsletters/my/" in mail.outbox[0].body
    assert log() == [("confirmed", "import", consent.TAKEN_OVER)]


def test_request_for_one_more_newsletter_asks_for_that_one(newsletter):
    reader = make_reader("anna@example.org", newsletter)
    more = make_newsletter("mehr", name_de="Geflüchtete in Flensburg")

    subscription.request_subscription(
        "anna@example.org", newsletters=[newsletter, more], language="de", now=NOW
    )
    subscription.send_sign_up_mail(reader, now=NOW)

    assert "* Geflüchtete in Flensburg" in mail.outbox[0].body
    assert "* Verteiler Zusammenleben" not in mail.outbox[0].body
    assert [one.newsletter for one in subscription.confirm(mailed_token(), now=LATER)] == [more]


def test_leave_ends_and_logs(newsletter):
    reader = make_reader("anna@example.org", newsletter)

    [ended] = subscription.leave(reader, [newsletter], source="one_click", now=LATER)

    reader.refresh_from_db()
    ended.refresh_from_db()
    assert (ended.left_at, reader.state) == (LATER, "left")
    assert log()[-1] == ("left", "one_click", consent.CURRENT)
    assert subscription.leave(reader, [newsletter], source="link", now=LATER) == []


def test_leave_one_of_two_keeps_the_other(newsletter):
    more = make_newsletter("mehr")
    reader = make_reader("anna@example.org", newsletter)
    make_reader("anna@example.org", more)

    subscription.leave(reader, [newsletter], source="link", now=LATER)

    reader.refresh_from_db()
    assert reader.state == "active"
    assert Subscriber.objects.subscribed_to(more).get() == reader
    assert not Subscriber.objects.subscribed_to(newsletter).exists()


def test_old_confirmation_link_does_not_bring_back_who_left(newsletter):
    subscriber, token = asked_and_mailed(newsletter)
    subscription.confirm(token, now=NOW)
    subscription.leave(subscriber, [newsletter], source="link", now=LATER)

    assert subscription.confirm(token, now=LATER) == []
    assert not Subscription.objects.current().exists()


def test_who_left_may_come_back_with_a_new_confirmation(newsletter):
    reader = make_reader("anna@example.org", newsletter)
    subscription.leave(reader, [newsletter], source="link", now=NOW)

    _subscriber, token = asked_and_mailed(newsletter, now=LATER)
    subscription.confirm(token, now=LATER)

    reader.refresh_from_db()
    assert reader.state == "active"
    assert Subscription.objects.get().is_current


def test_who_left_is_not_added_again_by_the_office(newsletter):
    reader = make_reader("anna@example.org", newsletter)
    subscription.leave(reader, [newsletter], source="link", now=NOW)

    make_reader("anna@example.org", newsletter)

    assert not Subscriber.objects.subscribed_to(newsletter).exists()


def test_add_confirmed_twice_adds_once(newsletter):
    make_reader("anna@example.org", newsletter)
    make_reader("ANNA@example.org", newsletter)

    assert (Subscriber.objects.count(), Subscription.objects.count()) == (1, 1)
    assert len(log()) == 1


def test_forget_unconfirmed_after_seven_days_with_every_trace(newsletter):
    ask(newsletter, now=NOW - timedelta(days=9))
    ask(newsletter, now=NOW - timedelta(days=8))
    fresh = ask(newsletter, "neu@example.org", now=NOW - timedelta(days=6))

    assert subscription.forget_unconfirmed(now=NOW) == 1

    assert Subscriber.objects.get() == fresh
    assert Consent.objects.get().subscriber == fresh


def test_forget_unconfirmed_keeps_the_proof_of_who_was_subscribed(newsletter):
    reader = make_reader("anna@example.org", newsletter, at=NOW - timedelta(days=90))
    subscription.leave(reader, [newsletter], source="link", now=NOW - timedelta(days=30))
    ask(newsletter, now=NOW - timedelta(days=8))

    subscription.forget_unconfirmed(now=NOW)

    assert Subscriber.objects.get() == reader
    assert [event for event, _source, _version in log()] == ["confirmed", "left"]
    assert not Subscription.objects.exists()


def test_forget_unconfirmed_leaves_readers_alone(newsletter):
    make_reader("anna@example.org", newsletter, at=NOW - timedelta(days=90))

    assert subscription.forget_unconfirmed(now=NOW) == 0
    assert Subscriber.objects.subscribed_to(newsletter).exists()


# --- personal links -------------------------------------------------------------------------------


def test_link_is_found_by_its_hash_and_not_stored(newsletter):
    reader = make_reader("anna@example.org", newsletter)

    token = reader.link_token

    assert len(token) == 43
    assert Subscriber.objects.by_link(token).get() == reader
    assert not Subscriber.objects.by_link(reader.link_hash).exists()
    assert token not in str(Subscriber.objects.values().get())


def test_link_survives_a_change_of_the_key_while_the_old_one_is_known(newsletter, settings):
    reader = make_reader("anna@example.org", newsletter)
    token = reader.link_token

    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "neu", [settings.SECRET_KEY]

    assert reader.link_token == token


def test_link_of_a_lost_key_has_to_be_renewed(newsletter, settings):
    reader = make_reader("anna@example.org", newsletter)
    old = reader.link_token
    settings.SECRET_KEY = "neu"

    with pytest.raises(LookupError):
        _token = reader.link_token
    new = reader.renew_link()

    assert Subscriber.objects.by_link(new).get() == reader
    assert not Subscriber.objects.by_link(old).exists()


@pytest.mark.parametrize("typed", ["Anna@Example.ORG", " anna@example.org ", "ａnna@example.org"])
def test_hash_address_folds_spellings_of_one_mailbox(typed):
    assert hash_address(typed) == hash_address("anna@example.org")
