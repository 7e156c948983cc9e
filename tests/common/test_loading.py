"""The machinery on models of the directory: whatever model, the rules are the same."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from directory.models import ContactPoint, Office, OpeningHours, Organisation, Topic
from kit_portal.common.loading import LoadError, read_file
from kit_portal.common.loading_rows import OfficeData, rows_by

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=ZoneInfo("Europe/Berlin"))


@pytest.fixture
def data(tmp_path):
    return OfficeData(folder=tmp_path, now=NOW, today=NOW.date())


@pytest.fixture
def entry(tmp_path):
    """Read text as the file x.yaml."""

    def read(text):
        path = tmp_path / "x.yaml"
        path.write_text(text, encoding="utf-8")
        return read_file(path, today=NOW.date())

    return read


def message_of(call, *arguments):
    with pytest.raises(LoadError) as raised:
        call(*arguments)
    return str(raised.value)


# --- reading ---------------------------------------------------------------------------------


def test_scalars_stay_text(entry):
    file = entry("country: no\nnumber: 4.10\nclock: 18:30\nday: 2016-03-17\n")

    assert {key: file.text(key) for key in file.content} == {
        "country": "no",
        "number": "4.10",
        "clock": "18:30",
        "day": "2016-03-17",
    }


def test_missing_file_is_an_empty_mapping(tmp_path):
    assert read_file(tmp_path / "none.yaml", today=NOW.date()).content == {}


def test_broken_file_is_named_with_its_line(entry):
    assert message_of(entry, "a: 1\nb: {c: [1}\n") == (
        "x.yaml, line 2: did not find expected ',' or ']'"
    )


def test_file_that_is_a_list_is_an_error(entry):
    assert message_of(entry, "- a\n") == "x.yaml: the file has to be a mapping of sections"


def test_key_that_is_missing_is_named(entry):
    assert message_of(entry("a: 1").text, "b") == "x.yaml: “b” is missing"


def test_number_flag_and_day_are_checked(entry):
    file = entry("number: four\nflag: perhaps\nday: soon\n")

    assert message_of(file.number, "number") == (
        "x.yaml: “number” has to be a whole number, not “four”"
    )
    with pytest.raises(LoadError, match="“flag” has to be true or false, not “perhaps”"):
        file.flag("flag", default=True)
    with pytest.raises(LoadError, match="“day”: “soon” is no day"):
        file.day("day")


def test_children_are_called_by_their_key(entry):
    file = entry("topics:\n- {slug: work, size: 1}\n")

    (child,) = file.children("topics", "topic", by="slug")

    assert message_of(child.text, "name") == "x.yaml, topic work: “name” is missing"


def test_child_without_key_is_called_by_its_number(entry):
    file = entry("topics:\n- {a: 1}\n- [b]\n")

    assert message_of(file.children, "topics", "topic") == (
        "x.yaml: topic 2 of “topics” has to be a mapping"
    )


def test_keys_that_nobody_asked_for_are_found_at_any_depth(entry):
    file = entry("topics:\n- {slug: work, nme: Arbeit}\n")
    (child,) = file.children("topics", "topic", by="slug")
    child.text("slug")
    child.text("name", "")

    assert message_of(file.check_all_asked) == (
        "x.yaml, topic work: “nme” is not known here; known are name, slug"
    )


def test_choose_lists_what_is_known(entry):
    file = entry("colour: red")

    assert file.choose("colour", {"red": 1}, "colour") == 1
    assert message_of(file.choose, "colour", {"blue": 2, "green": 3}, "colour") == (
        "x.yaml: there is no colour “red” — known are blue, green"
    )


def test_columns_take_the_type_of_their_fields(entry):
    hours = entry("weekday: 2\nopens_at: 8:30\ncloses_at: 12:00\n").columns(
        OpeningHours, "weekday", "opens_at", "closes_at"
    )
    place = entry("slug: x\nlatitude: 54.78\nis_step_free: yes\n").columns(
        ContactPoint, "slug", "latitude", "is_step_free", "phone"
    )

    assert (hours["weekday"], hours["opens_at"].hour) == (2, 8)
    assert place == {"slug": "x", "latitude": place["latitude"], "is_step_free": True}
    assert str(place["latitude"]) == "54.78"


def test_columns_of_translated_fields_take_text_or_a_map(entry):
    plain = entry("name: Arbeit\nslug: a\n").columns(Topic, "name", "slug")
    mapped = entry("name: {de: Arbeit, de-simple: Ar-Beit, ar: عمل}\nslug: a\n").columns(
        Topic, "name", "slug"
    )

    assert plain == {"name_de": "Arbeit", "slug": "a"}
    assert mapped == {
        "name_de": "Arbeit",
        "name_de_simple": "Ar-Beit",
        "name_ar": "عمل",
        "slug": "a",
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("slug: a", "“name” is missing"),
        ("slug: a\nname: {en: Work}", "“name” lacks its German text (de)"),
        ("slug: a\nname: [x]", "“name, de” has to be text, not a list or a mapping"),
        ("slug: a b\nname: x", "“slug”: Enter a valid “slug” consisting"),
        (f"slug: a\nname: {'x' * 121}", "“name, de”: Ensure this value has at most 120"),
        (
            "slug: a\nname: {de: Ja, nein}",
            "“name” has an unknown language “nein”; a text with a comma inside {…} needs quotes",
        ),
    ],
)
def test_columns_say_what_is_wrong(entry, text, message):
    said = message_of(entry(text).columns, Topic, "slug", "name")

    assert said.startswith(f"x.yaml: {message}")


# --- writing ---------------------------------------------------------------------------------


@pytest.mark.django_db
def test_put_makes_then_updates_then_leaves_alone(data, entry):
    file = entry("slug: a\nname: Arbeit")
    counts = []

    for name in ("Arbeit", "Beruf", "Beruf"):
        again = OfficeData(folder=data.folder, now=NOW, today=data.today)
        again.put(Topic, file, {"slug": "a", "name_de": name}, by=("slug",))
        counts.append((again.created[Topic], again.changed[Topic], again.is_unchanged))

    assert counts == [(1, 0, False), (0, 1, False), (0, 0, True)]
    assert Topic.objects.get().name_de == "Beruf"


@pytest.mark.django_db
def test_put_leaves_texts_of_other_languages(data, entry):
    Topic.objects.create(slug="a", name_de="Arbeit", name_en="Work")

    data.put(Topic, entry("a: b"), {"slug": "a", "name_de": "Beruf"}, by=("slug",))

    assert Topic.objects.get().name_en == "Work"


@pytest.mark.django_db
def test_at_first_holds_for_new_rows_only_and_dates_them_back(data, entry):
    then = datetime(2016, 3, 17, 9, 0, tzinfo=ZoneInfo("Europe/Berlin"))
    values = {"slug": "a", "name": "A"}
    data.put(Organisation, entry("x: 1"), values, by=("slug",), at_first={"created_at": then})
    Organisation.objects.update(is_active=False)
    again = OfficeData(folder=data.folder, now=NOW, today=data.today)

    again.put(Organisation, entry("x: 1"), values, by=("slug",), at_first={"is_active": True})

    row = Organisation.objects.get()
    assert row.created_at == then
    assert not row.is_active


@pytest.mark.django_db
def test_put_all_within_deletes_what_is_listed_no_more(data, entry):
    point = ContactPoint.objects.create(slug="a", name_de="A", summary_de="S")
    other = ContactPoint.objects.create(slug="b", name_de="B", summary_de="S")
    columns = entry("opens_at: 8:00\ncloses_at: 9:00\n").columns(
        OpeningHours, "opens_at", "closes_at"
    )
    for place, weekday in ((point, 0), (point, 1), (other, 0)):
        OpeningHours.objects.create(contact_point=place, weekday=weekday, **columns)

    data.put_all(
        OpeningHours,
        [(entry("x: 1"), {"weekday": 1, **columns}), (entry("x: 1"), {"weekday": 2, **columns})],
        by=("contact_point", "weekday", "opens_at"),
        within={"contact_point": point},
    )

    left = OpeningHours.objects.values_list("contact_point__slug", "weekday")
    assert sorted(left) == [("a", 1), ("a", 2), ("b", 0)]
    assert (data.created[OpeningHours], data.removed[OpeningHours]) == (1, 1)


@pytest.mark.django_db
def test_broken_rule_of_the_database_is_told_at_its_entry(data, entry):
    good, bad = entry("x: 1"), entry("x: 1")
    bad.place = "x.yaml, office bad"

    message = message_of(
        lambda: data.put_all(
            Organisation,
            [(good, {"slug": "a", "name": "Same"}), (bad, {"slug": "b", "name": "SAME"})],
            by=("slug",),
        )
    )

    assert message.startswith("x.yaml")
    assert Organisation.objects.count() == 0


@pytest.mark.django_db
def test_link_makes_the_relation_whole_once(data, entry):
    point = ContactPoint.objects.create(slug="a", name_de="A", summary_de="S")
    topics = [Topic.objects.create(slug=slug, name_de=slug) for slug in "xyz"]
    point.topics.set(topics[:1])

    data.link(point, "topics", topics[1:])
    data.link(point, "topics", topics[1:])

    assert set(point.topics.all()) == set(topics[1:])
    assert data.changed.total() == 1


def test_publication_reads_true_false_and_moments(data, entry):
    then = datetime(2016, 4, 1, 9, 0, tzinfo=ZoneInfo("Europe/Berlin"))

    assert data.publication(entry("x: 1"))["published_at"] == NOW
    assert data.publication(entry("x: 1"), then=then)["published_at"] == then
    assert data.publication(entry("published: false"))["published_at"] is None
    assert data.publication(entry("published: 2016-04-01 09:00"))["published_at"] == then


@pytest.mark.django_db
def test_rows_by_maps_a_column():
    office = Office.objects.create(name_de="A", municipality="B")

    assert rows_by(Office, "municipality") == {"B": office}
