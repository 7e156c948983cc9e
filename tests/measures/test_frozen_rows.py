"""Triggers after a migration, and two at the same moment: with real transactions."""

from threading import Barrier, Thread

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, models, transaction

from measures.evaluation_round import evaluate
from measures.frozen_rows import unguard
from measures.models import Evaluation, FrozenError, ImplementationReport
from measures.report_adoption import NotPossibleError, adopt_report, begin_correction
from measures.snapshot import Snapshot
from tests.measures.full_report import NOW, RESOLUTION, TODAY, make_adopted, make_submitted

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def emptied_again(transactional_db):
    """The test database is emptied row by row, which the triggers would refuse."""
    yield
    unguard(connection)


def at_once(*works):
    """Run each in a thread of its own, all beginning together; return what came of each."""
    barrier, results = Barrier(len(works)), [None] * len(works)

    def run(index, work):
        barrier.wait()
        try:
            results[index] = work()
        except Exception as error:
            results[index] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_later_migration_leaves_the_snapshot_and_the_triggers(office, lead):
    """One that adds a column with a value for every row; on SQLite it builds the table anew."""
    adopted = make_adopted(lead)
    column = models.CharField(max_length=20, default="x")
    column.set_attributes_from_name("added_later")
    with connection.schema_editor() as editor:
        editor.add_field(ImplementationReport, column)
    try:
        call_command("migrate", verbosity=0)

        row = ImplementationReport.objects.get(pk=adopted.pk)
        assert (row.snapshot, row.snapshot_sha256) == (adopted.snapshot, adopted.snapshot_sha256)
        with (
            pytest.raises(DatabaseError, match="frozen"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("UPDATE measures_implementationreport SET snapshot = ''")
    finally:
        unguard(connection)
        with connection.schema_editor() as editor:
            editor.remove_field(ImplementationReport, column)


def test_two_adoptions_at_once_are_one(office, lead):
    report = make_submitted()

    def adopt():
        return adopt_report(report, by=lead, now=NOW, **RESOLUTION)

    results = at_once(adopt, adopt)

    assert sorted(type(result) for result in results if isinstance(result, Exception)) == [
        NotPossibleError
    ]
    assert ImplementationReport.objects.adopted().count() == 1
    assert report.renderings.filter(language="de").count() == 1


def test_two_corrections_at_once_are_one(office, lead):
    adopted = make_adopted(lead)

    def correct():
        return begin_correction(adopted, reason="x")

    results = at_once(correct, correct)

    assert sum(isinstance(result, NotPossibleError) for result in results) == 1
    assert ImplementationReport.objects.count() == 2


@pytest.mark.parametrize("attempt", range(3))
def test_evaluation_comes_before_the_adoption_or_not_at_all(office, lead, attempt):
    report = make_submitted()
    measure = report.concept.measures.get(number="1.1.1")

    def evaluate_late():
        return evaluate(
            measure, year=2017, verdict="ended", reasoning="Zu spät?", by=lead, on=TODAY
        )

    adopted, saved = at_once(
        lambda: adopt_report(report, by=lead, now=NOW, **RESOLUTION), evaluate_late
    )

    kept = Snapshot.read(adopted.snapshot).report_in("de").measures[0].verdict
    stored = Evaluation.objects.get(measure=measure, year=2017)
    if isinstance(saved, FrozenError):
        assert (kept.verdict, str(kept.reasoning)) == ("proved", "Gut\nbesucht.")
    else:
        assert (kept.verdict, str(kept.reasoning)) == ("ended", "Zu spät?")
    assert (stored.verdict, stored.reasoning_de) == (kept.verdict, str(kept.reasoning))
    with pytest.raises(FrozenError):
        evaluate_late()
