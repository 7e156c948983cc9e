import csv
from io import StringIO

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from newsletters import delivery
from newsletters.balance import SUBJECTS, balance_csv, balance_sheet
from newsletters.models import Issue
from newsletters.privacy import erase
from tests.newsletters.making import NOW, make_issue, make_readers, start

ENDS = [
    {"state": "sent", "smtp_code": 250},
    {"state": "sent", "smtp_code": 250},
    {"state": "sent", "smtp_code": 251},
    {"state": "failed", "smtp_code": 550, "enhanced_code": "5.1.1", "error": "5.1.1 unknown"},
    {"state": "failed", "smtp_code": 550, "enhanced_code": "5.1.1", "error": "5.1.1 who?"},
    {"state": "skipped"},
    {"state": "unsure", "error": "lease"},
]


@pytest.fixture
def issue(newsletter, newsletter_desk):
    """One recipient for each end, in their order."""
    make_readers(newsletter, len(ENDS))
    issue = start(newsletter, newsletter_desk)
    for row, end in zip(issue.deliveries.all(), ENDS, strict=True):
        issue.deliveries.filter(pk=row.pk).update(**end)
    return issue


def page(client_of, user, issue, name="balance"):
    return client_of(user).get(reverse(f"newsletters:{name}", args=[issue.pk]))


def test_sheet_adds_up_by_state_and_answer(issue):
    sheet = balance_sheet(issue)

    assert [(state.value, count) for state, count in sheet.by_state] == [
        ("sent", 3),
        ("failed", 2),
        ("skipped", 1),
        ("unsure", 1),
    ]
    assert {(group.state.value, group.answer, group.about) for group in sheet.groups} == {
        ("sent", "", ""),
        ("failed", "550 5.1.1", str(SUBJECTS["1"])),
        ("skipped", "", ""),
        ("unsure", "", ""),
    }
    assert (sheet.adds_up, sheet.is_closed) == (True, False)


def test_sheet_names_who_needs_somebody_and_nobody_else(issue):
    sheet = balance_sheet(issue)

    assert [row.subscriber.email for row in sheet.named] == [
        "p6@example.org",
        "p3@example.org",
        "p4@example.org",
    ]


def test_sheet_is_closed_when_all_is_settled(issue):
    issue.deliveries.filter(state="unsure").update(state="failed")

    assert balance_sheet(issue).is_closed
    assert delivery.finish_issue(issue, now=NOW)
    issue.refresh_from_db()
    assert (issue.sent_count, issue.failed_count, issue.skipped_count) == (3, 3, 1)


def test_sheet_that_does_not_add_up_says_so(issue, client_of, newsletter_desk):
    issue.deliveries.filter(state="skipped").delete()

    assert not balance_sheet(issue).adds_up
    assert not delivery.finish_issue(issue, now=NOW)
    assert "notice--danger" in page(client_of, newsletter_desk, issue).text


def test_database_lets_no_unbalanced_issue_be_finished(issue):
    with pytest.raises(IntegrityError, match="newsletters_sent_is_balanced"), transaction.atomic():
        Issue.objects.filter(pk=issue.pk).update(state="sent", sent_count=6)

    Issue.objects.filter(pk=issue.pk).update(state="sent", sent_count=7)


def test_csv_adds_up_to_the_audience(issue, client_of, newsletter_desk):
    answer = page(client_of, newsletter_desk, issue, "balance_csv")

    rows = list(csv.reader(StringIO(answer.text.removeprefix("\ufeff")), delimiter=";"))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert 'filename="zusammenleben-2026-W48.csv"' in answer["Content-Disposition"]
    assert sum(int(row[-1]) for row in rows[1:]) == len(ENDS)
    assert sorted(row[-2] for row in rows[1:] if row[-2]) == [
        "p3@example.org",
        "p4@example.org",
        "p6@example.org",
    ]


def test_csv_runs_no_formula_that_a_server_said(issue):
    issue.deliveries.filter(state="failed").update(error="=cmd()")

    assert b";'=cmd();" in balance_csv(balance_sheet(issue))


def test_page_shows_the_sum_and_offers_to_decide(issue, client_of, newsletter_desk, auditor):
    text = page(client_of, newsletter_desk, issue).text
    unclear = issue.deliveries.get(state="unsure")
    settle = reverse("newsletters:settle", args=[issue.pk, unclear.pk])

    assert "550 5.1.1" in text
    assert settle in text
    assert settle not in page(client_of, auditor, issue).text


def test_page_after_data_were_erased_still_adds_up(issue, client_of, newsletter_desk):
    erase("p3@example.org", now=NOW)

    assert balance_sheet(issue).adds_up
    answer = page(client_of, newsletter_desk, issue)
    assert answer.status_code == 200
    assert "p3@example.org" not in answer.text


def test_page_of_a_draft_is_not_there(newsletter, client_of, newsletter_desk):
    assert page(client_of, newsletter_desk, make_issue(newsletter)).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_sheet_asks_the_same_for_one_and_for_three(
    newsletter, newsletter_desk, django_assert_num_queries, count
):
    make_readers(newsletter, count)
    issue = start(newsletter, newsletter_desk)
    issue.deliveries.update(state="failed", smtp_code=550)

    with django_assert_num_queries(2):
        balance_csv(balance_sheet(issue))
