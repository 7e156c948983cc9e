"""A report as open data: tables that keep to their schema, and entries that portals understand."""

import csv
import hashlib
import json
import re
from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from django.utils.translation import override

from directory.models import Office
from measures.models import Indicator, Measure
from measures.open_data import csv_files, open_files
from measures.open_data_catalogue import CONTEXT
from measures.report import collect_report
from measures.report_adoption import adopt_report, begin_correction, submit_report
from tests.measures.factories import (
    add_evaluation,
    make_concept,
    make_full_concept,
    make_indicator,
    make_measure,
)
from tests.measures.full_report import NOW, RESOLUTION, make_adopted, make_submitted

DATA = "/de/measures/reports/2016/2017/data/"
TYPES = {
    "string": str,
    "integer": int,
    "year": int,
    "number": Decimal,
    "date": date.fromisoformat,
    "boolean": {"true": True, "false": False}.__getitem__,
}


@pytest.fixture
def full(office):
    return make_full_concept()


@pytest.fixture
def adopted(full, lead):
    return make_adopted(lead, full)


@pytest.fixture
def report(full):
    return collect_report(full, year=2017, language="de", today=date(2018, 5, 2))


@pytest.fixture
def files(report):
    return open_files(report, slug="2016")


@pytest.fixture
def package(files):
    return json.loads(files["datapackage.json"])


def rows_of(content):
    return list(csv.DictReader(StringIO(content.decode(), newline="")))


def check_row(row, schema):
    """Read the cells as their types, and ask the constraints of Table Schema."""
    read = {}
    for field in schema["fields"]:
        text, limits = row[field["name"]], field.get("constraints", {})
        assert text or not limits.get("required"), (field["name"], row)
        if text == "":
            read[field["name"]] = None
            continue
        value = read[field["name"]] = TYPES[field["type"]](text)
        assert text in limits.get("enum", [text])
        assert value >= limits.get("minimum", value)
    return read


def test_package_has_what_the_specification_asks_for(package, files):
    assert package["profile"] == "tabular-data-package"
    assert re.fullmatch(r"[a-z0-9._/-]+", package["name"])
    assert package["licenses"][0]["name"] == "CC-BY-4.0"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", package["created"])
    assert set(package) <= {
        *("profile", "name", "title", "description", "version", "created", "licenses"),
        *("contributors", "keywords", "resources"),
    }
    assert {resource["path"] for resource in package["resources"]} == set(files) - {
        "datapackage.json"
    }


def test_each_resource_describes_its_file(package, files):
    for resource in package["resources"]:
        content = files[resource["path"]]
        assert resource["bytes"] == len(content)
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        assert re.fullmatch(r"[a-z0-9._/-]+", resource["name"])
        assert (resource["profile"], resource["encoding"]) == ("tabular-data-resource", "utf-8")
        for field in resource["schema"]["fields"]:
            assert set(field) <= {"name", "type", "title", "description", "constraints"}
            assert field["type"] in TYPES
            assert " / " in field["description"]


def test_rows_keep_to_their_schema(package, files):
    numbers = {row["number"] for row in rows_of(files["measures.csv"])}
    for resource in package["resources"]:
        schema = resource["schema"]
        rows = rows_of(files[resource["path"]])
        names = next(csv.reader(StringIO(files[resource["path"]].decode())))
        read = [check_row(row, schema) for row in rows]
        key = schema.get("primaryKey", [])

        assert names == [field["name"] for field in schema["fields"]]
        assert len({tuple(row[name] for name in key) for row in read}) == len(read) or not key
        for foreign in schema.get("foreignKeys", []):
            assert {row[foreign["fields"]] for row in read} - {None} <= numbers


def test_measures_stand_there_with_their_verdict(files):
    assert [
        (row["number"], row["title"], row["verdict"], row["reasoning"])
        for row in rows_of(files["measures.csv"])
    ] == [
        ("1.1.1", "Vorlesen", "proved", "Gut\nbesucht."),
        ("1.1.2", "Dolmetschen", "modify", "Zu klein."),
    ]
    assert [
        (row["measure"], row["year"], row["verdict"]) for row in rows_of(files["evaluations.csv"])
    ] == [("1.1.1", "2016", "proved"), ("1.1.1", "2017", "proved"), ("1.1.2", "2017", "modify")]


def test_values_have_both_numbers(files):
    rows = rows_of(files["indicator-values.csv"])

    assert [(r["measure"], r["year"], r["value"], r["whole"]) for r in rows] == [
        ("", "2016", "35.00", "511.00"),
        ("", "2017", "35.00", "511.00"),
        ("1.1.2", "2016", "35.00", "511.00"),
        ("1.1.2", "2017", "35.00", "511.00"),
    ]


def test_no_text_runs_in_a_spreadsheet(full):
    Measure.objects.filter(number="1.1.1").update(title_de="=HYPERLINK(1)")

    found = collect_report(full, year=2017, language="de", today=date(2018, 5, 2))

    assert rows_of(csv_files(found)["measures.csv"])[0]["title"] == "'=HYPERLINK(1)"


