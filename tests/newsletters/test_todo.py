from datetime import timedelta

from newsletters.overview import overdue
from newsletters.todo import todos
from tests.newsletters.making import NOW, make_issue, make_readers, release, start


def test_todos_count_drafts_overdue_and_unclear(newsletter, newsletter_desk):
    make_readers(newsletter, 2)
    make_issue(newsletter, slot="2026-W49", due=NOW + timedelta(days=9))
    make_issue(newsletter, slot="2026-W47", due=NOW - timedelta(days=5))
    issue = start(newsletter, newsletter_desk, slot="2026-W48")
    issue.deliveries.update(state="unsure")

    found = todos(newsletter_desk, now=NOW)

    assert [(todo.count, todo.urgent) for todo in found] == [(1, True), (1, False), (1, False)]


def test_todos_are_for_those_who_may_release(newsletter, auditor):
    make_issue(newsletter, due=NOW - timedelta(days=5))

    assert todos(auditor, now=NOW) == []


def test_overdue_is_a_released_issue_only_after_the_late_hours(newsletter, newsletter_desk):
    make_readers(newsletter, 1)
    issue = release(newsletter, newsletter_desk, due=NOW)

    assert overdue(now=NOW + timedelta(hours=12)) == []
    assert overdue(now=NOW + timedelta(hours=12, seconds=1)) == [issue]
