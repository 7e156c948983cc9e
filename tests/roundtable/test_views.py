"""The pages: who gets which, what is on them, and how many queries they take."""

import re
from datetime import date

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from roundtable.models import Motion
from roundtable.workflow import submit_motion
from tests.roundtable.factories import (
    make_body,
    make_document,
    make_item,
    make_meeting,
    make_membership,
    make_motion,
    make_organisation,
    make_user,
)

pytestmark = pytest.mark.usefixtures("office")
OUTSIDERS = ["anonymous", "stranger", "other", "former", "future", "interpreter desk"]
STAFF = ["lead", "editor", "auditor"]
EVERYBODY = [*OUTSIDERS, "member", *STAFF]
CANARY = "kanarienvogel"
DAY = date(2026, 5, 4)


def url(name, *args, language="de"):
    with override(language):
        return reverse(f"roundtable:{name}", args=args)


@pytest.fixture
def come_as(viewers, client_of):
    return lambda viewer: Client() if viewer == "anonymous" else client_of(viewers[viewer])


def body_of(response):
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode("utf-8", "replace")


# --- who gets which page ---------------------------------------------------------------------


@pytest.fixture
def papers(table, viewers):
    """Addresses of things that only some may open, by name."""
    meeting = make_meeting(table, number=1)
    closed = make_meeting(table, days=8, is_public=False)
    draft = make_meeting(table, days=9, published=False)
    item, secret = make_item(meeting), make_item(meeting, part="non_public")
    internal = make_body("internal", "board", is_internal=True, rules=ContentFile(b"x", "a.pdf"))
    make_membership(internal, person=viewers["member"])
    table.rules.save("rules.pdf", ContentFile(b"x"))
    inside = make_motion(
        internal, number="A-2026-002", status="submitted", submitted_on=date(2026, 1, 1)
    )
    return {
        "public meeting": url("meeting", meeting.pk),
        "public calendar": url("calendar", meeting.pk),
        "public document": url("document", make_document(item).pk),
        "public rules": url("rules", "table"),
        "public motion": url("motion", submit_motion(make_motion(table), on=DAY).pk),
        "member meeting": url("meeting", closed.pk),
        "member calendar": url("calendar", closed.pk),
        "member document": url("document", make_document(item, is_public=False).pk),
        "member document of a non-public item": url("document", make_document(secret).pk),
        "member rules": url("rules", "internal"),
        "member motion": url("motion", inside.pk),
        "staff meeting": url("meeting", draft.pk),
        "staff calendar": url("calendar", draft.pk),
        "staff document": url("document", make_document(make_item(draft)).pk),
        "staff motion": url("motion", make_motion(table).pk),
    }


@pytest.mark.parametrize("viewer", EVERYBODY)
def test_pages_open_for_whom_they_are_and_are_unknown_to_others(viewer, come_as, papers):
    client = come_as(viewer)

    opened = {name for name, address in papers.items() if client.get(address).status_code == 200}
    unknown = {name for name, address in papers.items() if client.get(address).status_code == 404}

    kinds = {"public"}
    if viewer not in OUTSIDERS:
        kinds.add("member")
    if viewer in STAFF:
        kinds.add("staff")
    assert opened == {name for name in papers if name.split()[0] in kinds}
    assert opened | unknown == set(papers)


@pytest.mark.parametrize("name", ["my", "draft"])
def test_members_pages_ask_for_the_sign_in(client, table, name):
    response = client.get(url(name))

    assert response.status_code == 302
    assert "/account/login/" in response.url


@pytest.mark.parametrize("viewer", [*EVERYBODY[1:]])
def test_only_members_of_a_filing_body_draft(viewer, come_as):
    expected = 200 if viewer in {"member", "other"} else 403

    assert come_as(viewer).get(url("draft")).status_code == expected


@pytest.mark.parametrize("viewer", [*EVERYBODY[1:]])
@pytest.mark.parametrize("name", ["edit", "submit"])
def test_drafts_are_edited_and_submitted_by_their_author_alone(
    viewer, name, come_as, viewers, table
):
    motion = make_motion(table, author=viewers["member"])

    response = come_as(viewer).post(url(name, motion.pk), {})

    expected = {"edit": 200, "submit": 302}[name] if viewer == "member" else 404
    assert response.status_code == expected
    motion.refresh_from_db()
    assert motion.is_draft == (name == "edit" or viewer != "member")


# --- nothing non-public anywhere --------------------------------------------------------------


