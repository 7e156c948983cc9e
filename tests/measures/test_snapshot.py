"""The frozen text: canonical, complete, and readable by later portals."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measures.charts import Point
from measures.report_entries import IndicatorEntry
from measures.report_text import Text
from measures.snapshot import Snapshot, UnknownSchemaError, sha256_of
from tests.measures.report_samples import make_report

FIRST = Path(__file__).parent / "data" / "snapshot-1.json"


def text_of(report):
    return Snapshot.of({"de": report}).text


def frozen(report):
    return Snapshot.read(text_of(report))


points = st.builds(
    Point,
    year=st.integers(1990, 2100),
    value=st.decimals(-1000000, 1000000, places=2),
    whole=st.none() | st.decimals(1, 1000000, places=2),
    as_of=st.none() | st.dates(),
    note=st.text(max_size=30),
)


@given(st.text(), st.lists(points, max_size=5), st.sampled_from(["de", "ar"]))
def test_what_is_read_is_what_was_frozen(text, values, language):
    entry = IndicatorEntry(Text(text, language), Text("", "de"), "Fälle", "", values)
    report = replace(make_report(), indicators=[entry], foreword=Text(text, language))

    read = frozen(report).report_in("de")

    assert text_of(read) == text_of(report)
    assert list(read.indicators[0].points) == values
    assert read.foreword == report.foreword


def test_same_content_has_the_same_bytes():
    one, two = make_report(value=Decimal("35.00")), make_report(value=Decimal("35"))

    texts = {Snapshot.of({"de": report}).text for report in (one, two)}

    assert len(texts) == 1
    (text,) = texts
    assert text == json.dumps(
        json.loads(text), sort_keys=True, ensure_ascii=False, separators=(",", ":")
    )
    assert '"value":"35"' in text
    assert sha256_of(text) == sha256_of(text.encode())


def test_no_floating_point_number_gets_in():
    with pytest.raises(TypeError, match="float"):
        Snapshot.of({"de": make_report(value=35.5)})


def test_language_that_came_later_is_read_in_german():
    assert frozen(make_report()).report_in("tr").language == "de"


def test_text_of_a_newer_portal_is_refused_aloud():
    with pytest.raises(UnknownSchemaError):
        Snapshot.read('{"schema":2,"logo":"","languages":{}}')


def test_fields_that_this_portal_does_not_know_are_passed_over():
    content = json.loads(text_of(make_report()))
    content["languages"]["de"]["mood"] = "good"
    del content["languages"]["de"]["foreword"]

    report = Snapshot.read(json.dumps(content)).report_in("de")

    assert text_of(report) == text_of(replace(make_report(), foreword=Text("", "de")))


def test_first_snapshot_ever_written_stays_readable():
    """Never write this file anew: it stands for reports that councils have adopted."""
    text = FIRST.read_text()

    report = Snapshot.read(text).report_in("ar")

    assert sha256_of(text) == "8c730bcc59363f5395b7d9209c885861722334ac163f195abd89705645d711ad"
    assert (report.year, str(report.measures[0].title)) == (2017, "قراءة")
    assert report.adoption.on == date(2018, 4, 26)
    assert report.measures[0].funding[0].amount == Decimal("12500.5")
