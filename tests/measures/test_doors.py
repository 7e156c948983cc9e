"""What is a draft, or belongs to one, appears nowhere."""

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser

from measures.models import Evaluation, Indicator, Measure, MeasureProfile
from measures.report import collect_report
from tests.measures.factories import (
    LONG_AGO,
    add_evaluation,
    add_participant,
    make_concept,
    make_field,
    make_goal,
    make_indicator,
    make_measure,
    make_organisation,
    make_profile,
)

EVERYBODY = AnonymousUser()


@pytest.fixture
def hidden(db):
    """A draft in a published concept, and a published measure in a draft concept."""
    public, draft = make_concept("2016"), make_concept("2023", published=False)
    goal, early_goal = make_goal(make_field(public)), make_goal(make_field(draft))
    make_measure(goal, "1.1.1", title_de="Sichtbar")
    return [
        make_measure(goal, "1.1.2", title_de="Entwurf", published=False),
        make_measure(early_goal, "1.1.3", title_de="Verfrüht"),
    ]


def test_measure_is_public_only_with_its_concept(hidden):
    visible = Measure.objects.visible_to(EVERYBODY)

    assert [measure.title_de for measure in visible] == ["Sichtbar"]
    assert [measure.is_public for measure in hidden] == [False, False]


def test_staff_see_what_is_hidden(hidden, editor, auditor, interpreter_desk):
    counts = [
        Measure.objects.visible_to(user).count() for user in (editor, auditor, interpreter_desk)
    ]

    assert counts == [3, 3, 1]


def test_evaluations_are_seen_with_their_measure(hidden):
    for measure in Measure.objects.all():
        add_evaluation(measure)

    assert Evaluation.objects.visible_to(EVERYBODY).count() == 1


def test_indicators_are_seen_with_their_subject(hidden, editor):
    for measure in Measure.objects.all():
        make_indicator(f"of-{measure.number}", measure=measure)
    make_indicator("of-draft", concept=hidden[1].concept)
    make_indicator("own", concept=hidden[0].concept)
    make_indicator("internal", concept=hidden[0].concept, is_public=False)

    slugs = set(Indicator.objects.visible_to(EVERYBODY).values_list("slug", flat=True))

    assert slugs == {"of-1.1.1", "own"}
    assert Indicator.objects.visible_to(editor).count() == 6


def test_profiles_are_seen_with_their_concept(db):
    make_profile(make_concept("2023", published=False), "early")
    public = make_concept("2016")
    make_profile(public, "seen")
    make_profile(public, "draft", published=False)

    assert [profile.slug for profile in MeasureProfile.objects.visible_to(EVERYBODY)] == ["seen"]


@pytest.mark.parametrize("path", ["", "list/", "list/?q=1.1", "2016/", "check-up/"])
def test_no_public_page_names_what_is_hidden(hidden, office, client, path):
    for measure in hidden:
        add_participant(
            measure, make_organisation(f"secret-{measure.number}", "Geheimverein" + measure.number)
        )

    page = client.get(f"/de/measures/{path}").content.decode()

    assert "Entwurf" not in page
    assert "Verfrüht" not in page
    assert "Geheimverein" not in page
    assert "2023" not in page


@pytest.mark.parametrize("path", ["2016/1.1.2/", "2023/", "2023/1.1.3/"])
def test_hidden_addresses_do_not_exist(hidden, office, client, path):
    assert client.get(f"/de/measures/{path}").status_code == 404


def test_measure_page_opens_and_closes_with_its_publication(
    hidden, office, client, editor, client_of
):
    measure, path = hidden[0], "/de/measures/2016/1.1.2/"
    seen = [client.get(path).status_code, client_of(editor).get(path).status_code]

    measure.publish(at=LONG_AGO)
    seen.append(client.get(path).status_code)
    measure.withdraw()
    seen.append(client.get(path).status_code)

    assert seen == [404, 200, 200, 404]


def test_report_holds_only_what_is_public(hidden, office, editor):
    report = collect_report(hidden[0].concept, year=2017, language="de", today=date(2018, 5, 1))

    assert [measure.number for measure in report.measures] == ["1.1.1"]