@pytest.fixture
def canaries(table, viewers):
    """The canary sits in everything that is not public, beside something public of its kind."""
    meeting = make_meeting(table, number=1, title_de="Sichtbar")
    past = make_meeting(table, days=-30, number=2, state="held")
    public = make_item(meeting, title="Sichtbar")
    hidden = {"title": CANARY, "text_de": CANARY, "result": CANARY, "presenter": CANARY}
    secret = make_item(
        meeting, part="non_public", order=1, public_title_de="Personalsache", **hidden
    )
    make_item(meeting, part="non_public", order=2, **hidden)
    make_item(past, part="non_public", order=1, **hidden)
    documents = [
        make_document(item, title=CANARY, is_public=item is secret, content=CANARY.encode())
        for item in (public, secret)
    ]
    make_document(public, title="Sichtbar", is_public=True)
    for days, fields in enumerate([{"published": False}, {"is_public": False}], start=20):
        for when in (days, -days):
            closed = make_meeting(table, days=when, title_de=CANARY, place=CANARY, **fields)
            make_item(closed, title=CANARY)
    internal = make_body("hidden", "working_group", is_internal=True, name=CANARY, parent=table)
    make_meeting(internal, title_de=CANARY)
    make_membership(internal, organisation=make_organisation())
    make_membership(table, person_name=CANARY)
    make_motion(table, title=CANARY, agenda_item=public)
    sent = {"status": "submitted", "submitted_on": DAY}
    make_motion(internal, title=CANARY, number="A-2026-009", **sent)
    make_motion(
        table,
        title="Sichtbar",
        number="A-2026-001",
        agenda_item=secret,
        addressed_to=internal,
        author=make_user(CANARY),
        **sent,
    )
    return {"meeting": meeting, "past": past, "documents": documents}


def public_addresses(canaries):
    found = [
        *(url(name) for name in ("home", "meetings", "motions", "members", "my")),
        *(url(name, canaries["meeting"].pk) for name in ("meeting", "calendar")),
        url("meeting", canaries["past"].pk),
        *(url("motion", motion.pk) for motion in Motion.objects.all()),
        *(url("document", document.pk) for document in canaries["documents"]),
        url("motions") + f"?q={CANARY[:6]}",
        url("motions") + f"?year={DAY.year}&status=submitted",
        url("meetings") + "?body=hidden",
        url("meetings") + "?page=2",
        url("rules", "hidden"),
    ]
    return found + [address.replace("/de/", "/ar/", 1) for address in found]


@pytest.mark.parametrize("viewer", OUTSIDERS)
def test_nothing_non_public_is_on_any_page_for_outsiders(viewer, come_as, canaries):
    client = come_as(viewer)

    leaks = [
        address
        for address in public_addresses(canaries)
        if CANARY in body_of(client.get(address)).lower()
    ]

    assert leaks == []


def test_outsiders_see_the_neutral_title_and_no_number(client, canaries):
    page = body_of(client.get(canaries["meeting"].get_absolute_url()))

    assert "Personalsache" in page
    assert "Ö 1" in page
    assert not re.search(r"\bN [12]\b", page)


def test_members_see_the_non_public_part_where_outsiders_do_not(come_as, canaries):
    client = come_as("member")

    page = body_of(client.get(canaries["meeting"].get_absolute_url()))

    assert page.count(CANARY) >= 8  # both items with four fields each
    assert "Personalsache" not in page
    assert CANARY in body_of(client.get(url("my")))
    assert body_of(client.get(url("document", canaries["documents"][1].pk))) == CANARY


# --- what is on the pages ----------------------------------------------------------------------


def test_home_counts_members_and_meetings(client, table):
    table.name_de, table.founded_on = "Runder Tisch für Integration", date(2010, 4, 1)
    table.save()
    for number in range(24):
        make_membership(table, person_name=f"Person {number}")
    for number in range(20):
        make_membership(table, organisation=make_organisation(f"verein-{number}"))
    for days in range(1, 4):
        make_meeting(table, days=-days, state="held", attendance_count=40, guests_count=5)
    make_meeting(table, days=-9, state="cancelled")

    page = body_of(client.get(url("home")))

    figures = re.findall(r'figure__value">(\d+)<', page)
    assert figures == ["24", "20", "3", "45"]
    assert "Runder Tisch für Integration" in page


def test_home_shows_the_next_meeting_with_its_agenda(client, table):
    make_item(make_meeting(table, days=20), title="Later")
    make_item(make_meeting(table, days=3, state="cancelled"), title="Cancelled")
    make_item(make_meeting(table, days=5), title="Next")

    page = body_of(client.get(url("home")))

    assert re.findall(r'agenda__title">(\w+)<', page) == ["Next"]


def test_home_without_a_round_table_says_so(client, db):
    assert client.get(url("home")).status_code == 200


