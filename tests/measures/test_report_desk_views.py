from datetime import timedelta

import pytest
from django.utils import timezone

from kit_portal.common.pdf import is_pdf_available
from measures import report_desk_views
from measures.models import Evaluation, ImplementationReport, ReportRendering
from measures.models.report_rendering import SILENCE
from measures.report_adoption import begin_report
from measures.short_versions import write_short_version
from tests.measures.factories import add_evaluation, make_concept, make_measure
from tests.measures.full_report import make_adopted, make_draft, make_submitted

PAGE = "/en/measures/reports/desk/"
REPORT = f"{PAGE}2016/2017/"
REQUEST = f"{REPORT}request/"
STATUS = f"{REPORT}status/"


@pytest.fixture
def page(office, concept, client_of, lead):
    client = client_of(lead)

    def get(address=PAGE):
        return client.get(address).content.decode()

    return get


def make_run(concept, state, *, year=2017, ago=timedelta(0), **fields):
    moment = timezone.now() - ago
    return ReportRendering.objects.create(
        report=begin_report(concept, year=year),
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
        ("/en/measures/reports/desk/files/{pk}/", (302, 403, 200, 403, 200, 200)),
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

    assert response.url == "/en/measures/reports/desk/#report-2016-2017"
    assert ReportRendering.objects.get().requested_by == editor


def test_asking_needs_a_post(office, concept, client_of, lead):
    assert client_of(lead).get(REQUEST).status_code == 405


def test_asking_starts_the_work(
    office, measure, client_of, lead, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        client_of(lead).post(REQUEST)
        client_of(lead).post(REQUEST)

    assert ReportRendering.objects.get().state == "ready"


@pytest.mark.parametrize("address", ["2016/2015/", "2016/2099/", "2030/2030/", "draft/2017/"])
def test_there_are_reports_for_begun_years_of_published_concepts_only(
    office, concept, client_of, lead, address
):
    make_concept("draft", published=False)

    response = client_of(lead).post(f"{PAGE}{address}request/")

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

    assert f'href="/en/measures/reports/desk/files/{run.pk}/"' in row
    assert "Make the report again" in row
    assert "data-refresh-url" not in row


def test_failure_is_shown_with_its_remedy_beside_the_last_good_file(page, concept, private_files):
    run = make_ready_run(concept, private_files)
    make_run(concept, "failed", failure="mistake", error="ZeroDivisionError: x")

    row = page(STATUS)

    assert "The report could not be made" in row
    assert "ZeroDivisionError: x" in row
    assert f"/reports/desk/files/{run.pk}/" in row
    assert "Make the report again" in row


def test_killed_worker_is_shown_as_interrupted(page, concept):
    make_run(concept, "rendering", ago=SILENCE + timedelta(seconds=1))

    row = page(STATUS)

    assert "The work was interrupted." in row
    assert "Make the report again" in row
    assert "data-refresh-url" not in row


def test_missing_libraries_are_named_and_no_button_pretends(page, monkeypatch):
    monkeypatch.setattr(report_desk_views, "is_pdf_available", lambda: False)

    text = page()

    assert "This machine cannot make PDFs" in text
    assert "libpango-1.0-0" in text
    assert "Make the report" not in text


def test_download_has_a_name_to_keep(office, concept, client_of, auditor, private_files):
    run = make_ready_run(concept, private_files)

    response = client_of(auditor).get(f"/en/measures/reports/desk/files/{run.pk}/")

    assert b"".join(response.streaming_content) == b"%PDF-1.7"
    assert response["Content-Disposition"] == (
        'attachment; filename="umsetzungsbericht-2016-2017-de.pdf"'
    )
    assert response["Content-Type"] == "application/pdf"


def test_lost_file_is_said(office, concept, client_of, lead, private_files):
    run = make_ready_run(concept, private_files)
    (private_files / "r.pdf").unlink()

    response = client_of(lead).get(f"/en/measures/reports/desk/files/{run.pk}/")

    assert response.url == PAGE


def test_lost_file_does_not_break_the_page(page, concept, private_files):
    make_ready_run(concept, private_files)
    (private_files / "r.pdf").unlink()

    assert "Download the report" not in page()


def test_unfinished_report_has_no_file(office, concept, client_of, lead):
    run = make_run(concept, "rendering")

    assert client_of(lead).get(f"/en/measures/reports/desk/files/{run.pk}/").status_code == 404


def test_page_needs_as_many_queries_for_three_as_for_one(
    office, concept, client_of, lead, django_assert_num_queries, private_files
):
    client = client_of(lead)
    is_pdf_available()
    make_ready_run(concept, private_files)
    with django_assert_num_queries(10):
        client.get(PAGE)

    for slug in ("2010", "2004"):
        other = make_concept(slug, period_from=int(slug), period_to=int(slug) + 5)
        for year in range(3):
            make_run(other, "failed", year=int(slug) + year, failure="mistake")
    with django_assert_num_queries(10):
        client.get(PAGE)


# --- writing, submitting, adopting, correcting -------------------------------------------------


def text_of(response):
    return " ".join(response.content.decode().split())


@pytest.fixture
def desk(office, client_of, lead):
    client = client_of(lead)

    def ask(path="", data=None):
        address = f"{REPORT}{path}"
        if data is None:
            return client.get(address)
        return client.post(address, data, follow=True)

    return ask


def draft_fields(report, **changes):
    return {
        "seen": report.modified_at.isoformat(),
        "sections": ["foreword", "summary"],
        "foreword_de": "Liebe Leserinnen",
        **changes,
    }


def test_report_is_written_with_its_sections_and_forewords(desk):
    report = make_draft()

    response = desk("", draft_fields(report, foreword_ar="مقدمة"))

    report.refresh_from_db()
    assert report.sections == ["foreword", "summary", "measures"]
    assert (report.foreword_de, report.foreword_ar) == ("Liebe Leserinnen", "مقدمة")
    assert "The report is saved." in text_of(response)


def test_second_writer_learns_of_the_first_and_loses_nothing(desk):
    report = make_draft()
    fields = draft_fields(report, foreword_de="Mein langer Text")
    report.save()

    text = text_of(desk("", fields))

    assert "Somebody else has changed the report meanwhile." in text
    assert "Mein langer Text" in text
    report.refresh_from_db()
    assert report.foreword_de != "Mein langer Text"


def test_page_previews_what_the_sections_hold(desk):
    make_draft()

    text = text_of(desk())

    assert "2 of 2 measures evaluated" in text
    assert "1 of 2 findings answered" in text
    assert "0 funding sources that still run" in text  # they ended years ago


def test_submitted_report_is_not_changed(desk):
    report = make_submitted()

    desk("", draft_fields(report))

    report.refresh_from_db()
    assert report.foreword_de.startswith("Ein **gutes** Jahr.")


def test_adoption_page_names_what_is_missing(desk):
    report = make_draft()
    make_measure(report.concept.action_fields.get(number=1).goals.get(), "1.1.3")
    write_short_version(report, language="de", text="Anders.", made_from="")
    desk("submit/", {})

    text = text_of(desk("adopt/"))

    assert "This cannot be undone" in text
    assert "1 of 3 measures have no evaluation." in text
    assert "Maßnahme 1.1.3" in text
    assert "العربية" in text


def test_adoption_proposes_the_body_without_how_it_adopted_the_concept(desk):
    report = make_submitted()
    report.concept.adopted_by = "Rat, einstimmig im März 2016"
    report.concept.save()

    assert 'value="Rat"' in desk("adopt/").content.decode()


def test_adopting_freezes_and_makes_the_files(desk, django_capture_on_commit_callbacks, settings):
    settings.LANGUAGES = [("de", "Deutsch"), ("en", "English")]
    report = make_submitted()
    entry = {"body": "Rat", "on": "2018-04-26", "resolution_number": "RV-1"}

    with django_capture_on_commit_callbacks(execute=True):
        response = desk("adopt/", entry)

    report.refresh_from_db()
    assert (report.state, report.adopted_by, report.resolution_number) == ("adopted", "Rat", "RV-1")
    assert sorted(report.files.values_list("language", flat=True)) == ["de", "en"]
    assert "The report is adopted and frozen." in text_of(response)
    assert "Make the report" not in text_of(desk())


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({"on": "2999-01-01"}, "That day is still to come."),
        ({"resolution_number": ""}, "Resolution number"),
        ({"on": "bald"}, "Adopted on"),
    ],
)
def test_wrong_entry_is_named_and_freezes_nothing(desk, entry, words):
    report = make_submitted()
    fields = {"body": "Rat", "on": "2018-04-26", "resolution_number": "RV-1"} | entry

    text = text_of(desk("adopt/", fields))

    assert words in text.partition("Please check your entries")[2]
    report.refresh_from_db()
    assert report.state == "submitted"


