"""Who may open what: one table, role × address → status, with the outsider in it.

302 is the way to the sign-in page for somebody unknown; 403 says that the role does not include the
page. A page that is secret in itself answers 404.
"""

from datetime import UTC, datetime

import pytest

from measures.models import Concept
from measures.report_adoption import begin_correction, begin_report, submit_report
from newsletters.models import Issue, Newsletter
from tests.measures.full_report import make_adopted

ROLES = (
    "outsider",
    "member",
    "auditor",
    "interpreter_desk",
    "newsletter_desk",
    "editor",
    "lead",
)
OPEN = (200,) * 7
#             outsider member auditor interp. newsl. editor lead
STAFF = (302, 302, 200, 200, 200, 200, 200)
ADMIN = (302, 302, 200, 200, 200, 200, 200)
TABLE = {
    "": OPEN,
    "info/": OPEN,
    "events/": OPEN,
    "events/past/": OPEN,
    "announcements/": OPEN,
    "feedback/": OPEN,
    "search/?q=haus": OPEN,
    "contact-points/": OPEN,
    "contact-points/who-is-responsible/": OPEN,
    "measures/": OPEN,
    "measures/list/": OPEN,
    "measures/list/?status=running&sort=title": OPEN,
    "measures/feed/": OPEN,
    "measures/files/1/": (404,) * 7,
    "measures/documents/1/": (404,) * 7,
    "measures/check-up/": OPEN,
    "measures/check-up/seen/": OPEN,
    "measures/check-up/draft/": (404, 404, 200, 404, 200, 200, 200),
    "measures/check-up/draft/pdf/": (404,) * 7,
    "measures/check-up/comments/": (302, 403, 403, 403, 403, 200, 200),
    "measures/revision/": (302, 403, 403, 403, 403, 200, 200),
    "measures/public/what-became/": OPEN,
    "measures/draft/what-became/": (404, 404, 200, 404, 200, 200, 200),
    "measures/indicators/": OPEN,
    "measures/indicators/desk/": (302, 403, 200, 403, 200, 200, 200),
    "measures/indicators/desk/2016/": (302, 403, 403, 403, 403, 200, 200),
    "measures/indicators/desk/count/": (405, 405, 405, 405, 405, 405, 405),
    "measures/reports/public/2016/council-paper.docx": (302, 403, 200, 403, 200, 200, 200),
    "measures/reports/public/2016/council-paper.odt": (302, 403, 404, 403, 404, 404, 404),
    "measures/reports/draft/2016/council-paper.docx": (302, 403, 404, 403, 404, 404, 404),
    "measures/public/": OPEN,
    "measures/draft/": (404, 404, 200, 404, 200, 200, 200),
    "measures/evaluation/2016/": (302, 403, 403, 403, 403, 200, 200),
    "measures/tables/": (302, 403, 403, 403, 403, 200, 200),
    "measures/tables/template.xlsx": (302, 403, 403, 403, 403, 200, 200),
    "measures/tables/public.xlsx": (302, 403, 200, 403, 200, 200, 200),
    "measures/tables/all.zip": (302, 403, 200, 403, 200, 200, 200),
    "measures/open-data/catalog.jsonld": OPEN,
    "measures/reports/public/2016/data/measures.csv": OPEN,
    "measures/reports/draft/2016/data/measures.csv": (404,) * 7,
    "measures/export/public.csv": OPEN,
    "measures/export/public.xlsx": OPEN,
    "measures/export/draft.csv": (404,) * 7,
    "measures/evaluation/2016/participants/": (302, 403, 403, 403, 403, 200, 200),
    "measures/evaluation/2016/participants/ask/": (302, 403, 403, 403, 403, 200, 200),
    "measures/evaluation/2016/participants/1/": (302, 403, 403, 403, 403, 404, 404),
    "measures/evaluation/2016/participants/remind/": (405,) * 7,
    "measures/evaluation/2016/replies/": (302, 403, 403, 403, 403, 200, 200),
    "measures/evaluation/2016/replies/1/": (302, 403, 403, 403, 403, 404, 404),
    "measures/evaluation/2016/still-correct/": (405,) * 7,
    "measures/evaluation/by-link/unknown/": (404,) * 7,
    "measures/reports/": OPEN,
    "measures/reports/public/2016/": OPEN,
    "measures/reports/public/2016/1/": OPEN,
    "measures/reports/public/2016/1/report.json": OPEN,
    "measures/reports/public/2016/2/": (404, 404, 200, 404, 200, 200, 200),
    "measures/reports/public/2017/": (404, 404, 200, 404, 200, 200, 200),
    "measures/reports/public/2017/1/report.json": (404,) * 7,
    "measures/reports/desk/": (302, 403, 200, 403, 200, 200, 200),
    "measures/reports/desk/public/2016/": (302, 403, 200, 403, 200, 200, 200),
    "measures/reports/desk/public/2016/adopt/": (302, 403, 403, 403, 403, 403, 200),
    "measures/reports/desk/public/2017/short-versions/": (302, 403, 403, 403, 403, 200, 200),
    "measures/reports/desk/public/2017/discard/": (302, 403, 403, 403, 403, 200, 200),
    "measures/reports/desk/public/2018/correct/": (302, 403, 403, 403, 403, 403, 200),
    "round-table/": OPEN,
    "round-table/meetings/": OPEN,
    "round-table/members/": OPEN,
    "round-table/motions/": OPEN,
    "round-table/my/": (302, 200, 200, 200, 200, 200, 200),
    "interpreters/": OPEN,
    "interpreters/request/": OPEN,
    "interpreters/volunteer/": OPEN,
    "interpreters/log/": (302, 403, 403, 200, 403, 403, 200),
    "interpreters/missions/": (302, 403, 403, 200, 403, 403, 200),
    "interpreters/missions.csv": (302, 403, 403, 200, 403, 403, 200),
    "interpreters/statistics/": (302, 403, 403, 200, 403, 403, 200),
    "newsletters/": OPEN,
    "newsletters/archive/weekly/": OPEN,
    "newsletters/archive/weekly/feed/": OPEN,
    "newsletters/archive/weekly/2026-W45/": (404,) * 7,
    "newsletters/archive/weekly/2026-W45/pdf/": (404,) * 7,
    "newsletters/desk/": (302, 403, 200, 403, 200, 403, 200),
    "newsletters/desk/statistics/weekly/": (302, 403, 200, 403, 200, 403, 200),
    "newsletters/desk/1/": (302, 403, 200, 403, 200, 403, 200),
    "newsletters/desk/1/frame/": (302, 403, 200, 403, 200, 403, 200),
    "newsletters/desk/1/progress/": (302, 403, 200, 403, 200, 403, 200),
    "newsletters/desk/1/release/": (302, 403, 403, 403, 302, 403, 302),  # it is out already
    "newsletters/desk/1/check/status/": (302, 403, 200, 403, 200, 403, 200),
    "newsletters/desk/1/side-by-side/": (302, 403, 403, 403, 200, 403, 200),
    "newsletters/desk/1/balance/": (302, 403, 200, 403, 200, 403, 200),
    "newsletters/desk/1/balance.csv": (302, 403, 200, 403, 200, 403, 200),
    "newsletters/desk/unreachable/": (302, 403, 200, 403, 200, 403, 200),
    "newsletters/desk/subscribers/": (302, 403, 200, 403, 200, 403, 200),
    "newsletters/desk/subscribers/import/": (302, 403, 403, 403, 200, 403, 200),
    "newsletters/desk/subscribers/export.csv": (302, 403, 403, 403, 200, 403, 200),
    "newsletters/desk/subscribers/ask-anew/weekly/": (302, 403, 403, 403, 200, 403, 200),
    "newsletters/my/unknown/": (404,) * 7,
    "newsletters/address/unknown/": (404,) * 7,
    "desk/": STAFF,
    "privacy-desk/": (302, 403, 403, 403, 403, 403, 200),
    "admin/": ADMIN,
    "admin/accounts/user/": (302, 302, 403, 403, 403, 403, 200),
    "admin/measures/measure/": (302, 302, 200, 403, 200, 200, 200),
    "admin/measures/measure/add/": (302, 302, 403, 403, 403, 200, 200),
    "admin/interpreters/interpreter/": (302, 302, 403, 200, 403, 403, 200),
    "admin/newsletters/subscriber/": (302, 302, 200, 403, 200, 403, 200),
    "admin/roundtable/membership/": (302, 302, 200, 403, 403, 200, 200),
    "account/password/change/": (302, 200, 200, 200, 200, 200, 200),
}