def test_meetings_are_listed_coming_first_past_by_year(client, table):
    make_meeting(table, days=5, title_de="Coming")
    make_meeting(table, days=-400, title_de="Older")
    make_meeting(table, days=-3000, title_de="Oldest")

    page = body_of(client.get(url("meetings")))

    assert re.findall(r">(Coming|Older|Oldest)\s*<", page) == ["Coming", "Older", "Oldest"]


def test_meetings_are_filtered_by_year_and_body(client, table):
    board = make_body("board", "board")
    old = make_meeting(table, days=-1000, title_de="Older")
    make_meeting(table, days=-20, title_de="Newer")
    make_meeting(board, days=-21, title_de="Board")

    by_year = body_of(client.get(url("meetings"), {"year": old.starts_at.year}))
    by_body = body_of(client.get(url("meetings"), {"body": "board"}))
    nonsense = client.get(url("meetings"), {"year": "x", "body": "y", "page": "z"})

    assert re.findall(r">(Older|Newer|Board)\s*</a", by_year) == ["Older"]
    assert re.findall(r">(Older|Newer|Board)\s*</a", by_body) == ["Board"]
    assert nonsense.status_code == 200


def test_meetings_beyond_one_page_are_on_the_next(client, table):
    for number in range(1, 26):
        make_meeting(table, days=-number, title_de=f"Meeting-{number:02}")

    second = body_of(client.get(url("meetings"), {"page": 2}))

    assert re.findall(r"Meeting-\d\d", second) == [f"Meeting-{n}" for n in range(21, 26)]


def test_motions_are_filtered_and_searched(client, table):
    make_motion(
        table, title="Wohnen", number="A-2025-001", status="decided", submitted_on=date(2025, 3, 1)
    )
    make_motion(table, title="Sprache", number="A-2026-001", status="submitted", submitted_on=DAY)

    def found(**query):
        page = body_of(client.get(url("motions"), query))
        return re.findall(r">(Wohnen|Sprache)<", page)

    assert found() == ["Sprache", "Wohnen"]
    assert found(status="decided") == ["Wohnen"]
    assert found(year=2026) == ["Sprache"]
    assert found(q="2025-001") == ["Wohnen"]
    assert found(q="wohn", year=2026) == []


def test_motion_leads_to_its_item_only_for_those_who_may_see_it(client, client_of, member, table):
    make_membership(table, person=member)
    meeting = make_meeting(table)
    motion = submit_motion(make_motion(table), on=DAY)
    Motion.objects.update(agenda_item=make_item(meeting, part="non_public"))
    link = f'href="{url("meeting", meeting.pk)}"'

    assert link not in body_of(client.get(url("motion", motion.pk)))
    assert link in body_of(client_of(member).get(url("motion", motion.pk)))


def test_members_page_names_those_who_agreed_and_counts_the_others(client, table):
    make_membership(table, person_name="Agreed", consents_to_be_shown=True, role="chair")
    make_membership(table, person_name="Silent One")
    make_membership(table, person_name="Silent Two")
    make_membership(table, person_name="Gone", consents_to_be_shown=True, ends_on=date(2012, 1, 1))
    make_membership(table, organisation=make_organisation("Verein"))

    response = client.get(url("members"))

    (roll,) = response.context["rolls"]
    assert [membership.member_name for membership in roll.people] == ["Agreed"]
    assert [membership.member_name for membership in roll.organisations] == ["Verein"]
    assert (roll.individuals_count, roll.organisations_count, roll.unnamed_count) == (3, 1, 2)
    assert not re.search("Silent|Gone", body_of(response))


def test_documents_are_saved_and_not_shown(client, table):
    document = make_document(make_item(make_meeting(table)), title="Haushalt 2026", content=b"abc")

    response = client.get(url("document", document.pk))

    assert response.headers["Content-Disposition"] == 'attachment; filename="Haushalt_2026.pdf"'
    assert "no-store" in response.headers["Cache-Control"]
    assert body_of(response) == "abc"


def test_document_without_its_file_is_not_found(client, table):
    document = make_document(make_item(make_meeting(table)))
    document.file.storage.delete(document.file.name)

    assert client.get(url("document", document.pk)).status_code == 404
    assert client.get(url("rules", "table")).status_code == 404


# --- a member's motion -------------------------------------------------------------------------


def test_member_drafts_edits_and_submits(client_of, member, table):
    make_membership(table, person=member)
    council = make_body("council", "council")
    client = client_of(member)
    typed = {"body": table.pk, "title_de": "Wohnen", "text_de": "Bitte", "addressed_to": council.pk}

    client.post(url("draft"), typed)
    motion = Motion.objects.get()
    client.post(url("edit", motion.pk), typed | {"title_de": "Wohnen für alle"})
    asked = client.get(url("submit", motion.pk))
    motion.refresh_from_db()
    still_a_draft = motion.is_draft
    client.post(url("submit", motion.pk))

    motion.refresh_from_db()
    assert asked.status_code == 200
    assert still_a_draft
    assert (motion.author, motion.addressed_to, motion.status) == (member, council, "submitted")
    assert motion.title_de == "Wohnen für alle"
    assert motion.number
    assert client.get(url("edit", motion.pk)).status_code == 404


