"""The public pages: read from the snapshot alone, in every language, with every version."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from measures import indicator_sources
from measures.models import ReportFile
from measures.open_data import FILE_NAMES
from measures.report_adoption import adopt_report, begin_correction, submit_report
from measures.snapshot import Snapshot, sha256_of
from tests.measures.factories import make_concept, make_indicator
from tests.measures.full_report import (
    NOW,
    RESOLUTION,
    TODAY,
    make_adopted,
    make_draft,
    make_submitted,
)

PAGE = "/en/measures/reports/2016/2017/"
LIST = "/en/measures/reports/"


@pytest.fixture
def adopted(office, lead):
    return make_adopted(lead)


@pytest.fixture
def corrected(adopted, lead):
    correction = begin_correction(adopted, reason="Eine Zahl war falsch.")
    submit_report(correction, on=TODAY)
    return adopt_report(correction, by=lead, now=NOW, **RESOLUTION)


def words(response):
    return " ".join(response.content.decode().split())


def test_page_asks_no_table_of_the_measures_but_the_reports_own(adopted, client):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(PAGE).status_code == 200

    tables = {part.split('"')[0] for q in captured for part in q["sql"].split('"measures_')[1:]}
    assert tables == {"implementationreport", "reportfile"}


def test_page_tells_all_that_was_frozen(adopted, client):
    text = words(client.get(PAGE))

    for said in (
        "RV-18/2018",
        "Ein <strong>gutes</strong> Jahr.",
        "Vorlesen",
        "Stadtbibliothek",
        "Landesmittel",
        "Kein Treffpunkt",
        "not answered yet",
        "1 of 2 findings",
        "Kurz gesagt: gut.",
        adopted.snapshot_sha256,
        "Numbers below five are not shown",
    ):
        assert said in text, said


def test_arabic_page_marks_what_is_german(adopted, client):
    text = words(client.get("/ar/measures/reports/2016/2017/"))

    assert "باختصار: جيد." in text
    assert '<a href="#m1.1.2" lang="de" dir="ltr">Dolmetschen</a>' in text
    assert "قراءة" in text


def test_draft_is_for_staff_only_and_says_so(office, client, client_of, auditor):
    make_draft()

    assert client.get(PAGE).status_code == 404
    assert client.get(f"{PAGE}1/").status_code == 404
    text = words(client_of(auditor).get(PAGE))
    assert "Only staff see this page." in text
    assert "Verify it yourself" not in text


def test_unadopted_report_is_nowhere_in_public(office, client):
    make_submitted()

    assert words(client.get(LIST)).count("2016/2017") == 0
    assert client.get(f"{PAGE}1/report.json").status_code == 404
    assert client.get(f"{PAGE}1/de.pdf").status_code == 404


def test_both_versions_stay_and_the_reason_is_shown(adopted, corrected, client):
    newest, first, second = (client.get(f"{PAGE}{path}") for path in ("", "1/", "2/"))

    assert newest.context["found"] == second.context["found"] == corrected
    assert first.context["found"] == adopted
    assert "Eine Zahl war falsch." in words(newest)
    assert "Eine Zahl war falsch." not in words(first)
    assert 'href="/en/measures/reports/2016/2017/2/"' in words(first)
    assert "Eine Zahl war falsch." in words(client.get(LIST))


def test_correction_being_written_hides_nothing(adopted, client, client_of, lead):
    begin_correction(adopted, reason="x")

    assert client.get(PAGE).context["found"] == adopted
    assert client_of(lead).get(PAGE).context["found"] == adopted
    assert client.get(f"{PAGE}2/").status_code == 404
    assert client_of(lead).get(f"{PAGE}2/").status_code == 200


def test_frozen_text_is_served_byte_for_byte(adopted, client):
    response = client.get(f"{PAGE}1/report.json")

    assert response["Content-Type"] == "application/json; charset=utf-8"
    assert sha256_of(response.content) == adopted.snapshot_sha256


def test_page_leads_to_the_open_data_of_its_version(adopted, client):
    page = client.get(PAGE)

    for name in FILE_NAMES:
        address = f"{PAGE}1/data/{name}"
        assert f'href="{address}"' in words(page)
        assert client.get(address).status_code == 200


def test_pdf_is_served_with_a_name_to_keep(adopted, client, private_files):
    (private_files / "r.pdf").write_bytes(b"%PDF-1.7")
    ReportFile.objects.create(report=adopted, language="ar", file="r.pdf", size=8, sha256="0" * 64)

    response = client.get(f"{PAGE}1/ar.pdf")

    assert b"".join(response.streaming_content) == b"%PDF-1.7"
    assert 'filename="umsetzungsbericht-2016-2017-ar.pdf"' in response["Content-Disposition"]
    assert client.get(f"{PAGE}1/de.pdf").status_code == 404
    assert 'href="/en/measures/reports/2016/2017/1/ar.pdf"' in words(client.get(LIST))


def test_figure_that_would_be_another_today_is_said(office, lead, client):
    counts = {2017: 436}
    indicator_sources.register("test.missions", "Missions", lambda year: counts.get(year))
    try:
        report = make_submitted()
        make_indicator("Einsätze", concept=report.concept, source_key="test.missions")
        adopt_report(report, by=lead, now=NOW, **RESOLUTION)
        assert client.get(PAGE).context["drifts"] == []

        counts[2017] = 441
        assert "published 436, would be 441 today" in words(client.get(PAGE))
    finally:
        indicator_sources.unregister("test.missions")


def test_language_that_came_after_the_adoption_gets_the_german_report(adopted, client, monkeypatch):
    snapshot = Snapshot.read(adopted.snapshot)
    german = {"de": snapshot.content["languages"]["de"]}
    without_english = Snapshot({**snapshot.content, "languages": german})
    monkeypatch.setattr("measures.report_run.Snapshot.read", lambda text: without_english)

    text = words(client.get(PAGE))

    assert "This report is only available in German" in text
    assert '<a href="#m1.1.2" lang="de" dir="ltr">Dolmetschen</a>' in text


def test_list_needs_as_many_queries_for_three_as_for_one(
    office, lead, client, django_assert_num_queries
):
    def add(slug):
        make_adopted(lead, make_concept(slug))

    client.get(LIST)
    add("one")
    with CaptureQueriesContext(connection) as for_one:
        client.get(LIST)
    add("two")
    add("three")
    with django_assert_num_queries(len(for_one)):
        client.get(LIST)


def test_empty_list_says_what_will_be_there(office, client):
    assert "No report has been adopted yet" in words(client.get(LIST))