@pytest.fixture
def things(office, lead):
    now = datetime(2026, 11, 1, tzinfo=UTC)
    years = {"period_from": 2016, "period_to": 2022}
    public = Concept.objects.create(slug="public", title_de="Öffentlich", published_at=now, **years)
    group = public.focus_groups.create(slug="housing", name_de="Wohnen")
    group.profiles.create(slug="seen", title_de="Öffentlich", published_at=now)
    group.profiles.create(slug="draft", title_de="Entwurf")
    make_adopted(lead, public, year=2016)
    make_adopted(lead, public, year=2018)
    correction = begin_correction(public.reports.get(year=2016), reason="x")
    submit_report(correction, on=now)
    begin_report(public, year=2017)
    Concept.objects.create(slug="draft", title_de="Entwurf", **years)
    weekly = Newsletter.objects.create(slug="weekly", name_de="Verteiler")
    Issue.objects.create(
        pk=1,
        newsletter=weekly,
        slot="2026-W45",
        subject_de="Woche 45",
        state="sent",
        composed_at=now,
        scheduled_for=now,
        released_at=now,
        audience_count=0,
    )


@pytest.mark.parametrize("role", ROLES)
def test_role_opens_what_the_table_says(request, client, client_of, things, role):
    visitor = client if role == "outsider" else client_of(request.getfixturevalue(role))
    column = ROLES.index(role)

    answers = {path: visitor.get(f"/en/{path}").status_code for path in TABLE}

    assert answers == {path: statuses[column] for path, statuses in TABLE.items()}