def test_draft_is_written_in_german_columns_on_every_page(client_of, member, table):
    make_membership(table, person=member)

    client_of(member).post(
        url("draft", language="ar"), {"body": table.pk, "title_de": "Wohnen", "text_de": "Bitte"}
    )

    motion = Motion.objects.get()
    assert (motion.title_de, motion.title_ar) == ("Wohnen", None)


def test_form_keeps_what_was_typed(client_of, member, table):
    make_membership(table, person=member)

    response = client_of(member).post(
        url("draft"), {"body": table.pk, "title_de": "", "text_de": "Typed text", "reason_de": "R1"}
    )

    assert not Motion.objects.exists()
    assert list(response.context["form"].errors) == ["title_de"]
    page = body_of(response)
    assert "Typed text</textarea>" in page
    assert "R1</textarea>" in page


def test_form_offers_own_filing_bodies_and_those_that_receive(client_of, member, table):
    make_membership(table, person=member)
    make_body("board", "board")
    council = make_body("council", "council")
    make_body("secret-committee", "committee", is_internal=True)

    form = client_of(member).get(url("draft")).context["form"]

    assert list(form.fields["body"].queryset) == [table]
    assert list(form.fields["addressed_to"].queryset) == [council]


def test_nobody_drafts_for_a_body_of_others(client_of, member, table):
    make_membership(table, person=member)
    board = make_body("board", "board")

    client_of(member).post(
        url("draft"), {"body": board.pk, "title_de": "Wohnen", "text_de": "Bitte"}
    )

    assert not Motion.objects.exists()


def test_former_member_cannot_submit_the_draft_of_then(client_of, member, table):
    make_membership(table, person=member, ends_on=date(2020, 1, 1))
    motion = make_motion(table, author=member)

    response = client_of(member).post(url("submit", motion.pk))

    assert response.status_code == 403
    motion.refresh_from_db()
    assert motion.is_draft


def test_my_page_has_own_bodies_meetings_and_motions(client_of, member, table):
    make_membership(table, person=member)
    make_body("board", "board", name="Not my board")
    closed = make_meeting(table, is_public=False, title_de="Closed meeting")
    make_item(closed, part="non_public", title="Personnel")
    make_meeting(make_body("elsewhere", "board"), title_de="Elsewhere meeting")
    make_motion(table, title="My motion", author=member)
    make_motion(table, title="Motion of another")

    page = body_of(client_of(member).get(url("my")))

    for text in ("Closed meeting", "Personnel", "My motion"):
        assert text in page
    for text in ("Not my board", "Elsewhere meeting", "Motion of another"):
        assert text not in page


# --- queries -----------------------------------------------------------------------------------


def fill(table, member, count):
    """``count`` more of everything that a page lists."""
    start = Motion.objects.count()
    for number in range(start, start + count):
        for days in (number + 1, -number - 1):
            meeting = make_meeting(table, days=days)
            item = make_item(meeting)
            make_document(item)
            make_item(meeting, part="non_public", public_title_de="Personnel")
        make_membership(table, organisation=make_organisation(f"verein-{number}"))
        make_membership(table, person_name=f"Person {number}", consents_to_be_shown=True)
        make_body(f"group-{number}", "working_group", parent=table)
        make_motion(
            table,
            number=f"A-2026-{number:03}",
            status="submitted",
            submitted_on=DAY,
            author=member,
            agenda_item=item,
        )
    first = table.meetings.earliest("pk")
    for number in range(start, start + count):
        make_document(make_item(first, order=number + 10))


@pytest.mark.parametrize(
    ("name", "queries"),
    [("home", 13), ("meetings", 6), ("motions", 4), ("members", 4), ("meeting", 7), ("motion", 4)],
)
def test_public_page_takes_the_same_queries_for_1_and_3(
    name, queries, client, member, table, django_assert_num_queries
):
    for count in (1, 2):
        fill(table, member, count)
        args = {
            "meeting": [table.meetings.earliest("pk").pk],
            "motion": [Motion.objects.earliest("pk").pk],
        }
        address = url(name, *args.get(name, []))
        with django_assert_num_queries(queries):
            client.get(address)


def test_my_page_takes_the_same_queries_for_1_and_3(
    client_of, member, table, django_assert_num_queries
):
    make_membership(table, person=member)
    client = client_of(member)
    for count in (1, 2):
        fill(table, member, count)
        with django_assert_num_queries(10):
            client.get(url("my"))