def test_draft_cannot_be_adopted_by_its_address(desk):
    report = make_draft()

    response = desk("adopt/", {"body": "Rat", "on": "2018-04-26", "resolution_number": "RV-1"})

    assert "The report is in another state by now." in text_of(response)
    report.refresh_from_db()
    assert report.state == "draft"


def test_correction_needs_a_reason_and_keeps_the_first_version(desk, lead):
    adopted = make_adopted(lead)

    assert "Please check your entries" in text_of(desk("correct/", {"reason": " "}))
    desk("correct/", {"reason": "Eine Zahl war falsch."})

    versions = ImplementationReport.objects.order_by("version")
    assert [(v.version, v.state, v.correction_reason) for v in versions] == [
        (1, "adopted", ""),
        (2, "draft", "Eine Zahl war falsch."),
    ]
    assert adopted.snapshot == versions[0].snapshot


def test_discarding_asks_first(desk):
    make_draft()

    assert "Discard the draft" in text_of(desk("discard/"))
    assert ImplementationReport.objects.exists()
    desk("discard/", {})
    assert not ImplementationReport.objects.exists()


def test_short_version_is_outdated_once_the_german_text_changes(desk):
    report = make_draft()
    report.short_versions.all().delete()

    def write(language, text):
        page = desk("short-versions/")
        form = next(f for f in page.context["forms"] if f.language == language)
        return desk(
            "short-versions/",
            {
                "language": language,
                f"{language}-text": text,
                f"{language}-made_from": form["made_from"].value(),
            },
        )

    write("de", "Kurz.")
    write("en", "In short.")
    assert write("tr", "Kısaca.").context["outdated"] == []
    assert write("de", "Kürzer.").context["outdated"] == ["en", "tr"]
    assert write("en", "In short.").context["outdated"] == ["tr"]  # looked at, still right
    write("tr", "")
    assert sorted(report.short_versions.values_list("language", flat=True)) == ["de", "en"]