def test_what_is_not_public_is_in_no_file(full):
    Measure.objects.filter(number="1.1.2").update(published_at=None)
    Measure.objects.filter(number="1.1.1").update(internal_notes="Geheim")
    make_indicator("verborgen", concept=full, is_public=False).values.create(year=2017, value=7)
    value = Indicator.objects.get(slug="concept").values.get(year=2017)
    value.cells.create(dimension="Alter", category="unter 6", number=3)

    found = collect_report(full, year=2017, language="de", today=date(2018, 5, 2))
    text = b"".join(open_files(found, slug="2016").values()).decode()

    assert [word for word in ("1.1.2", "Geheim", "verborgen", "unter 6") if word in text] == []


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("measures.csv", "text/csv; charset=utf-8"),
        ("datapackage.json", "application/json"),
        ("dcat.jsonld", "application/ld+json"),
    ],
)
def test_files_have_stable_addresses_and_are_open_to_programs(client, adopted, name, kind):
    first = client.get(DATA + name)

    assert (first.status_code, first["Content-Type"]) == (200, kind)
    assert first["Access-Control-Allow-Origin"] == "*"
    again = client.get(DATA + name, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["Access-Control-Allow-Origin"] == "*"
    Measure.objects.update(title_de="Anders")
    frozen = client.get(DATA + name, headers={"If-None-Match": first["ETag"]})
    assert frozen.status_code == 304


@pytest.mark.parametrize(
    "address",
    [
        "2016/2017/data/other.csv",
        "2016/2015/data/measures.csv",
        "2016/2017/7/data/measures.csv",
        "draft/2017/data/measures.csv",
        "2016/2016/data/measures.csv",
        "2016/2099/data/measures.csv",
    ],
)
def test_there_are_files_of_adopted_reports_only(client, adopted, address):
    make_concept("draft", published=False)

    assert client.get(f"/de/measures/reports/{address}").status_code == 404


def test_files_answer_get_alone(client, adopted):
    assert client.post(DATA + "measures.csv").status_code == 405


def dataset(client):
    return json.loads(client.get(DATA + "dcat.jsonld").content)


def test_entry_has_what_german_portals_need(client, adopted):
    Office.objects.update(municipality_key="01001000")

    entry = dataset(client)

    assert entry["@id"] == f"https://portal.example.org{DATA}dcat.jsonld"
    assert entry["dct:title"] == {
        "@language": "de",
        "@value": "Umsetzungsbericht 2017: Zusammenleben",
    }
    assert entry["dct:publisher"]["foaf:name"]["@value"].startswith("Stadt Flensburg")
    assert entry["dcat:contactPoint"]["vcard:hasEmail"] == {"@id": "mailto:kontakt@example.org"}
    assert entry["dct:temporal"]["dcat:startDate"]["@value"] == "2017-01-01"
    assert entry["dcatde:politicalGeocodingURI"]["@id"].endswith("/municipalityKey/01001000")
    assert entry["dcatde:politicalGeocodingLevelURI"]["@id"].endswith("/Level/municipality")
    assert len(entry["dcat:distribution"]) == 7
    for key in ("dct:description", "dcat:theme", "dcat:keyword", "dct:language", "dct:identifier"):
        assert entry[key]


def test_each_distribution_names_the_file_that_is_fetched(client, adopted):
    for distribution in dataset(client)["dcat:distribution"]:
        address = distribution["dcat:downloadURL"]["@id"]
        content = client.get(address.removeprefix("https://portal.example.org")).content

        assert distribution["dcat:byteSize"]["@value"] == str(len(content))
        checksum = distribution["spdx:checksum"]["spdx:checksumValue"]["@value"]
        assert checksum == hashlib.sha256(content).hexdigest()
        assert distribution["dct:license"]["@id"] == "http://dcat-ap.de/def/licenses/cc-by/4.0"


@pytest.mark.parametrize(("key", "place"), [("", None), ("01059", "districtKey/01059")])
def test_place_is_named_where_the_office_has_a_key(client, adopted, key, place):
    Office.objects.update(municipality_key=key)

    found = dataset(client).get("dct:spatial", {}).get("@id")

    assert found == (place and f"http://dcat-ap.de/def/politicalGeocoding/{place}")


def test_contributor_is_named_where_govdata_gave_one(client, adopted, settings):
    assert "dcatde:contributorID" not in dataset(client)
    settings.OPEN_DATA_CONTRIBUTOR_ID = "musterstadt"

    assert dataset(client)["dcatde:contributorID"] == {
        "@id": "http://dcat-ap.de/def/contributors/musterstadt"
    }


def test_catalogue_lists_what_was_adopted_each_year_once(client, adopted, lead):
    correction = begin_correction(adopted, reason="Ein Zahlendreher.")
    submit_report(correction, on=date(2018, 6, 1))
    adopt_report(correction, by=lead, now=NOW, **RESOLUTION)
    make_submitted(adopted.concept, year=2016)

    catalogue = json.loads(client.get("/de/measures/open-data/catalog.jsonld").content)

    assert [entry["dct:title"]["@value"] for entry in catalogue["dcat:dataset"]] == [
        "Umsetzungsbericht 2017: Zusammenleben",
    ]


def test_every_term_of_an_entry_has_its_vocabulary(client, adopted):
    def terms(node):
        if isinstance(node, dict):
            for key, value in node.items():
                yield key
                yield from terms(value)
        if isinstance(node, list):
            for value in node:
                yield from terms(value)

    entry = dataset(client)
    entry.pop("@context")
    prefixes = {term.partition(":")[0] for term in terms(entry) if not term.startswith("@")}

    assert prefixes <= set(CONTEXT)


def test_metadata_do_not_depend_on_the_language_of_whoever_fetches_them(client, adopted):
    Office.objects.update(name_en="Integration office")
    found = {
        client.get(f"/{code}/measures/reports/2016/2017/data/{name}").content
        for code in ("de", "ar", "en")
        for name in ("dcat.jsonld",)
    }

    assert len(found) == 1


@pytest.mark.parametrize("count", [1, 3])
def test_number_of_queries_does_not_grow_with_the_measures(
    client, office, goal, lead, count, django_assert_num_queries
):
    for number in range(count):
        add_evaluation(make_measure(goal, f"1.1.{number}"), 2017)
    make_adopted(lead, goal.action_field.concept)
    with override("de"), django_assert_num_queries(1):
        client.get(DATA + "measures.csv")
