import pytest

from newsletters import editing
from newsletters.editing import Words
from newsletters.models import IssueItem
from newsletters.release import NotPossibleError, cancel_issue
from tests.newsletters.making import NOW, make_issue, make_item


@pytest.fixture
def issue(newsletter):
    return make_issue(newsletter)


def titles(issue, kind="event"):
    return [item.title_de for item in issue.items.filter(kind=kind)]


def test_write_issue_sets_one_language(issue):
    editing.write_issue(issue, language="ar", subject="نشرة", intro="مرحبا")

    issue.refresh_from_db()
    assert (issue.subject_ar, issue.intro_ar) == ("نشرة", "مرحبا")
    assert issue.subject_de == "Zusammenleben, Woche 48"


def test_add_item_writes_german_first(issue):
    item = editing.add_item(issue, Words("Wir suchen dich", "Als Lotsin."), url="/de/info/")

    item.refresh_from_db()
    assert (item.kind, item.title_de, item.title_en, item.url) == (
        "own", "Wir suchen dich", None, "/de/info/",
    )  # fmt: skip


def test_write_item_sets_one_language_and_the_common_link(issue):
    item = make_item(issue, url="/de/alt/")

    editing.write_item(item, Words("Café", "Come."), language="en", url="https://example.org")

    item.refresh_from_db()
    assert (item.title_en, item.text_en, item.url) == ("Café", "Come.", "https://example.org")
    assert item.title_de == "Sprachcafé"


@pytest.mark.parametrize(
    ("moved", "by", "order"),
    [("B", -1, "BACD"), ("B", 1, "ACBD"), ("A", -1, "ABCD"), ("D", 1, "ABCD")],
)
def test_move_item_swaps_with_its_neighbour_of_the_kind(issue, moved, by, order):
    make_item(issue, kind="meeting", title_de="andere Art")
    for title in "ABCD":
        make_item(issue, kind="event", title_de=title)

    editing.move_item(issue.items.get(title_de=moved), by=by)

    assert titles(issue) == list(order)


def test_include_item_leaves_out_and_puts_back(issue):
    item = make_item(issue)

    editing.include_item(item, included=False)
    assert not issue.items.included().exists()

    editing.include_item(item, included=True)
    assert issue.items.included().get() == item


def test_remove_item_deletes_own_texts_only(issue):
    own, event = make_item(issue), make_item(issue, kind="event")

    editing.remove_item(own)
    editing.remove_item(event)

    assert IssueItem.objects.get() == event


def test_nothing_is_edited_but_drafts(issue):
    item = make_item(issue)
    cancel_issue(issue, now=NOW)

    with pytest.raises(NotPossibleError):
        editing.move_item(item, by=1)
    with pytest.raises(NotPossibleError):
        editing.write_issue(issue, language="de", subject="Neu", intro="")