def test_translator_learns_that_the_german_text_changed_meanwhile(desk):
    make_draft()
    entry = {"language": "en", "en-text": "In short.", "en-made_from": "0" * 64}

    text = text_of(desk("short-versions/", entry))

    assert "The German text has changed meanwhile." in text
    assert "In short." in text


@pytest.mark.parametrize("path", ["begin/", "submit/", "take-back/"])
def test_nothing_changes_by_a_get(desk, path):
    make_draft()

    assert desk(path).status_code == 405


def test_evaluation_round_says_why_a_frozen_year_is_closed(office, lead, client_of):
    adopted = make_adopted(lead)
    evaluation = Evaluation.objects.get(measure__number="1.1.1", year=2017)
    prefix = f"m{evaluation.measure_id}"

    response = client_of(lead).post(
        "/en/measures/evaluation/2017/",
        {
            "measure": evaluation.measure_id,
            f"{prefix}-verdict": "ended",
            f"{prefix}-reasoning": "Ein neuer Gedanke",
            f"{prefix}-seen": evaluation.modified_at.isoformat(),
        },
    )

    assert "begin a correction of the report first" in text_of(response)
    assert "Ein neuer Gedanke" in text_of(response)
    evaluation.refresh_from_db()
    assert (evaluation.verdict, adopted.is_adopted) == ("proved", True)
