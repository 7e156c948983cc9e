"""Taking over the office's list, and asking its people anew."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from kit_portal.common.tables import read_table
from newsletters import importing, reconfirmation, subscription, tasks
from newsletters.delivery import deliver_issue
from newsletters.importing import Fate
from newsletters.list_file import read_entries
from newsletters.models import Consent, Reconfirmation, Subscriber, SubscriberImport, Subscription
from newsletters.retention import forget_what_is_over
from tests.newsletters.making import NOW, make_newsletter, make_reader, release, start, states

PAGES = "/en/newsletters/desk/subscribers/"
TODAY = timezone.localdate(NOW)


@pytest.fixture
def staff(client_of, newsletter_desk):
    return client_of(newsletter_desk)


def entries_of(text, *, language="de"):
    table = read_table(BytesIO(text.encode()), name="liste.csv")
    return read_entries(table, language=language)


def store(newsletter, user, *addresses):
    text = "\n".join(["E-Mail", *addresses])
    return importing.store_list(
        "liste.csv", entries_of(text), newsletters=[newsletter], by=user, now=NOW
    )


def fates(upload):
    return [(line.entry.email, line.fate) for line in importing.plan(upload)]


# --- reading --------------------------------------------------------------------------------------


@pytest.mark.parametrize("heading", ["E-Mail", "email", "E-MAIL-ADRESSE", "Mail"])
def test_column_of_addresses_is_found_however_it_is_called(db, heading):
    [entry] = entries_of(f"Name;{heading}\nAnna; anna@Käse.example \n")

    assert (entry.number, entry.email) == (2, "anna@xn--kse-qla.example")


@pytest.mark.parametrize(
    ("named", "code"),
    [("ar", "ar"), ("Arabisch", "ar"), ("العربية", "ar"), ("Turkish", "tr"), ("", "en")],
)
def test_language_is_understood_by_code_and_by_name(db, named, code):
    [entry] = entries_of(f"E-Mail;Sprache\na@example.org;{named}\n", language="en")

    assert (entry.language, entry.fault) == (code, "")


def test_faulty_rows_name_their_cell_and_a_remedy(db):
    with override("en"):
        bad = entries_of("Sprache;E-Mail\nde;anna@\nxx;b@example.org\n")

    assert [(entry.number, entry.fault) for entry in bad] == [
        (2, "B2: This is no e-mail address."),
        (3, "A3: “xx” is no language of this site."),
    ]
    assert bad[0].remedy == "Correct it or delete the row."


def test_list_without_headings_is_refused_with_a_remedy(db):
    table = read_table(BytesIO(b"anna@example.org\nb@example.org\n"), name="x.csv")

    assert read_entries(table, language="de") == []
    assert len(table.errors) == 1


# --- the plan -------------------------------------------------------------------------------------


def test_each_row_has_its_fate(newsletter, newsletter_desk):
    more = make_newsletter("mehr")
    make_reader("da@example.org", newsletter)
    make_reader("anderswo@example.org", more)
    gone = make_reader("weg@example.org", newsletter)
    subscription.leave(gone, [newsletter], source="link", now=NOW)
    make_reader("tot@example.org", newsletter)
    Subscriber.objects.filter(email="tot@example.org").update(state="suspended")

    upload = store(
        newsletter, newsletter_desk,
        "neu@example.org", "Da@Example.org", "anderswo@example.org", "weg@example.org",
        "tot@example.org", " NEU@example.org", "falsch@",
    )  # fmt: skip

    assert fates(upload) == [
        ("neu@example.org", Fate.NEW),
        ("Da@example.org", Fate.KNOWN),
        ("anderswo@example.org", Fate.ADDED),
        ("weg@example.org", Fate.LEFT),
        ("tot@example.org", Fate.BOUNCED),
        ("NEU@example.org", Fate.DUPLICATE),
        ("falsch@", Fate.FAULTY),
    ]


def test_who_left_this_newsletter_but_not_another_is_not_brought_back(newsletter, newsletter_desk):
    more = make_newsletter("mehr")
    reader = make_reader("anna@example.org", newsletter)
    make_reader("anna@example.org", more)
    subscription.leave(reader, [newsletter], source="link", now=NOW)

    assert fates(store(newsletter, newsletter_desk, "anna@example.org")) == [
        ("anna@example.org", Fate.LEFT)
    ]


def test_plan_asks_the_database_as_often_for_one_row_as_for_three(newsletter, newsletter_desk):
    counts = []
    for number in (1, 3):
        addresses = [f"p{n}@example.org" for n in range(number)]
        for address in addresses:
            make_reader(address, newsletter)
        upload = store(newsletter, newsletter_desk, *addresses)
        with CaptureQueriesContext(connection) as queries:
            importing.plan(upload)
        counts.append(len(queries))

    assert counts == [2, 2]


# --- taking over ----------------------------------------------------------------------------------


def test_taking_over_adds_and_keeps_the_proof(newsletter, newsletter_desk):
    upload = store(newsletter, newsletter_desk, "a@example.org", "b@example.org", "A@example.org")

    assert importing.take_over(upload, now=NOW) == 2

    emails = Subscriber.objects.subscribed_to(newsletter).order_by("email")
    assert [one.email for one in emails] == ["a@example.org", "b@example.org"]
    assert {(one.event, one.source, one.text_version) for one in Consent.objects.all()} == {
        ("confirmed", "import", "earlier-list")
    }
    stored = SubscriberImport.objects.get()
    assert (stored.entries, stored.added_count, stored.done_at) == ([], 2, NOW)
    assert Subscriber.objects.first().link_token


def test_taking_over_twice_adds_once(newsletter, newsletter_desk):
    upload = store(newsletter, newsletter_desk, "a@example.org")
    again = SubscriberImport.objects.get()

    importing.take_over(upload, now=NOW)

    assert importing.take_over(again, now=NOW) is None
    assert Subscriber.objects.count() == 1


def test_list_with_a_fault_is_not_taken_over_at_all(newsletter, newsletter_desk):
    upload = store(newsletter, newsletter_desk, "a@example.org", "b@")

    assert importing.take_over(upload, now=NOW) is None
    assert not Subscriber.objects.exists()


def test_somebody_subscribing_at_this_moment_leaves_nothing_half_done(
    newsletter, newsletter_desk, monkeypatch
):
    upload = store(newsletter, newsletter_desk, "a@example.org", "b@example.org")
    looked = importing.plan(upload)
    make_reader("b@example.org", newsletter)
    monkeypatch.setattr(importing, "plan", lambda upload: looked)

    with pytest.raises(IntegrityError):
        importing.take_over(upload, now=NOW)

    assert [one.email for one in Subscriber.objects.all()] == ["b@example.org"]
    assert SubscriberImport.objects.get().done_at is None


ADDRESSES = st.lists(st.sampled_from(["a", "B", "b", "weg", "tot", "da"]), min_size=1, max_size=8)


@pytest.mark.django_db(transaction=False)
@given(ADDRESSES)
@settings(max_examples=20, deadline=None)
def test_no_list_brings_back_who_left_or_bounced(names):
    newsletter = make_newsletter("n1")
    try:
        reader = make_reader("weg@example.org", newsletter)
        subscription.leave(reader, [newsletter], source="link", now=NOW)
        make_reader("tot@example.org", newsletter)
        Subscriber.objects.filter(email="tot@example.org").update(state="suspended")
        make_reader("da@example.org", newsletter)

        importing.take_over(
            store(newsletter, None, *(f"{name}@example.org" for name in names)), now=NOW
        )

        got = {one.email.lower() for one in Subscriber.objects.subscribed_to(newsletter)}
        wanted = {f"{name.lower()}@example.org" for name in names} | {"da@example.org"}
        assert got == wanted - {"weg@example.org", "tot@example.org"}
    finally:
        newsletter.delete()
        Subscriber.objects.all().delete()


def test_uploaded_list_that_nobody_takes_over_is_forgotten(newsletter, newsletter_desk):
    store(newsletter, newsletter_desk, "a@example.org")

    forget_what_is_over(now=NOW + timedelta(days=2))

    assert not SubscriberImport.objects.exists()


# --- the pages ------------------------------------------------------------------------------------


def send_file(staff, newsletter, content, name="liste.csv", **fields):
    values = {"newsletters": [newsletter.pk], "language": "de", "agree": "on"}
    file = SimpleUploadedFile(name, content)
    return staff.post(f"{PAGES}import/", values | {"file": file} | fields, follow=True)


def test_upload_shows_what_would_become_of_each_row_before_anything_happens(staff, newsletter):
    make_reader("da@example.org", newsletter)

    page = send_file(staff, newsletter, b"E-Mail\nneu@example.org\nda@example.org\n").text

    rows = re.findall(
        r'<bdi dir="ltr">([^<]+@[^<]+)</bdi>.*?<span class="chip[^"]*">([^<]+)<', page
    )
    assert rows == [("da@example.org", "known already"), ("neu@example.org", "new")]
    assert "Take over 1 address" in page
    assert Subscriber.objects.count() == 1


def test_button_takes_over_and_says_how_many(staff, newsletter):
    send_file(staff, newsletter, b"E-Mail\na@example.org\nb@example.org\n")
    url = f"{PAGES}import/{SubscriberImport.objects.get().pk}/"

    answer = staff.post(url, follow=True)

    assert "2 addresses were taken over." in answer.text
    assert Subscriber.objects.subscribed_to(newsletter).count() == 2
    assert staff.post(url).status_code == 404


def test_list_with_faults_has_no_button(staff, newsletter):
    page = send_file(staff, newsletter, b"E-Mail\na@example.org\nb@\n").text

    assert "Nothing can be taken over yet" in page
    assert "A3: This is no e-mail address." in page
    assert "Take over" not in re.sub("<title>.*?</title>", "", page).split("<h1", 1)[1]


def test_workbook_with_a_formula_is_refused_at_the_form(staff, newsletter):
    book, file = Workbook(), BytesIO()
    book.active.append(["E-Mail"])
    book.active.append(['=A1&"@example.org"'])
    book.save(file)

    page = send_file(staff, newsletter, file.getvalue(), "liste.xlsx").text

    assert "A2: This cell contains a formula." in page
    assert not SubscriberImport.objects.exists()


def test_list_can_be_dropped(staff, newsletter):
    send_file(staff, newsletter, b"E-Mail\na@example.org\n")

    staff.post(f"{PAGES}import/{SubscriberImport.objects.get().pk}/drop/")

    assert not SubscriberImport.objects.exists()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_export_is_what_an_import_reads(staff, newsletter, kind):
    make_reader("=a@example.org", newsletter, language="ar")
    make_reader("b@example.org", make_newsletter("mehr"))

    content = staff.get(f"{PAGES}export.{kind}?newsletter={newsletter.slug}").content

    table = read_table(BytesIO(content), name="x")
    [entry] = read_entries(table, language="de")
    assert (entry.email, entry.language, table.errors) == ("=a@example.org", "ar", [])


def test_pages_are_for_those_who_may(client_of, auditor, editor, newsletter):
    paths = ("", "import/", "export.csv", f"ask-anew/{newsletter.slug}/")

    answers = [
        [client_of(user).get(f"{PAGES}{path}").status_code for path in paths]
        for user in (auditor, editor)
    ]

    assert answers == [[200, 403, 403, 403], [403, 403, 403, 403]]


# --- asking anew ----------------------------------------------------------------------------------


@pytest.fixture
def run(newsletter, newsletter_desk):
    for name in ("ja", "nein"):
        make_reader(f"{name}@example.org", newsletter, language="en")
    asked = subscription.request_subscription(
        "selbst@example.org", newsletters=[newsletter], language="en", now=NOW
    )
    subscription.send_sign_up_mail(asked, now=NOW)
    token = re.search(r"/confirm/([\w-]+)/", mail.outbox.pop().body).group(1)
    subscription.confirm(token, now=NOW)
    return reconfirmation.begin(
        newsletter, until=TODAY + timedelta(days=14), by=newsletter_desk, now=NOW
    )


def progress():
    run = Reconfirmation.objects.with_progress().get()
    return (run.asked_count, run.confirmed, run.open, run.ended)


def test_run_asks_those_taken_over_and_nobody_else_once(run):
    tasks.attend_to_readers()
    tasks.attend_to_readers()

    assert sorted(message.to[0] for message in mail.outbox) == [
        "ja@example.org",
        "nein@example.org",
    ]
    assert mail.outbox[0].subject == "Do you still want our newsletter?"
    assert progress() == (2, 0, 2, 0)


def test_second_run_finds_nobody(run, newsletter, newsletter_desk):
    until = TODAY + timedelta(days=20)

    assert reconfirmation.begin(newsletter, until=until, by=newsletter_desk, now=NOW) is None
    assert Reconfirmation.objects.count() == 1


def test_who_confirms_stays_and_who_does_not_is_let_go(run, client, newsletter):
    tasks.attend_to_readers()
    body = next(message.body for message in mail.outbox if message.to == ["ja@example.org"])
    link = re.search(r"https://portal.example.org(\S+/confirm/\S+)", body).group(1)

    assert "One click, and you will go on getting them" in client.get(link).text
    assert progress() == (2, 0, 2, 0)
    assert "You have subscribed" in client.post(link).text
    assert progress() == (2, 1, 1, 0)

    reconfirmation.end_overdue(now=NOW + timedelta(days=14))
    assert progress() == (2, 1, 1, 0)
    reconfirmation.end_overdue(now=NOW + timedelta(days=15))

    assert progress() == (2, 1, 0, 1)
    left = Consent.objects.get(event="left")
    assert (left.subscriber.email, left.source) == ("nein@example.org", "overdue")
    stay = Subscriber.objects.subscribed_to(newsletter).order_by("email")
    assert [one.email for one in stay] == ["ja@example.org", "selbst@example.org"]


def test_who_is_overdue_gets_no_issue_even_before_the_job_has_run(run, newsletter, newsletter_desk):
    late = NOW + timedelta(days=15)
    issue = release(newsletter, newsletter_desk, due=late)

    assert [one.subscriber.email for one in issue.deliveries.all()] == ["selbst@example.org"]


def test_who_becomes_overdue_after_the_release_is_skipped(run, newsletter, newsletter_desk):
    issue = start(newsletter, newsletter_desk)

    deliver_issue(issue, clock=lambda: NOW + timedelta(days=15))

    assert states(issue) == {"sent": 1, "skipped": 2}


def test_saving_the_preferences_is_a_confirmation_too(run, client, newsletter):
    reader = Subscriber.objects.get(email="ja@example.org")
    values = {"newsletters": [newsletter.pk], "language": "en", "topics": ["event"]}

    client.post(f"/en/newsletters/my/{reader.link_token}/", values)

    assert progress() == (2, 1, 1, 0)


def test_who_pauses_is_not_asked(newsletter, newsletter_desk):
    make_reader("weg@example.org", newsletter)
    Subscriber.objects.update(paused_until=TODAY + timedelta(days=3))

    assert not reconfirmation.taken_over(newsletter, today=TODAY).exists()


def test_page_begins_a_run_and_shows_its_progress(
    staff, newsletter, django_capture_on_commit_callbacks
):
    make_reader("anna@example.org", newsletter)
    url = f"{PAGES}ask-anew/{newsletter.slug}/"
    until = timezone.localdate() + timedelta(days=28)
    assert "1 person was taken over" in staff.get(url).text

    with django_capture_on_commit_callbacks(execute=True):
        page = staff.post(url, {"until": until.isoformat()}, follow=True).text

    assert "1 person is asked." in page
    assert "There is nobody to ask" in page
    assert [message.to for message in mail.outbox] == [["anna@example.org"]]
    assert Subscription.objects.get().reconfirm_by == until


def test_page_refuses_a_day_too_soon(staff, newsletter):
    make_reader("anna@example.org", newsletter)
    tomorrow = timezone.localdate() + timedelta(days=1)

    page = staff.post(f"{PAGES}ask-anew/{newsletter.slug}/", {"until": tomorrow.isoformat()}).text

    assert "Choose a day in seven days at the earliest." in page
    assert not Reconfirmation.objects.exists()
