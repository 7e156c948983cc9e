"""The desk's pages about subscribers."""

import pytest
from django.urls import reverse
from django.utils import timezone
from model_bakery import baker

from kit_portal.common.pdf import is_pdf_available
from newsletters.models import Bounce, Delivery, Subscriber
from newsletters.todo import todos
from tests.newsletters.making import NOW, make_issue, make_reader

PAGE = "/en/newsletters/desk/unreachable/"


def make_organisation(name="Verein Brücke", **fields):
    values = {"slug": "bruecke", "email": "Info@verein.example", "phone": "0461 555-0123"}
    return baker.make("directory.Organisation", name=name, **values | fields)


def make_silent(newsletter, email="info@verein.example"):
    reader = make_reader(email, newsletter)
    issue = make_issue(newsletter, slot=f"2026-W{10 + reader.pk}", due=NOW)
    delivery = Delivery.objects.create(
        issue=issue, subscriber=reader, address_hash=reader.address_hash, language="de"
    )
    Bounce.objects.create(
        subscriber=reader, delivery=delivery, kind="hard", source="report",
        status="5.1.1", reason="User unknown", at=NOW,
    )  # fmt: skip
    Subscriber.objects.filter(pk=reader.pk).update(state="suspended")
    return reader


@pytest.fixture
def staff(client_of, newsletter_desk):
    return client_of(newsletter_desk)


def texts(user):
    return [todo.text for todo in todos(user, now=timezone.now())]


def test_organisation_whose_mails_come_back_is_a_task_for_the_phone(
    newsletter, newsletter_desk, auditor, staff
):
    make_organisation()
    make_silent(newsletter)
    make_silent(newsletter, "privat@example.org")

    page = staff.get(PAGE).text

    assert "Organisations whose newsletters come back: phone them" in texts(newsletter_desk)
    assert texts(auditor) == []
    assert "Verein Brücke" in page
    assert 'href="tel:04615550123"' in page
    assert "5.1.1 User unknown" in page
    assert "1 more person whose mails come back" in page
    assert "privat@example.org" not in page


def test_organisation_that_is_reached_gets_mails_again(newsletter, newsletter_desk, staff):
    make_organisation()
    reader = make_silent(newsletter)

    staff.post(f"{PAGE}{reader.pk}/", {"again": "yes"})

    assert Subscriber.objects.subscribed_to(newsletter).get() == reader
    assert "Organisations whose newsletters come back: phone them" not in texts(newsletter_desk)
    assert "Every organisation can be reached" in staff.get(PAGE).text


def test_organisation_can_be_unsubscribed(newsletter, staff):
    make_organisation()
    reader = make_silent(newsletter)

    staff.post(f"{PAGE}{reader.pk}/", {"again": "no"})

    reader.refresh_from_db()
    assert (reader.state, reader.subscriptions.current().exists()) == ("left", False)


@pytest.mark.parametrize("count", [1, 3])
def test_page_asks_the_database_as_often_for_one_as_for_three(
    newsletter, staff, django_assert_num_queries, count
):
    for number in range(count):
        make_organisation(f"Verein {number}", slug=f"v{number}", email=f"v{number}@verein.example")
        make_silent(newsletter, f"v{number}@verein.example")
    staff.get(PAGE)

    with django_assert_num_queries(9):
        staff.get(PAGE)


def test_proof_of_consent_is_for_staff_who_may_see_subscribers(
    newsletter, staff, client_of, editor
):
    reader = make_reader("anna@example.org", newsletter)
    url = reverse("newsletters:proof", args=[reader.pk])

    [line] = staff.get(url).json()["consents"]

    assert (line["event"], line["source"], line["text_version"]) == (
        *("confirmed", "import", "earlier-list"),
    )
    assert client_of(editor).get(url).status_code == 403


@pytest.mark.skipif(not is_pdf_available(), reason="pango is missing")
def test_proof_of_consent_is_a_pdf_too(newsletter, staff):
    reader = make_reader("anna@example.org", newsletter)

    answer = staff.get(reverse("newsletters:proof_pdf", args=[reader.pk]))

    assert answer.content.startswith(b"%PDF")
