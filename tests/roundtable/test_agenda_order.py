import pytest

from roundtable.agenda_order import arrange_agenda
from roundtable.models import AgendaItem
from tests.roundtable.factories import make_item, make_meeting


@pytest.fixture
def meeting(table):
    return make_meeting(table)


def titles(meeting):
    return [f"{item.number} {item.title_de}" for item in meeting.agenda_items.in_order()]


def test_items_change_places(meeting):
    first = make_item(meeting, order=1, title="a")
    second = make_item(meeting, order=2, title="b")

    arrange_agenda(meeting, wanted=[(first, 2), (second, 1)], keep_numbers=False)

    assert titles(meeting) == ["Ö 1 b", "Ö 2 a"]


def test_items_close_gaps_and_new_ones_come_last(meeting):
    third = make_item(meeting, order=3, title="a")
    new = AgendaItem(title_de="b", part="public")
    secret = AgendaItem(title_de="c", part="non_public")

    arrange_agenda(meeting, wanted=[(new, None), (third, 3), (secret, 7)], keep_numbers=False)

    assert titles(meeting) == ["Ö 1 a", "Ö 2 b", "N 1 c"]


def test_item_moves_to_the_other_part(meeting):
    first = make_item(meeting, order=1, title="a")
    second = make_item(meeting, order=2, title="b")
    first.part = "non_public"

    arrange_agenda(meeting, wanted=[(first, 1), (second, 2)], keep_numbers=False)

    assert titles(meeting) == ["Ö 1 b", "N 1 a"]


def test_kept_numbers_leave_gaps_and_add_behind(meeting):
    first = make_item(meeting, order=1, title="a")
    third = make_item(meeting, order=3, title="c")
    new = AgendaItem(title_de="d", part="public")

    arrange_agenda(meeting, wanted=[(third, 1), (new, 1), (first, 2)], keep_numbers=True)

    assert titles(meeting) == ["Ö 1 a", "Ö 3 c", "Ö 4 d"]
