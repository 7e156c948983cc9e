from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone
from django.utils.translation import override

from measures.indicator_forms import NumberField
from measures.indicator_sources import register, unregister
from measures.models import IndicatorValue
from measures.todo import todos
from tests.measures.factories import (
    make_concept,
    make_field,
    make_goal,
    make_indicator,
    make_measure,
)

PAGE = "/en/measures/indicators/"
DESK = "/en/measures/indicators/desk/"
COUNT = "/en/measures/indicators/desk/count/"
YEAR = "/en/measures/indicators/desk/2017/"


@pytest.fixture
def source():
    numbers = {2017: 441}
    register("test.things", "things", lambda year: numbers.get(year))
    yield numbers
    unregister("test.things")


def content(response):
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def cells(value, **numbers):
    for category, number in numbers.items():
        value.cells.create(dimension="Geschlecht", category=category, number=number)


def test_overview_shows_public_indicators_by_concept_and_field(office, client, measure):
    make_indicator("own", concept=measure.concept).values.create(year=2017, value=149)
    of_measure = make_indicator("missions", measure=measure, target_value=500, trend="up")
    of_measure.values.create(year=2017, value=436)
    make_indicator("secret", measure=measure, is_public=False).values.create(year=2017, value=777)
    make_indicator("empty", measure=measure)

    text = content(client.get(PAGE))

    assert text.index(">149<") < text.index(">Sprache</span>") < text.index(">436<")
    assert "Target not reached yet" in text
    assert "777" not in text
    assert "empty" not in text


def test_overview_without_indicators_says_so(office, client):
    assert "No indicators yet" in content(client.get(PAGE))


def test_overview_hides_indicators_of_drafts(office, client, goal):
    draft = make_measure(goal, "1.1.9", published=False)
    make_indicator("draft", measure=draft).values.create(year=2017, value=1)

    assert "No indicators yet" in content(client.get(PAGE))


def test_overview_needs_as_many_queries_for_three_as_for_one(
    office, client, django_assert_num_queries
):
    def add(number):
        concept = make_concept(f"c{number}", period_from=2000 + number)
        measure = make_measure(make_goal(make_field(concept)), "1.1.1")
        for subject in ({"measure": measure}, {"concept": concept}):
            value = make_indicator(f"{number}-{next(iter(subject))}", **subject).values.create(
                year=2017, value=50
            )
            cells(value, Frauen=25, Männer=25)

    add(1)
    with django_assert_num_queries(3):
        client.get(PAGE)

    add(2)
    add(3)
    with django_assert_num_queries(3):
        client.get(PAGE)


@pytest.mark.parametrize("page", ["/en/measures/2016/1.1.1/", PAGE])
def test_public_sees_no_small_part_and_staff_see_it_marked(
    office, client, client_of, editor, measure, page
):
    value = make_indicator("hired", measure=measure).values.create(year=2017, value=1083)
    cells(value, Frauen=1012, Männer=67, divers=4)

    public, staff = content(client.get(page)), content(client_of(editor).get(page))

    assert "1,012" in public
    assert public.count("not shown") >= 2
    assert ">67<" not in public
    assert "67 (not public)" in staff
    assert "4 (not public)" in staff


def test_desk_shows_source_drift_and_what_is_missing(office, client_of, auditor, concept, source):
    fed = make_indicator("fed", concept=concept, source_key="test.things")
    fed.values.create(year=2017, value=436)
    fed.counting_failed_since = timezone.now()
    fed.save()
    concept.period_to = None
    concept.save()

    text = content(client_of(auditor).get(DESK))

    assert "things" in text
    assert "published 436, would be 441 today" in text
    assert "could not be counted since" in text
    assert f"no value for {timezone.localdate().year - 1}" in text
    assert "Count all again" not in text  # an auditor only looks


def test_desk_asks_each_source_once_a_year(
    office, client_of, lead, concept, source, django_assert_num_queries
):
    client = client_of(lead)
    client.get(DESK)

    def add(number):
        indicator = make_indicator(f"i{number}", concept=concept, source_key="test.things")
        indicator.values.create(year=2017, value=1)

    add(1)
    with django_assert_num_queries(9):
        client.get(DESK)
    add(2)
    add(3)
    with django_assert_num_queries(9):
        client.get(DESK)


def test_count_again_counts_all_or_one(office, client_of, editor, auditor, concept, source):
    year = timezone.localdate().year
    source[year] = 9
    make_indicator("one", concept=concept, source_key="test.things")
    make_indicator("two", concept=concept, source_key="test.things")

    client_of(editor).post(COUNT, {"indicator": "one"})
    assert list(IndicatorValue.objects.values_list("indicator__slug", "value")) == [("one", 9)]

    response = client_of(editor).post(COUNT, follow=True)
    assert "2 indicators were counted again." in content(response)
    assert IndicatorValue.objects.count() == 2
    assert client_of(auditor).post(COUNT).status_code == 403
    assert client_of(editor).post(COUNT, {"indicator": "unknown"}).status_code == 404


class Sheet:
    """The page of a year as somebody fills it in: what stands there, with changes, sent back."""

    def __init__(self, client):
        self.client = client
        self.table = client.get(YEAR).context["table"]

    def send(self, **changes):
        data = {}
        for form in self.table.forms:
            for field in form:
                shown = field.value()
                if field.name == "is_break":
                    if shown:
                        data[field.html_name] = "on"
                else:
                    data[field.html_name] = "" if shown is None else shown
        for name, content in changes.items():
            slug, _, column = name.partition("__")
            (form,) = [form for form in self.table.forms if form.indicator.slug == slug]
            data[form.add_prefix(column or "value")] = content
        response = self.client.post(YEAR, data)
        if response.context:
            self.table = response.context["table"]
        return response


