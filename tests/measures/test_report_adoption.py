"""From draft to frozen: what adoption keeps, and what nobody can change afterwards."""

import json
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.db.models import ProtectedError

from directory.models import Office, Organisation
from measures import indicator_sources
from measures.evaluation_round import evaluate
from measures.models import (
    Evaluation,
    FrozenError,
    ImplementationReport,
    IndicatorValue,
    Measure,
    ReportFile,
    ReportRendering,
)
from measures.report_adoption import (
    NotPossibleError,
    adopt_report,
    begin_correction,
    begin_report,
    discard_draft,
    submit_report,
    take_back,
)
from measures.short_versions import write_short_version
from measures.snapshot import Snapshot, sha256_of
from measures.tasks import render_report
from tests.measures.factories import make_indicator
from tests.measures.full_report import NOW, RESOLUTION, TODAY, make_adopted, make_draft
from tests.measures.full_report import make_submitted as submitted_report


@pytest.fixture
def adopted(office, lead):
    return make_adopted(lead)


def adopt(report, by):
    return adopt_report(report, by=by, now=NOW, **RESOLUTION)


# --- the way there ---------------------------------------------------------------------------


def test_draft_is_submitted_taken_back_and_submitted_again(office):
    report = make_draft()

    submit_report(report, on=TODAY)
    report.refresh_from_db()
    assert (report.state, report.submitted_on) == ("submitted", TODAY)

    take_back(report)
    report.refresh_from_db()
    assert (report.state, report.submitted_on) == ("draft", None)


def test_only_a_submitted_report_is_adopted(office, lead):
    report = make_draft()

    with pytest.raises(NotPossibleError):
        adopt(report, lead)

    report.refresh_from_db()
    assert (report.state, report.snapshot) == ("draft", "")


def test_report_is_adopted_once(adopted, lead):
    with pytest.raises(NotPossibleError):
        adopt(adopted, lead)


def test_beginning_twice_gives_the_same_draft(office, concept):
    assert begin_report(concept, year=2017) == begin_report(concept, year=2017)
    assert ImplementationReport.objects.count() == 1


def test_database_allows_one_report_being_written_a_year(office, concept):
    begin_report(concept, year=2017)

    with pytest.raises(DatabaseError), transaction.atomic():
        ImplementationReport.objects.create(
            concept=concept, concept_slug="x", year=2017, version=2, correction_reason="x"
        )


# --- what is kept ----------------------------------------------------------------------------


def test_adoption_keeps_the_report_in_every_language_with_its_hash(adopted, settings):
    content = json.loads(adopted.snapshot)

    assert set(content["languages"]) == {code for code, _name in settings.LANGUAGES}
    assert adopted.snapshot_sha256 == sha256_of(adopted.snapshot.encode())
    assert (adopted.frozen_by, adopted.frozen_at) == ("Muster Office Lead", NOW)
    assert adopted.titles["ar"] == "Zusammenleben"


def test_snapshot_has_every_name_written_out(adopted):
    report = Snapshot.read(adopted.snapshot).report_in("de")
    measure = report.measures[0]

    assert str(report.office.name) == "Koordinierungsstelle für Integration und Teilhabe"
    assert (report.adoption.body, report.adoption.resolution_number) == (
        "Ratsversammlung",
        "RV-18/2018",
    )
    assert (str(measure.title), measure.verdict.label) == ("Vorlesen", "bewährt")
    assert [(p.organisation, p.role_key) for p in measure.participants] == [
        ("Stadtbibliothek", "lead")
    ]
    assert [(f.source, f.amount) for f in measure.funding] == [
        ("Landesmittel", Decimal("12500.5")),
        ("Haushalt", Decimal("40000")),
    ]
    assert str(report.foreword).startswith("Ein **gutes** Jahr.")
    assert [str(f.text) for f in report.check_up.findings] == ["Zu wenig Plätze", "Kein Treffpunkt"]
    assert str(report.short_version) == "Kurz gesagt: gut."


def test_snapshot_holds_cells_as_published(adopted):
    report = Snapshot.read(adopted.snapshot).report_in("de")
    (indicator,) = report.measures[0].indicators

    # Three is below five; eleven goes with it, or the total would give the three away.
    assert [
        (cell.category, cell.number) for part in indicator.breakdowns for cell in part.cells
    ] == [
        ("Mädchen", Decimal(16)),
        ("Jungen", None),
        ("divers", None),
    ]
    assert '"3"' not in json.dumps(json.loads(adopted.snapshot)["languages"]["de"]["fields"])


def test_other_languages_fall_back_honestly(adopted):
    report = Snapshot.read(adopted.snapshot).report_in("ar")

    assert [(m.title.value, m.title.language) for m in report.measures] == [
        ("قراءة", "ar"),
        ("Dolmetschen", "de"),
    ]
    assert (report.short_version.language, report.is_short_version_outdated) == ("ar", False)


