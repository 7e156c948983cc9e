from io import BytesIO

import pytest
from django.urls import reverse

from kit_portal.common.admin import CappedPaginator
from kit_portal.common.tables import read_table
from newsletters.models import Consent, Delivery, Newsletter, Subscriber
from tests.newsletters.making import NOW, make_newsletter, make_reader, make_readers, start


@pytest.fixture
def admin(client_of, lead):
    return client_of(lead)


def changelist(model):
    return reverse(f"admin:newsletters_{model}_changelist")


@pytest.mark.parametrize(
    ("model", "queries"), [("subscriber", 9), ("delivery", 9), ("issue", 9), ("consent", 9)]
)
def test_list_asks_the_database_the_same_for_one_and_for_many(
    admin, newsletter, newsletter_desk, django_assert_num_queries, model, queries
):
    make_readers(newsletter, 1)
    start(newsletter, newsletter_desk, slot="2026-W40")
    admin.get(changelist(model))
    with django_assert_num_queries(queries):
        admin.get(changelist(model))

    make_readers(newsletter, 30)
    start(newsletter, newsletter_desk, slot="2026-W41")
    start(newsletter, newsletter_desk, slot="2026-W42")
    with django_assert_num_queries(queries):
        answer = admin.get(changelist(model))
    assert answer.context["cl"].result_count > 1


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?language=ar", ["amir@example.org"]),
        ("?newsletter=anderer", ["ben@example.org"]),
        ("?state__exact=active&q=anna", ["anna@example.org"]),
    ],
)
def test_subscribers_are_filtered(admin, newsletter, query, found):
    make_reader("anna@example.org", newsletter)
    make_reader("amir@example.org", newsletter, language="ar")
    make_reader("ben@example.org", make_newsletter("anderer"))

    answer = admin.get(changelist("subscriber") + query)

    assert [one.email for one in answer.context["cl"].result_list] == found


@pytest.mark.parametrize("typed", ["anna@example.org", "Anna@Example.ORG", "anna@", "nna@ex"])
def test_subscribers_are_found_by_the_whole_address_and_by_a_part(admin, newsletter, typed):
    make_reader("anna@example.org", newsletter)
    make_reader("ben@example.org", newsletter)

    answer = admin.get(changelist("subscriber"), {"q": typed})

    assert [one.email for one in answer.context["cl"].result_list] == ["anna@example.org"]


def test_long_list_counts_no_further_than_it_shows_and_says_so(admin, newsletter, monkeypatch):
    monkeypatch.setattr(CappedPaginator, "CAP", 3)
    page = changelist("subscriber").replace("/de/", "/en/")
    make_readers(newsletter, 3)
    assert "3 subscribers" in " ".join(admin.get(page).text.split())

    make_reader("noch@example.org", newsletter)

    answer = admin.get(page)
    assert "The first 3 are listed here." in answer.text
    assert answer.context["cl"].result_count == 3
    assert "noch@example.org" in admin.get(page, {"q": "noch"}).text


def do(admin, action, *subscribers):
    chosen = [subscriber.pk for subscriber in subscribers]
    return admin.post(changelist("subscriber"), {"action": action, "_selected_action": chosen})


def test_send_again_action_ends_a_suspension(admin, newsletter):
    reader = make_reader("anna@example.org", newsletter)
    Subscriber.objects.update(state="suspended")

    do(admin, "send_again", reader)

    assert Subscriber.objects.subscribed_to(newsletter).get() == reader


def test_export_action_gives_out_the_selected_ones(admin, newsletter):
    reader, _other = make_readers(newsletter, 2)

    table = read_table(BytesIO(do(admin, "export_csv", reader).content), name="x.csv")

    assert [row["E-Mail"].value for row in table] == [reader.email]


def test_subscriber_added_by_staff_is_confirmed_and_logged(admin, newsletter):
    answer = admin.post(
        reverse("admin:newsletters_subscriber_add"),
        {"email": "Neu@Example.org", "language": "tr", "newsletters": [newsletter.pk]},
    )

    assert answer.status_code == 302
    reader = Subscriber.objects.subscribed_to(newsletter).get()
    assert (reader.email, reader.language) == ("Neu@example.org", "tr")
    assert Consent.objects.get().source == "staff"