@pytest.fixture
def sheet(office, client_of, editor):
    return lambda: Sheet(client_of(editor))


def errors_of(response):
    return {
        (form.indicator.slug, name): messages[0]
        for form in response.context["table"].wrong
        for name, messages in form.errors.items()
    }


def test_values_of_many_indicators_are_saved_at_once(concept, sheet):
    for slug in ("one", "two", "three"):
        make_indicator(slug, concept=concept)
    make_indicator("share", concept=concept, kind="share")

    response = sheet().send(
        one="1,234.5", two="7", two__note="geschätzt", share="35", share__whole="511"
    )

    assert response.status_code == 302
    values = {row.indicator.slug: row for row in IndicatorValue.objects.all()}
    assert set(values) == {"one", "two", "share"}
    assert (values["one"].value, values["two"].note) == (Decimal("1234.5"), "geschätzt")
    assert round(values["share"].percent, 1) == Decimal("6.8")


def test_mistake_stands_at_its_cell_and_nothing_is_lost(concept, sheet):
    make_indicator("one", concept=concept)
    make_indicator("share", concept=concept, kind="share")
    make_indicator("broken", concept=concept)

    page = sheet()
    response = page.send(
        one="12", share="600", share__whole="511", broken="viele", broken__note="notiert"
    )

    assert errors_of(response) == {
        ("share", "value"): "The part is larger than its whole.",
        ("broken", "value"): "Enter a number.",
    }
    text = content(response)
    assert 'value="12"' in text
    assert 'value="viele"' in text
    assert 'value="notiert"' in text
    assert not IndicatorValue.objects.exists()

    assert page.send(share="60", broken="3").status_code == 302
    assert IndicatorValue.objects.count() == 3


def test_break_needs_its_reason(concept, sheet):
    make_indicator("one", concept=concept)

    response = sheet().send(one="12", one__is_break="on")

    assert list(errors_of(response)) == [("one", "note")]


def test_note_without_value_is_not_lost_silently(concept, sheet):
    make_indicator("one", concept=concept)

    assert errors_of(sheet().send(one__note="fehlt")) == {("one", "value"): "The value is missing."}


def test_stored_value_is_not_emptied_by_accident(concept, sheet):
    make_indicator("one", concept=concept).values.create(year=2017, value=5)

    assert list(errors_of(sheet().send(one=""))) == [("one", "value")]


def test_counted_value_is_taken_or_overridden_with_a_reason(concept, sheet, source):
    indicator = make_indicator("fed", concept=concept, source_key="test.things")

    page = sheet()
    assert list(errors_of(page.send(fed="440"))) == [("fed", "override_reason")]
    assert page.send(fed__override_reason="auf Papier").status_code == 302
    value = indicator.values.get()
    assert (value.value, value.counted, value.is_overridden) == (440, 441, True)

    assert sheet().send(fed="").status_code == 302
    value.refresh_from_db()
    assert (value.value, value.override_reason, value.is_overridden) == (441, "", False)


def test_second_writer_learns_of_the_first_and_decides(concept, sheet):
    indicator = make_indicator("one", concept=concept)
    other = make_indicator("other", concept=concept)
    value = indicator.values.create(year=2017, value=5)
    first, second = sheet(), sheet()
    first.send(one="6")

    response = second.send(one="7", other="1")

    (message,) = errors_of(response).values()
    assert "it says now: 6" in message
    value.refresh_from_db()
    assert value.value == 6
    assert not other.values.exists()  # all or nothing
    assert 'value="7"' in content(response)

    assert second.send().status_code == 302
    value.refresh_from_db()
    assert value.value == 7


def test_row_that_nobody_touched_undoes_no_other_change(concept, sheet):
    value = make_indicator("one", concept=concept).values.create(year=2017, value=5)
    make_indicator("other", concept=concept)
    first, second = sheet(), sheet()
    first.send(one="6")

    assert second.send(other="1").status_code == 302
    value.refresh_from_db()
    assert value.value == 6


def test_years_to_come_have_no_page(office, client_of, editor):
    client = client_of(editor)

    assert client.get("/en/measures/indicators/desk/2999/").status_code == 404
    assert client.get("/en/measures/indicators/desk/1200/").status_code == 404


@pytest.mark.parametrize(
    ("language", "text", "number"),
    [
        ("de", "1.234,5", "1234.5"),
        ("de", "1.234", "1234"),
        ("de", "12,50 €", "12.5"),
        ("de", "6.8", "6.8"),
        ("en", "1,234.5", "1234.5"),
        ("en", "6,8", "6.8"),
        ("de", "1 234 567", "1234567"),
    ],
)
def test_numbers_are_read_as_they_are_written(language, text, number):
    with override(language):
        assert NumberField().clean(text) == Decimal(number)


def test_desk_todo_counts_missing_and_failing_indicators(concept, editor, auditor):
    now = timezone.now()
    concept.period_to = None
    concept.save()
    make_indicator("missing", concept=concept)
    failing = make_indicator("failing", concept=concept, counting_failed_since=now)
    failing.values.create(year=timezone.localdate().year - 1, value=1)

    found = {str(todo.url): todo.count for todo in todos(editor, now=now) if todo.count}

    year = timezone.localdate().year - 1
    assert found == {f"/de/measures/indicators/desk/{year}/": 1, "/de/measures/indicators/desk/": 1}
    assert not [todo for todo in todos(auditor, now=now) if todo.count]


def test_value_as_of_a_day_lies_in_its_year(concept):
    value = IndicatorValue(
        indicator=make_indicator(concept=concept), year=2017, as_of=date(2016, 1, 1), value=1
    )
    with pytest.raises(Exception, match="as_of"):
        value.full_clean()
