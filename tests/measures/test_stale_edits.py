"""Two people edit one measure: the second learns of it before overwriting anything."""

import re
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from threading import Barrier

import pytest
from django.db import connection

from measures.models import Measure
from tests.measures.factories import (
    add_evaluation,
    add_participant,
    make_concept,
    make_field,
    make_goal,
    make_measure,
    make_organisation,
)

STALE = "Somebody else has saved this entry since you opened it."


class Writer:
    """Somebody at the change page of a measure, as their browser sees it."""

    def __init__(self, client, measure):
        self.client, self.path = client, f"/en/admin/measures/measure/{measure.pk}/change/"
        self.form = fields_of(client.get(self.path).content.decode())

    def save(self, **changes):
        """Send the form as it stands with ``changes``; return the answer's page."""
        self.form |= {name.replace("__", "-"): value for name, value in changes.items()}
        response = self.client.post(self.path, self.form)
        return "saved" if response.status_code == 302 else response.content.decode()


def fields_of(page):
    """What a browser would send of the page's form."""
    found = {}
    page = page.split('id="measure_form"')[1]
    for tag in re.findall(r"<input [^>]*>", page):
        attributes = {
            name: unescape(value) for name, value in re.findall(r'([\w-]+)="([^"]*)"', tag)
        }
        kind, name = attributes.get("type"), attributes.get("name")
        if not name or "__prefix__" in name or kind in {"submit", "file"}:
            continue
        if kind not in {"checkbox", "radio"} or " checked" in tag:
            found[name] = attributes.get("value", "on" if kind == "checkbox" else "")
    for name, text in re.findall(r'<textarea name="([^"]+)"[^>]*>\n?(.*?)</textarea>', page, re.S):
        found[name] = unescape(text)
    for name, options in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', page, re.S):
        chosen = re.findall(r'value="([^"]*)"\s+selected', options)
        if chosen:
            found[name] = chosen
    return {name: value for name, value in found.items() if "__prefix__" not in name}


@pytest.fixture
def two(office, client_of, lead, editor, measure):
    """Two writers who have opened the same measure."""
    return Writer(client_of(lead), measure), Writer(client_of(editor), measure)


def test_one_writer_alone_saves_without_a_word(two, measure):
    first, _second = two

    assert first.save(title_de="Neuer Titel") == "saved"
    measure.refresh_from_db()
    assert measure.title_de == "Neuer Titel"


def test_second_writer_sees_who_changed_what_and_loses_nothing(two, measure, lead):
    first, second = two
    first.save(title_de="Titel der Ersten")

    page = second.save(title_de="Titel des Zweiten", place="Rathaus")

    assert STALE in page
    measure.refresh_from_db()
    assert (measure.title_de, measure.place) == ("Titel der Ersten", "")
    table = page.split('class="others-edits"')[1].split("</section>")[0]
    assert re.findall(r"<bdi>(.*?)</bdi>", table) == [
        "Titel der Ersten",
        "Titel des Zweiten",
        str(lead),
    ]
    assert fields_of(page)["title_de"] == "Titel des Zweiten"
    assert fields_of(page)["place"] == "Rathaus"


def test_second_writer_may_overwrite_what_was_shown(two, measure):
    first, second = two
    first.save(title_de="Titel der Ersten")
    page = second.save(title_de="Titel des Zweiten")

    token = re.search(r'name="_overwrite"[^>]*value="(\w+)"', page)[1]

    assert second.save(_overwrite=token) == "saved"
    measure.refresh_from_db()
    assert measure.title_de == "Titel des Zweiten"


def test_permission_to_overwrite_holds_for_what_was_shown_only(two, measure):
    first, second = two
    first.save(title_de="Titel der Ersten")
    page = second.save(title_de="Titel des Zweiten")
    token = re.search(r'name="_overwrite"[^>]*value="(\w+)"', page)[1]
    Measure.objects.filter(pk=measure.pk).update(title_de="Noch einer")

    assert "Noch einer" in second.save(_overwrite=token)
    measure.refresh_from_db()
    assert measure.title_de == "Noch einer"


def test_writer_who_took_over_the_other_change_may_save(two, measure):
    first, second = two
    first.save(title_de="Titel der Ersten")
    second.save(title_de="Titel des Zweiten", place="Rathaus")

    assert second.save(title_de="Titel der Ersten") == "saved"
    measure.refresh_from_db()
    assert (measure.title_de, measure.place) == ("Titel der Ersten", "Rathaus")