def test_outdated_short_version_is_frozen_with_its_flag(office, lead):
    report = make_draft()
    write_short_version(report, language="de", text="Neu.", made_from="")
    submit_report(report, on=TODAY)

    snapshot = Snapshot.read(adopt(report, lead).snapshot)

    assert snapshot.report_in("ar").is_short_version_outdated is True
    assert snapshot.report_in("de").is_short_version_outdated is False
    assert snapshot.report_in("en").is_short_version_outdated is False  # it shows the German one


def test_sections_left_out_are_not_kept(office, lead):
    report = make_draft()
    report.sections = ["measures", "summary"]
    report.save()
    submit_report(report, on=TODAY)

    kept = Snapshot.read(adopt(report, lead).snapshot).report_in("de")

    assert (kept.sections, kept.comparison, kept.check_up) == (["summary", "measures"], None, None)


def test_what_the_portal_counts_is_counted_and_kept_at_adoption(office, lead):
    counts = {2017: 436}
    indicator_sources.register("test.missions", "Missions", lambda year: counts.get(year))
    try:
        report = submitted_report()
        make_indicator("fed", concept=report.concept, source_key="test.missions")

        adopted = adopt(report, lead)
        counts[2017] = 441
    finally:
        indicator_sources.unregister("test.missions")

    value = IndicatorValue.objects.get(indicator__slug="fed")
    assert (value.value, value.counted, value.counted_at) == (436, 436, NOW)
    kept = Snapshot.read(adopted.snapshot).report_in("en")
    (point,) = next(i for i in kept.indicators if i.slug == "fed").points
    assert (point.value, point.as_of, point.note) == (436, TODAY, "counted by the portal")


def test_pdfs_come_of_the_snapshot_and_are_kept(adopted):
    Measure.objects.filter(number="1.1.1").update(title_de="Ganz anders")
    rendering = adopted.renderings.get(language="de")

    render_report(rendering.pk)

    file = ReportFile.objects.get(report=adopted)
    pdf = file.file.read()
    assert (file.language, file.size, file.sha256) == ("de", len(pdf), sha256_of(pdf))
    rendering.refresh_from_db()
    assert rendering.state == "ready"


def test_files_are_asked_for_in_every_language_the_german_first(adopted, settings):
    languages = list(adopted.renderings.order_by("pk").values_list("language", flat=True))

    assert languages == [code for code, _name in settings.LANGUAGES]
    assert languages[0] == "de"


def test_draft_rendering_of_the_moment_is_given_up(office, lead):
    report = submitted_report()
    running = ReportRendering.objects.create(
        report=report, state="rendering", requested_at=NOW, touched_at=NOW
    )

    adopt(report, lead)

    assert running.finish("late.pdf", now=NOW) is False
    assert not ReportFile.objects.exists()


# --- what is locked --------------------------------------------------------------------------


def test_evaluations_of_the_year_are_read_only(adopted, lead):
    evaluation = Evaluation.objects.get(measure__number="1.1.1", year=2017)
    measure = evaluation.measure
    verdict = {"verdict": "ended", "reasoning": "x", "by": lead, "on": TODAY}

    with pytest.raises(FrozenError, match=r"Berichtigung"):
        evaluate(measure, year=2017, **verdict)
    with pytest.raises(FrozenError):
        evaluation.delete()
    evaluation.year = 2018  # nor may it be moved away
    with pytest.raises(FrozenError):
        evaluation.save()

    evaluation.refresh_from_db()
    assert (evaluation.year, evaluation.verdict) == (2017, "proved")
    evaluate(measure, year=2018, **verdict)


def test_form_may_carry_a_frozen_evaluation_along_unchanged(adopted):
    evaluation = Evaluation.objects.get(measure__number="1.1.1", year=2017)

    evaluation.full_clean()
    evaluation.verdict = "ended"
    with pytest.raises(ValidationError):
        evaluation.full_clean()


def test_correction_opens_the_year_until_it_is_adopted_or_discarded(adopted, lead):
    measure = Measure.objects.get(number="1.1.1")

    def change(verdict):
        evaluate(
            measure, year=2017, verdict=verdict, reasoning="Zahl war falsch.", by=lead, on=TODAY
        )

    correction = begin_correction(adopted, reason="Eine Zahl war falsch.")
    change("modify")
    discard_draft(correction)
    with pytest.raises(FrozenError):
        change("ended")

    correction = begin_correction(adopted, reason="Eine Zahl war falsch.")
    change("ended")
    submit_report(correction, on=TODAY)
    second = adopt(correction, lead)
    with pytest.raises(FrozenError):
        change("proved")

    first = ImplementationReport.objects.get(pk=adopted.pk)
    verdicts = [
        Snapshot.read(report.snapshot).report_in("de").measures[0].verdict.verdict
        for report in (first, second)
    ]
    assert verdicts == ["proved", "ended"]
    assert first.snapshot_sha256 == adopted.snapshot_sha256
    assert (
        Snapshot.read(second.snapshot).report_in("de").correction_reason == "Eine Zahl war falsch."
    )
    assert str(second.foreword_de) == str(first.foreword_de)


