"""A file's way in, from the upload to the written rows: others at work, lost jobs, old files."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from auditlog.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone
from django.utils.translation import override

from measures.models import Measure, TableImport
from measures.table_run import check_import, take_upload, write_import
from measures.tasks import bring_on_table_import, tidy_table_imports
from tests.measures.factories import make_concept, make_field, make_goal, make_measure

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
HEAD = "concept;number;goal;title\n"


@pytest.fixture
def upload(lead):
    def uploading(rows, *, by=lead, now=NOW):
        file = SimpleUploadedFile("measures.csv", (HEAD + rows).encode())
        return take_upload(file, table="", rows=rows.count("\n"), by=by, language="en", now=now)

    return uploading


@pytest.fixture
def checked(upload):
    def checking(rows, **options):
        run = upload(rows, **options)
        check_import(run)
        return run

    return checking


def confirmed(run):
    assert run.confirm(run.fingerprint, now=NOW)
    return run


def titles():
    return list(Measure.objects.order_by("number").values_list("title_de", flat=True))


def test_nothing_is_written_before_it_is_confirmed(measure, checked):
    run = checked("2016;1.1.1;1.1;Neu\n")

    assert not write_import(run)
    assert (run.state, titles()) == ("checked", ["Maßnahme 1.1.1"])


def test_confirmed_import_is_written_once(measure, checked):
    run = confirmed(checked("2016;1.1.1;1.1;Neu\n2016;1.1.2;1.1;Zwei\n"))

    assert [write_import(run), write_import(run)] == [True, False]
    assert titles() == ["Neu", "Zwei"]
    run.refresh_from_db()
    assert (run.state, run.to_write) == ("done", 2)


def test_faulty_file_cannot_be_confirmed(measure, checked):
    run = checked("2016;1.1.1;1.1;Neu\n2016;1.1.2;9.9;Zwei\n")

    assert not run.confirm(run.fingerprint, now=NOW)


def test_data_changed_since_the_dry_run_are_shown_anew(measure, checked):
    run = confirmed(checked("2016;1.1.1;1.1;Neu\n"))
    Measure.objects.update(title_de="Von jemand anderem")

    assert not write_import(run)
    run.refresh_from_db()
    assert (run.state, run.is_renewed, titles()) == ("checked", True, ["Von jemand anderem"])
    assert run.result[0]["changes"][0]["old"] == "Von jemand anderem"
    assert write_import(confirmed(run))


def test_other_peoples_other_changes_do_not_disturb(measure, checked):
    run = confirmed(checked("2016;1.1.1;1.1;Neu\n"))
    Measure.objects.update(place="Rathaus")

    assert write_import(run)
    measure.refresh_from_db()
    assert (measure.title_de, measure.place) == ("Neu", "Rathaus")


def test_two_peoples_imports_do_not_mix(measure, checked, lead, editor):
    mine, theirs = checked("2016;2;1.1;Meine\n"), checked("2016;3;1.1;Ihre\n", by=editor)

    assert write_import(confirmed(mine))
    assert write_import(confirmed(theirs))
    assert titles() == ["Maßnahme 1.1.1", "Meine", "Ihre"]


def test_mistake_in_the_middle_leaves_nothing_behind(measure, checked, monkeypatch):
    run = confirmed(checked("2016;1.1.1;1.1;Neu\n2016;1.1.2;1.1;Zwei\n"))

    def failing(self, **options):
        if self.number == "1.1.2":
            raise RuntimeError("disk full")
        return save(self, **options)

    save = Measure.save
    monkeypatch.setattr(Measure, "save", failing)

    assert not write_import(run)
    assert titles() == ["Maßnahme 1.1.1"]
    run.refresh_from_db()
    assert (run.state, run.error) == ("failed", "RuntimeError: disk full")


def test_log_names_whoever_confirmed(measure, checked, lead):
    LogEntry.objects.all().delete()
    run = confirmed(checked("2016;1.1.1;1.1;Neu\n"))

    bring_on_table_import(run.pk)

    entry = LogEntry.objects.get_for_model(Measure).get()
    assert (entry.actor, entry.changes["title_de"]) == (lead, ["Maßnahme 1.1.1", "Neu"])


def test_lost_message_is_brought_on_by_the_timetable(measure, upload):
    run = upload("2016;1.1.1;1.1;Neu\n", now=timezone.now() - timedelta(minutes=11))

    tidy_table_imports()

    run.refresh_from_db()
    assert run.state == "checked"


def test_files_are_erased_after_a_day(measure, checked, private_files):
    old = timezone.now() - timedelta(hours=25)
    written = confirmed(checked("2016;2;1.1;Zwei\n", now=old))
    write_import(written)
    checked("2016;3;1.1;Drei\n", now=old)
    kept = checked("2016;4;1.1;Vier\n", now=timezone.now())

    tidy_table_imports()
    tidy_table_imports()

    assert set(TableImport.objects.all()) == {written, kept}
    written.refresh_from_db()
    assert (written.file.name, written.result, written.counts) == ("", [], {"new": 1})
    assert len([path for path in private_files.rglob("*") if path.is_file()]) == 1


def test_file_that_is_gone_fails_with_a_message(measure, upload):
    run = upload("2016;1.1.1;1.1;Neu\n")
    run.file.storage.delete(run.file.name)

    with override("en"):
        check_import(run)

    assert (run.state, run.error) == ("failed", "The file is gone.")


def test_five_thousand_rows_are_checked_with_few_queries_in_a_few_seconds(
    goal, upload, lead, django_assert_max_num_queries
):
    Measure.objects.bulk_create(
        Measure(
            concept=goal.action_field.concept, goal=goal, number=f"1.{n}", number_key=f"1.{n:05}"
        )
        for n in range(2500)
    )
    run = upload("".join(f"2016;1.{n};1.1;Titel {n}\n" for n in range(5000)))
    begun = timezone.now()

    with django_assert_max_num_queries(60):  # 25 of them note the progress
        check_import(run)

    assert run.counts == {"changed": 2500, "new": 2500}
    assert timezone.now() - begun < timedelta(seconds=30)


@pytest.mark.django_db(transaction=True)
def test_two_workers_write_an_import_once(lead):
    measure_goal = make_goal(make_field(make_concept()))
    make_measure(measure_goal)
    file = SimpleUploadedFile("measures.csv", f"{HEAD}2016;2;1.1;Zwei\n".encode())
    run = take_upload(file, table="", rows=1, by=lead, language="en", now=NOW)
    check_import(run)
    confirmed(run)
    start = Barrier(2)

    def work():
        try:
            start.wait()
            return write_import(TableImport.objects.get(pk=run.pk))
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        results = [future.result() for future in [pool.submit(work) for _ in range(2)]]

    assert sorted(results) == [False, True]
    assert Measure.objects.filter(number="2").count() == 1
    run.refresh_from_db()
    assert run.state == "done"


@pytest.mark.django_db(transaction=True)
def test_two_imports_of_the_same_new_number_leave_one(lead, editor):
    make_goal(make_field(make_concept()))
    runs = []
    for title, user in (("Meine", lead), ("Ihre", editor)):
        file = SimpleUploadedFile("measures.csv", f"{HEAD}2016;2;1.1;{title}\n".encode())
        run = take_upload(file, table="", rows=1, by=user, language="en", now=NOW)
        check_import(run)
        runs.append(confirmed(run))
    start = Barrier(2)

    def work(run):
        try:
            start.wait()
            return write_import(run)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        results = [future.result() for future in [pool.submit(work, run) for run in runs]]

    assert sorted(results) == [False, True]
    late = TableImport.objects.get(pk=runs[results.index(False)].pk)
    assert (late.state, late.is_renewed, late.counts) == ("checked", True, {"changed": 1})