def test_subscriber_cannot_be_added_twice(admin, newsletter):
    make_reader("neu@example.org", newsletter)

    answer = admin.post(
        reverse("admin:newsletters_subscriber_add"),
        {"email": "NEU@example.org", "language": "de", "newsletters": [newsletter.pk]},
    )

    assert answer.status_code == 200
    assert Subscriber.objects.count() == 1


def test_subscriber_page_shows_the_consent_log_and_changes_the_language(admin, newsletter):
    reader = make_reader("anna@example.org", newsletter)
    page = reverse("admin:newsletters_subscriber_change", args=[reader.pk])
    formsets = {
        f"{prefix}-{name}": value
        for prefix, count in (("subscriptions", 1), ("consents", 1), ("bounces", 0))
        for name, value in (("TOTAL_FORMS", count), ("INITIAL_FORMS", count))
    } | {
        "subscriptions-0-id": reader.subscriptions.get().pk,
        "subscriptions-0-subscriber": reader.pk,
        "consents-0-id": reader.consents.get().pk,
        "consents-0-subscriber": reader.pk,
    }

    assert "taken over" in admin.get(page.replace("/de/", "/en/", 1)).text
    answer = admin.post(page, {"language": "ar", "state": "active", **formsets})

    assert answer.status_code == 302
    reader.refresh_from_db()
    assert (reader.language, reader.email) == ("ar", "anna@example.org")


def test_unsubscribe_action_logs_staff_as_source(admin, newsletter):
    reader = make_reader("anna@example.org", newsletter)

    admin.post(changelist("subscriber"), {"action": "unsubscribe", "_selected_action": [reader.pk]})

    assert not Subscriber.objects.subscribed_to(newsletter).exists()
    assert Consent.objects.latest("pk").source == "staff"


def test_deleting_a_subscriber_keeps_the_balance(admin, newsletter, newsletter_desk):
    reader = make_reader("anna@example.org", newsletter)
    issue = start(newsletter, newsletter_desk)
    before = issue.deliveries.get().address_hash

    admin.post(reverse("admin:newsletters_subscriber_delete", args=[reader.pk]), {"post": "yes"})

    row = Delivery.objects.get()
    assert (row.subscriber, Subscriber.objects.count()) == (None, 0)
    assert row.address_hash != before


def entries_of(admin, newsletter):
    """What the newsletter's page holds, as its form would send it."""
    form = (
        admin.get(changelist("newsletter") + f"{newsletter.pk}/change/").context["adminform"].form
    )
    values = {name: form.get_initial_for_field(form.fields[name], name) for name in form.fields}
    return {name: value for name, value in values.items() if value not in (None, "")}


def test_newsletter_form_ticks_what_it_gathers(admin, newsletter):
    page = reverse("admin:newsletters_newsletter_change", args=[newsletter.pk])
    entries = entries_of(admin, newsletter)

    answer = admin.post(page, entries | {"sections": ["event", "meeting"], "send_time": "09:00"})

    assert answer.status_code == 302
    assert Newsletter.objects.get().sections == ["event", "meeting"]


def test_newsletter_in_the_hour_of_the_clock_change_is_refused(admin, newsletter):
    page = reverse("admin:newsletters_newsletter_change", args=[newsletter.pk])
    entries = entries_of(admin, newsletter)

    answer = admin.post(page, entries | {"send_time": "02:30"})

    assert answer.status_code == 200
    newsletter.refresh_from_db()
    assert newsletter.send_time.hour == 9


@pytest.mark.parametrize("model", ["issue", "delivery", "consent"])
def test_what_the_portal_writes_is_read_only(admin, newsletter, newsletter_desk, model):
    make_readers(newsletter, 1)
    start(newsletter, newsletter_desk, due=NOW)

    assert admin.get(reverse(f"admin:newsletters_{model}_add")).status_code == 403
    assert "delete_selected" not in admin.get(changelist(model)).text


def test_newsletter_keeps_the_short_address_that_mails_contain(admin, newsletter):
    page = reverse("admin:newsletters_newsletter_change", args=[newsletter.pk])

    admin.post(page, entries_of(admin, newsletter) | {"slug": "anders", "send_time": "09:00"})

    newsletter.refresh_from_db()
    assert newsletter.slug == "zusammenleben"


def test_newsletter_is_added_with_the_name_as_short_address(admin, office):
    answer = admin.get(reverse("admin:newsletters_newsletter_add"))

    assert answer.status_code == 200
    assert answer.context["adminform"].prepopulated_fields[0]["field"].name == "slug"
