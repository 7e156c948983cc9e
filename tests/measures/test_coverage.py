import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils.translation import override

from measures.coverage import coverage_of
from tests.measures.factories import make_finding, make_measure, make_profile

EVERYBODY = AnonymousUser()


def titles(answers):
    return [str(answer.title) for answer in answers]


def test_rows_name_profiles_and_measures(concept, measure):
    finding = make_finding(concept, "Lücke")
    profile = make_profile(concept, "certificate")
    profile.findings.add(finding)
    finding.measures.add(measure)

    (row,) = coverage_of(concept, viewer=EVERYBODY).rows

    assert titles(row.profiles) == ["certificate"]
    assert [(a.number, a.url) for a in row.measures] == [("1.1.1", "/de/measures/2016/1.1.1/")]


def test_measure_that_a_profile_became_answers_too(concept, measure):
    profile = make_profile(concept)
    profile.findings.add(make_finding(concept))
    profile.measure = measure
    profile.save()

    (row,) = coverage_of(concept, viewer=EVERYBODY).rows

    assert [answer.number for answer in row.measures] == ["1.1.1"]


def test_unanswered_gaps_stand_before_needs(concept, measure):
    make_finding(concept, "Bedarf", kind="need")
    make_finding(concept, "Lücke", kind="gap", group="work")
    make_finding(concept, "Beantwortet").measures.add(measure)

    coverage = coverage_of(concept, viewer=EVERYBODY)

    assert [str(row.text) for row in coverage.unanswered] == ["Lücke", "Bedarf"]
    assert (coverage.answered, len(coverage.rows)) == (1, 3)


def test_drafts_answer_nobody_but_staff(concept, goal, editor):
    finding = make_finding(concept)
    make_finding(concept, "Entwurf", published=False)
    draft = make_measure(goal, "1.1.1", published=False)
    finding.measures.add(draft)
    profile = make_profile(concept, "secret", published=False)
    profile.findings.add(finding)
    became = make_profile(concept, "seen")
    became.findings.add(finding)
    became.measure = draft
    became.save()

    (public,) = coverage_of(concept, viewer=EVERYBODY).rows
    staff = coverage_of(concept, viewer=editor).rows

    assert (titles(public.profiles), public.measures) == (["seen"], [])
    assert [row.is_draft for row in staff] == [False, True]
    assert {a.title.value: a.is_draft for a in staff[0].profiles} == {"secret": True, "seen": False}
    assert [a.is_draft for a in staff[0].measures] == [True]


def test_texts_fall_back_to_german_and_say_so(concept):
    make_finding(concept, "Lücke")

    with override("ar"):
        (row,) = coverage_of(concept, viewer=EVERYBODY).rows

    assert (row.text.value, row.text.language) == ("Lücke", "de")


def test_queries_stay_the_same(concept, goal, django_assert_num_queries):
    def add(number):
        finding = make_finding(concept, f"Lücke {number}", group=f"g{number}")
        profile = make_profile(concept, f"p{number}")
        profile.findings.add(finding)
        profile.measure = make_measure(goal, f"1.1.{number}")
        profile.save()
        finding.measures.add(make_measure(goal, f"1.2.{number}"))

    add(1)
    with django_assert_num_queries(5):
        coverage_of(concept, viewer=EVERYBODY)

    add(2)
    add(3)
    with django_assert_num_queries(5):
        coverage_of(concept, viewer=EVERYBODY)


@pytest.mark.parametrize("published", [True, False])
def test_concept_without_findings_has_no_matrix(concept, published):
    assert not coverage_of(concept, viewer=EVERYBODY)
