from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils.translation import override

from kit_portal.common import pdf
from measures.models import ReportFile, ReportRendering
from measures.models.report_rendering import SILENCE, UNTOUCHED
from measures.report_adoption import begin_report
from measures.report_run import (
    BREATH,
    announce_report,
    make_file,
    request_rendering,
    sparingly,
    unfinished,
)
from measures.tasks import finish_adopted_reports, render_report, tell_requester
from tests.measures.factories import add_evaluation
from tests.measures.full_report import make_adopted

NOW = datetime(2018, 5, 2, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def at(moment):
    return lambda: moment


@pytest.fixture
def ask(concept, lead):
    def asking(now=NOW, **options):
        report = begin_report(concept, year=2017)
        return request_rendering(report, by=lead, now=now, **options)

    return asking


def state_of(report):
    report.refresh_from_db()
    return report.state


def test_two_clicks_make_one_report(ask):
    first, second = ask(), ask(NOW + SECOND)

    assert first == second
    assert ReportRendering.objects.count() == 1


def test_database_allows_one_open_report_only(ask, concept):
    ask()

    with pytest.raises(IntegrityError), transaction.atomic():
        ReportRendering.objects.create(
            report=begin_report(concept, year=2017), requested_at=NOW, touched_at=NOW
        )


def test_other_years_and_languages_have_reports_of_their_own(ask, concept, lead):
    ask()
    ask(language="ar")
    request_rendering(begin_report(concept, year=2016), by=lead, now=NOW)

    assert ReportRendering.objects.open().count() == 3


def test_only_one_worker_gets_a_report(ask):
    report = ask()
    same = ReportRendering.objects.get()

    assert [report.claim(now=NOW), same.claim(now=NOW)] == [True, False]


def test_report_of_a_killed_worker_can_be_asked_for_again(ask):
    dead = ask()
    dead.claim(now=NOW)
    later = NOW + SILENCE + SECOND

    assert not dead.is_stale(now=NOW + SILENCE)
    assert dead.is_stale(now=later)
    new = ask(later)

    assert new != dead
    assert (state_of(dead), dead.failure) == ("failed", "stopped")


def test_report_that_nobody_takes_can_be_asked_for_again(ask):
    forgotten = ask()

    assert ask(NOW + UNTOUCHED) == forgotten
    assert ask(NOW + UNTOUCHED + SECOND) != forgotten


def test_sign_of_life_keeps_a_report(ask):
    report = ask()
    report.claim(now=NOW)
    report.advance("layout", 40, now=NOW + SILENCE)

    assert not report.is_stale(now=NOW + SILENCE + SECOND)
    assert (report.stage, report.progress) == ("layout", 40)


def test_report_given_up_cannot_come_back(ask):
    report = ask()
    report.claim(now=NOW)
    ask(NOW + SILENCE + SECOND)

    assert report.advance("writing", 90, now=NOW) is False
    assert report.finish("late.pdf", now=NOW) is False
    assert state_of(report) == "failed"


def test_database_knows_no_ready_report_without_file(ask):
    report = ask()

    with pytest.raises(IntegrityError), transaction.atomic():
        ReportRendering.objects.filter(pk=report.pk).update(state="ready")


def test_making_stores_the_file_and_the_way_there(office, ask, measure, private_files):
    add_evaluation(measure)
    report = ask()

    assert make_file(report, clock=at(NOW)) is True

    assert (state_of(report), report.stage, report.progress) == ("ready", "done", 100)
    assert report.finished_at == NOW
    assert report.file.name == "reports/umsetzungsbericht-2016-2017-de.pdf"
    assert (private_files / report.file.name).read_bytes().startswith(b"%PDF-1.7")


def test_making_twice_changes_nothing(office, ask, measure):
    report = ask()
    make_file(report, clock=at(NOW))

    assert make_file(report, clock=at(NOW + SECOND)) is False
    assert report.finished_at == NOW


def test_making_without_libraries_says_what_is_missing(office, ask, monkeypatch):
    monkeypatch.setattr(pdf, "is_pdf_available", lambda: False)
    report = ask()

    with override("en"):
        assert make_file(report, clock=at(NOW)) is False

    assert (state_of(report), report.failure) == ("failed", "libraries")
    assert "libpango-1.0-0" in report.error


def test_making_ends_in_the_row_whatever_happens(office, ask, measure):
    report = ask()
    ticks = iter([NOW, NOW, ZeroDivisionError("the clock stopped"), NOW])

    def clock():
        if isinstance(tick := next(ticks), Exception):
            raise tick
        return tick

    assert make_file(report, clock=clock) is False

    assert (state_of(report), report.failure) == ("failed", "mistake")
    assert report.error == "ZeroDivisionError: the clock stopped"


def test_making_stops_when_it_was_given_up_meanwhile(office, ask, measure, private_files):
    report = ask()

    def clock():
        # Between claiming and the first stage somebody declares the report dead.
        ReportRendering.objects.filter(state="rendering").update(state="failed", failure="stopped")
        return NOW

    assert make_file(report, clock=clock) is False

    assert (state_of(report), report.failure) == ("failed", "stopped")
    assert list(private_files.rglob("*.pdf")) == []


def test_progress_is_told_sparingly_and_never_backwards():
    told = []
    moments = iter(NOW + timedelta(seconds=tenths / 10) for tenths in range(0, 1000, 3))
    tell = sparingly(lambda stage, percent: told.append((stage, percent)), clock=moments.__next__)

    for percent in (10, 20, 30, 40, 50, 15, 25, 35):
        tell("layout", percent)
    tell("writing", 90)

    assert told == [("layout", 10), ("layout", 50), ("writing", 90)]


def test_requester_gets_a_mail_in_the_own_language(office, ask, lead, measure):
    lead.language = "en"
    lead.save()
    report = ask()
    make_file(report, clock=at(NOW))

    announce_report(report)

    (message,) = mail.outbox
    assert message.to == [lead.email]
    assert message.subject == "The implementation report 2017 is ready"
    assert "https://portal.example.org/en/measures/reports/desk/2016/2017/" in message.body


@pytest.mark.parametrize("change", ["inactive", "gone", "not ready"])
def test_nobody_else_gets_a_mail(office, ask, lead, change):
    report = ask()
    if change != "not ready":
        report.state = "ready"
    if change == "inactive":
        lead.is_active = False
    if change == "gone":
        report.requested_by = None

    assert announce_report(report) == 0
    assert mail.outbox == []


def test_task_renders_and_tells(office, ask, measure, django_capture_on_commit_callbacks):
    report = ask()

    with django_capture_on_commit_callbacks(execute=True):
        render_report(report.pk)
        render_report(report.pk)

    assert state_of(report) == "ready"
    assert [message.to for message in mail.outbox] == [[report.requested_by.email]]


def test_tasks_survive_a_report_that_is_gone(db):
    render_report(0)
    tell_requester(0)


# --- what adopted reports still lack -----------------------------------------------------------


def test_file_of_a_killed_worker_is_asked_for_again(
    office, lead, monkeypatch, django_capture_on_commit_callbacks
):
    adopted = make_adopted(lead)
    adopted.renderings.exclude(language="de").delete()
    adopted.renderings.get().claim(now=NOW - SILENCE - SECOND)
    monkeypatch.setattr("django.utils.timezone.now", at(NOW))

    with django_capture_on_commit_callbacks(execute=True):
        finish_adopted_reports()

    assert ReportFile.objects.get().language == "de"
    assert list(unfinished(now=NOW + BREATH * 2)) == []


def test_file_that_failed_is_left_in_peace_for_an_hour(office, lead):
    adopted = make_adopted(lead)
    adopted.renderings.exclude(language="de").delete()
    adopted.renderings.get().fail("libraries", now=NOW)

    assert list(unfinished(now=NOW + BREATH - SECOND)) == []
    assert len(unfinished(now=NOW + BREATH + SECOND)) == 1


def test_drafts_are_not_made_again_by_themselves(ask):
    ask().fail("mistake", now=NOW)

    assert list(unfinished(now=NOW + BREATH * 2)) == []