def test_one_correction_at_a_time(adopted):
    begin_correction(adopted, reason="x")

    with pytest.raises(NotPossibleError):
        begin_correction(adopted, reason="y")


def test_adopted_report_refuses_the_orm(adopted):
    reports = ImplementationReport.objects.filter(pk=adopted.pk)
    adopted.foreword_de = "Anders"

    for attempt in (
        adopted.save,
        adopted.delete,
        reports.delete,
        lambda: reports.update(snapshot="{}"),
        lambda: write_short_version(adopted, language="de", text="x", made_from=""),
    ):
        with pytest.raises(FrozenError):
            attempt()
    with pytest.raises(ProtectedError):
        adopted.concept.delete()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE measures_implementationreport SET snapshot = '{}'",
        "UPDATE measures_implementationreport SET state = 'draft'",
        "DELETE FROM measures_implementationreport",
        "UPDATE measures_reportfile SET sha256 = ''",
        "DELETE FROM measures_reportfile",
    ],
)
def test_database_itself_refuses(adopted, statement):
    ReportFile.objects.create(report=adopted, language="de", file="x.pdf", size=1, sha256="0" * 64)

    with (
        pytest.raises(DatabaseError, match="frozen"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)

    assert ImplementationReport.objects.get().snapshot == adopted.snapshot


def test_drafts_are_no_concern_of_the_triggers(office):
    report = make_draft()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE measures_implementationreport SET year = 2018")

    report.refresh_from_db()
    discard_draft(report)
    assert not ImplementationReport.objects.exists()


def test_discarded_draft_takes_its_files_along(
    office, django_capture_on_commit_callbacks, private_files
):
    report = make_draft()
    (private_files / "draft.pdf").write_bytes(b"%PDF")
    ReportRendering.objects.create(
        report=report, state="ready", file="draft.pdf", requested_at=NOW, touched_at=NOW
    )

    with django_capture_on_commit_callbacks(execute=True):
        discard_draft(report)

    assert not (private_files / "draft.pdf").exists()


# --- ten changes -----------------------------------------------------------------------------


def rename_field(concept):
    field = concept.action_fields.get(number=1)
    field.title_de = field.title_ar = "Umbenannt"
    field.save()


def delete_organisation(concept):
    library = Organisation.objects.get(slug="library")
    with pytest.raises(ProtectedError):  # first the database says who still needs it
        library.delete()
    library.participations.all().delete()
    library.delete()


def change_participant_role(concept):
    measure = concept.measures.get(number="1.1.2")
    other = Organisation.objects.create(slug="other", name="Verein")
    measure.participants.create(organisation=other, role="partner")
    measure.participants.update(role="lead")


def change_indicator_value(concept):
    IndicatorValue.objects.filter(indicator__concept=concept, year=2017).update(
        value=36, note="neu"
    )


def translate_title(concept):
    measure = concept.measures.get(number="1.1.2")
    measure.title_ar = "ترجمة"
    measure.save()


def rename_concept(concept):
    concept.title_de, concept.slug = "Neuer Name", "neu"
    concept.save()


def edit_evaluation(concept):
    Evaluation.objects.filter(year=2017).update(verdict="ended", reasoning_de="Anders.")


def delete_measure(concept):
    concept.measures.get(number="1.1.1").delete()


def rename_office(concept):
    office = Office.objects.current()
    office.name_de, office.municipality, office.accent = "Andere Stelle", "Andere Stadt", "#aa0000"
    office.save()


def withdraw_concept(concept):
    concept.withdraw()


CHANGES = (
    rename_field,
    change_indicator_value,
    translate_title,
    change_participant_role,
    delete_organisation,
    edit_evaluation,
    delete_measure,
    rename_office,
    rename_concept,
    withdraw_concept,
)


def main_part(response):
    """The page without the site's frame, which names the office of today."""
    return response.content.partition(b"<main")[2].partition(b"</main>")[0]


def test_ten_changes_leave_the_adopted_report_as_it_was(adopted, client):
    """Snapshot, hash, PDF and public page, byte for byte (the issue's “must hold”)."""
    for language in ("de", "ar"):
        render_report(adopted.renderings.get(language=language).pk)

    def everything():
        row = ImplementationReport.objects.get(pk=adopted.pk)
        return {
            "snapshot": row.snapshot.encode(),
            "hash": row.snapshot_sha256,
            "served": client.get("/de/measures/reports/2016/2017/1/report.json").content,
            "files": {file.language: file.file.read() for file in row.files.all()},
            "hashes": {file.language: file.sha256 for file in row.files.all()},
            "list": main_part(client.get("/de/measures/reports/")),
            "pages": {
                code: main_part(client.get(f"/{code}/measures/reports/2016/2017/"))
                for code in ("de", "ar")
            },
        }

    before = everything()
    assert "Stadtbibliothek" in before["pages"]["de"].decode()
    assert {code: sha256_of(pdf) for code, pdf in before["files"].items()} == before["hashes"]

    for change in CHANGES:
        change(adopted.concept)
        assert everything() == before, change.__name__
    assert len(CHANGES) == 10