def test_field_that_the_writer_left_alone_is_not_turned_back(two, measure):
    first, second = two
    first.save(description_de="Neue Beschreibung")

    page = second.save(title_de="Neuer Titel")

    assert "Neue Beschreibung" in page
    measure.refresh_from_db()
    assert measure.description_de == "Neue Beschreibung"


def test_same_change_by_both_is_no_conflict(two, measure):
    first, second = two
    first.save(status="done")

    assert second.save(status="done") == "saved"


def test_participant_added_meanwhile_is_shown(two, measure):
    add_participant(measure, make_organisation("library", "Stadtbibliothek"), "lead")

    page = two[1].save(title_de="Neuer Titel")

    assert "Stadtbibliothek (lead)" in page
    assert "was added, and stays" in page
    assert measure.participants.count() == 1


def test_evaluation_changed_meanwhile_is_shown_and_kept(office, client_of, editor, measure):
    evaluation = add_evaluation(measure, 2017, "proved", reasoning_de="Gut besucht.")
    writer = Writer(client_of(editor), measure)
    evaluation.verdict, evaluation.reasoning_de = "modify", "Zu klein."
    evaluation.save()

    page = writer.save(evaluations__0__reasoning_de="Sehr gut besucht.")

    table = page.split('class="others-edits"')[1].split("</section>")[0]
    assert re.findall(r"<td><bdi>(.*?)</bdi>", table) == [
        *("to be modified", "proved itself"),
        *("Zu klein.", "Sehr gut besucht."),
    ]
    evaluation.refresh_from_db()
    assert evaluation.reasoning_de == "Zu klein."


def test_evaluation_removed_meanwhile_is_said(office, client_of, editor, measure):
    evaluation = add_evaluation(measure, 2017)
    writer = Writer(client_of(editor), measure)
    evaluation.delete()

    page = writer.save(title_de="Neuer Titel")

    assert "was removed" in page
    token = re.search(r'name="_overwrite"[^>]*value="(\w+)"', page)[1]
    assert writer.save(_overwrite=token) == "saved"
    measure.refresh_from_db()
    assert measure.title_de == "Neuer Titel"


def test_target_groups_count_too(office, client_of, editor, measure):
    writer = Writer(client_of(editor), measure)
    measure.target_groups.create(slug="parents", name_de="Eltern")

    assert "Eltern" in writer.save(title_de="Neuer Titel")
    assert measure.target_groups.count() == 1


def test_line_ends_and_decimals_are_no_change(office, client_of, editor, measure):
    measure.description_de = "Erstens\n\nZweitens"
    measure.save()
    measure.funding_sources.create(name="Land", amount=100)
    writer = Writer(client_of(editor), measure)
    measure.refresh_from_db()
    measure.place = "Rathaus"
    measure.save()

    page = writer.save(description_de="Erstens\r\n\r\nZweitens", place="Bücherei")

    assert page.count('<th scope="row">') == 1


def test_page_that_was_not_understood_keeps_its_beginning(two, measure):
    first, second = two
    begun = second.form["_seen"]
    page = second.save(number="?!")

    assert fields_of(page)["_seen"] == begun
    first.save(title_de="Titel der Ersten")
    assert STALE in second.save(number="1.1.1", title_de="Titel des Zweiten")


@pytest.mark.parametrize("seen", ["", "{", "[]", "null", '{"begun": "x"}'])
def test_unreadable_beginning_never_overwrites(two, measure, seen):
    Measure.objects.filter(pk=measure.pk).update(title_de="Ein anderer")

    assert STALE in two[0].save(title_de="Titel der Ersten", _seen=seen)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_at_the_same_moment_one_is_asked(client_of, django_db_serialized_rollback):
    from kit_portal.accounts.models import User

    measure = make_measure(make_goal(make_field(make_concept())))
    people = [
        User.objects.create_superuser(f"{name}@example.org", "x" * 12) for name in ("one", "two")
    ]
    writers = [Writer(client_of(person), measure) for person in people]
    start = Barrier(2)

    def work(index):
        start.wait()
        try:
            return writers[index].save(title_de=f"Titel {index}")
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(work, range(2)))

    (winner,) = [index for index, answer in enumerate(answers) if answer == "saved"]
    assert STALE in answers[1 - winner]
    measure.refresh_from_db()
    assert measure.title_de == f"Titel {winner}"
