"""The timetable as a whole: whatever ticks, whenever, each slot is composed and sent once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from newsletters import delivery
from newsletters.compose import compose_due
from newsletters.models import Issue
from newsletters.overview import overdue
from newsletters.slots import is_quiet
from tests.newsletters.making import NOW, make_newsletter, make_readers, release, states

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
MARCH = datetime(2026, 3, 29, 1, tzinfo=UTC)  # 2:00 becomes 3:00
OCTOBER = datetime(2026, 10, 25, 1, tzinfo=UTC)  # 3:00 becomes 2:00
in_database = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


class UndoError(Exception):
    pass


@pytest.fixture
def undone():
    """Run a function on the database and undo what it did: one example must not meet the last."""

    def run(function):
        try:
            with transaction.atomic():
                function()
                raise UndoError
        except UndoError:
            pass

    return run


@in_database
@given(
    change=st.sampled_from([MARCH, OCTOBER]),
    due_minutes=st.integers(-30 * 60, 30 * 60),
    late_hours=st.integers(0, 24),
    gaps=st.lists(st.integers(1, 600), min_size=1, max_size=40),
)
@example(change=OCTOBER, due_minutes=-30, late_hours=0, gaps=[1] * 40)
@example(change=MARCH, due_minutes=0, late_hours=12, gaps=[30, 700, 30])
def test_released_issue_begins_once_in_time_and_never_in_the_quiet_hour(
    newsletter, newsletter_desk, undone, change, due_minutes, late_hours, gaps
):
    """``gaps`` are minutes between ticks: one is a healthy beat, many a server that was down."""

    def check():
        newsletter.late_hours = late_hours
        newsletter.save()
        make_readers(newsletter, 1)
        due = change + timedelta(minutes=due_minutes)
        issue = release(newsletter, newsletter_desk, due=due)
        now, ticks, begun = due - timedelta(minutes=5), [], []
        for gap in gaps:
            now += timedelta(minutes=gap)
            ticks.append(now)
            # two beats, or a task that was delivered twice
            begun += [now for _beat in range(2) for _issue in delivery.start_due(now=now)]
        latest = due + timedelta(hours=late_hours)
        fit = [tick for tick in ticks if due <= tick <= latest and not is_quiet(tick)]
        assert begun == fit[:1]
        asked = overdue(now=max(*ticks, latest + timedelta(minutes=1)))
        assert asked == ([] if begun else [issue])

    undone(check)


@in_database
@given(
    first=st.integers(0, 400 * 24 * 60).map(lambda minutes: NEW_YEAR + timedelta(minutes=minutes)),
    gaps=st.lists(st.integers(1, 3 * 24 * 60), min_size=1, max_size=25),
    rhythm=st.sampled_from(["weekly", "quarterly"]),
)
def test_no_slot_is_composed_twice_and_none_of_a_healthy_beat_is_missed(
    office, undone, first, gaps, rhythm
):
    def check():
        newsletter = make_newsletter(slug=f"z-{rhythm}", rhythm=rhythm, lead_hours=48)
        now, composed = first, []
        for gap in gaps:
            now += timedelta(minutes=gap)
            composed += [issue.slot for _beat in range(2) for issue in compose_due(now=now)]
        assert len(composed) == len(set(composed)) == newsletter.issues.count()
        if rhythm == "weekly" and max(gaps) < 48 * 60 and sum(gaps) > 8 * 24 * 60:
            weeks = {
                f"{day.isocalendar().year}-W{day.isocalendar().week:02}"
                for day in (
                    (first.astimezone(BERLIN) + timedelta(days=offset)).date()
                    for offset in range(7, sum(gaps) // (24 * 60) - 2)
                )
                if day.weekday() == newsletter.weekday
            }
            assert weeks <= set(composed)

    undone(check)


@pytest.mark.django_db(transaction=True)
def test_two_beats_at_the_same_moment_begin_and_compose_once(newsletter_desk, office):
    newsletter = make_newsletter()
    make_readers(newsletter, 5)
    issue = release(newsletter, newsletter_desk, slot="2026-W47", due=NOW)
    at_once = Barrier(4)

    def tick(_number):
        try:
            at_once.wait()
            begun = delivery.start_due(now=NOW)
            return len(begun), [one.pk for one in compose_due(now=NOW)]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        ticks = list(pool.map(tick, range(4)))

    assert sum(begun for begun, _composed in ticks) == 1
    assert Issue.objects.get(pk=issue.pk).state == "sending"
    [draft] = newsletter.issues.exclude(pk=issue.pk)
    assert {pk for _begun, composed in ticks for pk in composed} == {draft.pk}


@pytest.mark.django_db(transaction=True)
def test_worker_killed_in_a_batch_leaves_its_rows_to_the_next(newsletter_desk, office, relay):
    newsletter = make_newsletter()
    make_readers(newsletter, 5)
    issue = release(newsletter, newsletter_desk, due=NOW)
    delivery.start_due(now=NOW)
    issue.refresh_from_db()
    rows = delivery.claim(issue, claim_token="killed", now=NOW)
    delivery.Books().hand_over(rows[0], now=NOW)  # and then nothing more is heard of it
    later = NOW + timedelta(minutes=13)

    delivery.sweep(now=later)
    delivery.deliver_issue(issue, clock=lambda: later)

    assert sorted(relay.asked) == [f"p{n}@example.org" for n in range(1, 5)]
    assert states(issue) == {"sent": 4, "unsure": 1}
