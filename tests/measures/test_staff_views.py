from datetime import timedelta

import pytest
from django.utils import timezone

from kit_portal.common.pdf import is_pdf_available
from measures import staff_views
from measures.models import ImplementationReport
from measures.models.report import SILENCE
from tests.measures.factories import add_evaluation, make_concept

PAGE = "/en/measures/reports/"
REQUEST = "/en/measures/reports/2016/2017/request/"
STATUS = "/en/measures/reports/2016/2017/"


@pytest.fixture
def page(office, concept, client_of, lead):
    client = client_of(lead)

    def get(address=PAGE):
        return client.get(address).content.decode()

    return get


def make_run(concept, state, *, year=2017, ago=timedelta(0), **fields):
    moment = timezone.now() - ago
    return ImplementationReport.objects.create(
        concept=concept,
        year=year,
        state=state,
        requested_at=moment,
        touched_at=moment,
        **fields,
    )


def make_ready_run(concept, folder):
    (folder / "r.pdf").write_bytes(b"%PDF-1.7")
    return make_run(concept, "ready", file="r.pdf", finished_at=timezone.now())


@pytest.mark.parametrize(
    ("address", "statuses"),
    [
        (PAGE, (302, 403, 200, 403, 200, 200)),
        (STATUS, (302, 403, 200, 403, 200, 200)),
        ("/en/measures/reports/{pk}/file/", (302, 403, 200, 403, 200, 200)),
    ],
)
def test_reports_are_seen_by_staff_of_the_measures(
    office,
    concept,
    client,
    client_of,
    member,
    auditor,
    interpreter_desk,
    editor,
    lead,
    address,
    statuses,
    private_files,
):
    address = address.format(pk=make_ready_run(concept, private_files).pk)
    visitors = [client, *map(client_of, (member, auditor, interpreter_desk, editor, lead))]

    assert tuple(visitor.get(address).status_code for visitor in visitors) == statuses


def test_reports_are_asked_for_by_those_who_may(
    office, concept, client, client_of, auditor, editor
):
    assert client.post(REQUEST).status_code == 302
    assert client_of(auditor).post(REQUEST).status_code == 403
    assert not ImplementationReport.objects.exists()

    response = client_of(editor).post(REQUEST)

    assert response.url == "/en/measures/reports/#report-2016-2017"
    assert ImplementationReport.objects.get().requested_by == editor


def test_asking_needs_a_post(office, concept, client_of, lead):
    assert client_of(lead).get(REQUEST).status_code == 405


def test_asking_starts_the_work(
    office, measure, client_of, lead, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        client_of(lead).post(REQUEST)
        client_of(lead).post(REQUEST)

    assert ImplementationReport.objects.get().state == "ready"


@pytest.mark.parametrize("address", ["2016/2015/", "2016/2099/", "2030/2030/", "draft/2017/"])
def test_there_are_reports_for_begun_years_of_published_concepts_only(
    office, concept, client_of, lead, address
):
    make_concept("draft", published=False)

    response = client_of(lead).post(f"/en/measures/reports/{address}request/")

    assert response.status_code == 404


def test_page_offers_a_button_for_each_year_with_its_completeness(page, measure):
    add_evaluation(measure, 2017)
    text = " ".join(page().split())

    assert text.count("Make the report<") == 7  # 2016 to 2022
    assert "1 of 1 measures evaluated for 2017" in text
    assert "0 of 1 measures evaluated for 2016" in text


def test_work_in_progress_is_shown_and_asked_for_again_by_the_script(page, concept):
    make_run(concept, "rendering", stage="layout", progress=40)

    row = page(STATUS)

    assert f'data-refresh-url="{STATUS}"' in row
    assert 'value="40"' in row
    assert "Setting the pages" in row
    assert "Make the report" not in row


def test_finished_report_is_offered_and_asks_no_more(page, concept, private_files):
    run = make_ready_run(concept, private_files)

    row = page(STATUS)

    assert f'href="/en/measures/reports/{run.pk}/file/"' in row
    assert "Make the report again" in row
    assert "data-refresh-url" not in row


def test_failure_is_shown_with_its_remedy_beside_the_last_good_file(page, concept, private_files):
    run = make_ready_run(concept, private_files)
    make_run(concept, "failed", failure="mistake", error="ZeroDivisionError: x")

    row = page(STATUS)

    assert "The report could not be made" in row
    assert "ZeroDivisionError: x" in row
    assert f"/reports/{run.pk}/file/" in row
    assert "Make the report again" in row


def test_killed_worker_is_shown_as_interrupted(page, concept):
    make_run(concept, "rendering", ago=SILENCE + timedelta(seconds=1))

    row = page(STATUS)

    assert "The work was interrupted." in row
    assert "Make the report again" in row
    assert "data-refresh-url" not in row


def test_missing_libraries_are_named_and_no_button_pretends(page, monkeypatch):
    monkeypatch.setattr(staff_views, "is_pdf_available", lambda: False)

    text = page()

    assert "This machine cannot make PDFs" in text
    assert "libpango-1.0-0" in text
    assert "Make the report" not in text


def test_download_has_a_name_to_keep(office, concept, client_of, auditor, private_files):
    run = make_ready_run(concept, private_files)

    response = client_of(auditor).get(f"/en/measures/reports/{run.pk}/file/")

    assert b"".join(response.streaming_content) == b"%PDF-1.7"
    assert response["Content-Disposition"] == (
        'attachment; filename="umsetzungsbericht-2016-2017-de.pdf"'
    )
    assert response["Content-Type"] == "application/pdf"


def test_lost_file_is_said(office, concept, client_of, lead, private_files):
    run = make_ready_run(concept, private_files)
    (private_files / "r.pdf").unlink()

    response = client_of(lead).get(f"/en/measures/reports/{run.pk}/file/")

    assert response.url == PAGE


def test_lost_file_does_not_break_the_page(page, concept, private_files):
    make_ready_run(concept, private_files)
    (private_files / "r.pdf").unlink()

    assert "Download the report" not in page()


def test_unfinished_report_has_no_file(office, concept, client_of, lead):
    run = make_run(concept, "rendering")

    assert client_of(lead).get(f"/en/measures/reports/{run.pk}/file/").status_code == 404


def test_page_needs_as_many_queries_for_three_as_for_one(
    office, concept, client_of, lead, django_assert_num_queries, private_files
):
    client = client_of(lead)
    is_pdf_available()
    make_ready_run(concept, private_files)
    with django_assert_num_queries(9):
        client.get(PAGE)

    for slug in ("2010", "2004"):
        other = make_concept(slug, period_from=int(slug), period_to=int(slug) + 5)
        for year in range(3):
            make_run(other, "failed", year=int(slug) + year, failure="mistake")
    with django_assert_num_queries(9):
        client.get(PAGE)
