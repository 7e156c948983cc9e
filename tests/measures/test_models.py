from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import override

from measures.models import (
    ActionField,
    Concept,
    Evaluation,
    FocusGroup,
    Goal,
    Indicator,
    IndicatorValue,
    Measure,
    Participant,
)
from measures.models.measure import number_key
from tests.measures.factories import (
    add_evaluation,
    add_participant,
    make_concept,
    make_field,
    make_goal,
    make_indicator,
    make_measure,
    make_organisation,
)

EVERYBODY = AnonymousUser()


def assert_refused(thing, words):
    """The form says it in words and the database refuses it all the same."""
    with override("en"):
        with pytest.raises(ValidationError) as refusal:
            thing.full_clean()
        assert words in refusal.value.messages
    with pytest.raises(IntegrityError), transaction.atomic():
        thing.save()


# --- constraints ------------------------------------------------------------------------------


def test_concept_cannot_end_before_it_begins(db):
    concept = Concept(slug="x", title_de="x", period_from=2016, period_to=2015)

    assert_refused(concept, "The last year lies before the first one.")


def test_concept_without_end_runs_on(db):
    make_concept("open", period_from=2016, period_to=None)

    slugs = list(Concept.objects.covering(2099).values_list("slug", flat=True))

    assert slugs == ["open"]


@pytest.mark.parametrize("slug", ["list", "reports", "evaluation", "check-up", "revision"])
def test_concept_cannot_take_the_address_of_another_page(db, slug):
    concept = Concept(slug=slug, title_de="x", period_from=2016)

    with override("en"), pytest.raises(ValidationError) as refusal:
        concept.full_clean()

    with override("en"):
        assert refusal.value.message_dict == {
            "slug": [f"“{slug}” is the address of another page. Choose another one."]
        }


def test_action_field_number_is_unique_in_its_concept(field):
    other = make_field(make_concept("2010"), 1)
    twin = ActionField(concept=field.concept, number=1, title_de="x", guiding_principle_de="x")

    assert other.number == 1
    assert_refused(twin, "The concept has an action field with this number.")


def test_goal_number_is_unique_in_its_field(goal):
    twin = Goal(action_field=goal.action_field, number=1, text_de="x")

    assert_refused(twin, "The action field has a goal with this number.")


def test_measure_number_is_unique_in_its_concept(measure):
    elsewhere = make_goal(make_field(measure.concept, 2))
    twin = Measure(goal=elsewhere, number="1.1.1", title_de="x")

    assert_refused(
        twin, "The concept has a measure with this number. Choose another one, or correct that."
    )


def test_measure_number_may_come_again_in_another_concept(measure):
    other = make_measure(make_goal(make_field(make_concept("2010"))), "1.1.1")

    assert other.concept.slug == "2010"


def test_measure_follows_its_goal_into_another_field(measure):
    elsewhere = make_goal(make_field(make_concept("2010")))

    measure.goal = elsewhere
    measure.save(update_fields=["goal"])

    measure.refresh_from_db()
    assert measure.concept == elsewhere.action_field.concept


def test_measure_cannot_end_before_it_begins(goal):
    measure = Measure(
        goal=goal,
        number="9",
        title_de="x",
        starts_on=date(2017, 1, 2),
        ends_on=date(2017, 1, 1),
    )

    assert_refused(measure, "The end lies before the beginning. Correct one of the two dates.")


def test_permanent_measure_has_no_end(goal):
    measure = Measure(
        goal=goal, number="9", title_de="x", is_permanent=True, ends_on=date(2017, 1, 1)
    )

    assert_refused(measure, "A permanent measure has no end. Empty the date or the tick.")


@pytest.mark.parametrize("number", ["4.1.2", "12", "A-3", "4.1.2b"])
def test_measure_number_may_be_what_concepts_print(goal, number):
    Measure(goal=goal, number=number, title_de="x").full_clean()


@pytest.mark.parametrize("number", ["4/1", "4.1.", ".4", "4 1", "4.1\n"])
def test_measure_number_must_fit_into_an_address(goal, number):
    with pytest.raises(ValidationError) as refusal:
        Measure(goal=goal, number=number, title_de="x").full_clean()

    assert list(refusal.value.message_dict) == ["number"]


def test_participant_has_a_role_once(measure):
    library = make_organisation()
    add_participant(measure, library, "lead")
    add_participant(measure, library, "funding")

    twin = Participant(measure=measure, organisation=library, role="lead")

    assert_refused(twin, "The organisation has this role in the measure already.")


def test_evaluation_comes_once_a_year(measure):
    add_evaluation(measure, 2017)

    twin = Evaluation(measure=measure, year=2017, verdict="proved")

    assert_refused(twin, "The measure has been evaluated for this year already.")


@pytest.mark.parametrize("verdict", ["modify", "ended"])
def test_evaluation_that_asks_for_change_says_why(measure, verdict):
    evaluation = Evaluation(measure=measure, year=2017, verdict=verdict)

    with override("en"), pytest.raises(ValidationError) as refusal:
        evaluation.full_clean()

    with override("en"):
        assert refusal.value.messages == ["Say why: the council will ask what is to change."]


def test_indicator_belongs_to_one_thing(measure):
    words = "An indicator belongs either to a measure or to a concept as a whole."

    assert_refused(Indicator(slug="x", name_de="x"), words)
    assert_refused(
        Indicator(slug="x", name_de="x", measure=measure, concept=measure.concept), words
    )


def test_value_cannot_exceed_its_whole(concept):
    indicator = make_indicator(concept=concept)
    value = IndicatorValue(indicator=indicator, year=2016, value=512, whole=511)

    assert_refused(value, "The part is larger than its whole.")


def test_value_comes_once_a_year(concept):
    indicator = make_indicator(concept=concept)
    IndicatorValue.objects.create(indicator=indicator, year=2016, value=35, whole=511)

    twin = IndicatorValue(indicator=indicator, year=2016, value=1)

    assert_refused(twin, "The indicator has a value for this year already.")


def test_share_needs_both_numbers(concept):
    indicator = make_indicator(concept=concept, kind="share")

    with override("en"), pytest.raises(ValidationError) as refusal:
        IndicatorValue(indicator=indicator, year=2016, value=35).full_clean()

    with override("en"):
        assert refusal.value.messages == ["A share needs both numbers: the part and the whole."]


def test_value_knows_its_percentage():
    value = IndicatorValue(value=Decimal(35), whole=Decimal(511))

    assert round(value.percent, 1) == Decimal("6.8")


def test_focus_group_comes_once_in_a_concept(concept):
    FocusGroup.objects.create(concept=concept, slug="work", name_de="Arbeit")

    twin = FocusGroup(concept=concept, slug="work", name_de="Arbeit")

    assert_refused(twin, "The concept has a focus group with this short address.")


# --- questions --------------------------------------------------------------------------------


def test_numbers_sort_as_people_count(goal):
    for number in ("4.10", "4.2", "10", "4.2a", "4"):
        make_measure(goal, number)

    assert [measure.number for measure in Measure.objects.in_order()] == [
        "4",
        "4.2",
        "4.2a",
        "4.10",
        "10",
    ]
    assert number_key("4.10") == "00004.00010"


def test_latest_verdict_is_that_of_the_last_year(goal):
    old, never = make_measure(goal, "1"), make_measure(goal, "2")
    add_evaluation(old, 2017, "modify")
    add_evaluation(old, 2016, "proved")

    found = {
        measure: (measure.latest_verdict, measure.latest_verdict_year)
        for measure in Measure.objects.with_latest_verdict()
    }

    assert found == {old: ("modify", 2017), never: (None, None)}


def test_not_evaluated_lists_only_that_year(goal):
    done, last_year, never = (make_measure(goal, number) for number in "123")
    add_evaluation(done, 2017)
    add_evaluation(last_year, 2016)

    assert set(Measure.objects.not_evaluated_in(2017)) == {last_year, never}


def since(moment, *, changed=False):
    questions = Measure.objects.visible_to(EVERYBODY)
    return set(questions.changed_since(moment) if changed else questions.published_since(moment))


def test_published_since_counts_from_when_the_public_could_see(db):
    moment = datetime(2026, 11, 16, tzinfo=UTC)
    late_concept = make_concept("late")
    Concept.objects.update(published_at=moment + timedelta(days=1))
    with_its_concept = make_measure(make_goal(make_field(late_concept)))
    old_concept = make_goal(make_field(make_concept("old")))
    old = make_measure(old_concept, "1")
    new = make_measure(old_concept, "2")
    Measure.objects.filter(pk=new.pk).update(published_at=moment)

    assert since(moment) == {with_its_concept, new}
    assert old not in since(moment)


def test_changed_since_hears_of_edits_evaluations_and_milestones(goal):
    moment = datetime(2026, 11, 16, tzinfo=UTC)
    edited, evaluated, milestone, quiet, draft = (make_measure(goal, number) for number in "12345")
    add_evaluation(evaluated)
    add_evaluation(quiet)
    milestone.milestones.create(title_de="x")
    before, after = moment - timedelta(days=1), moment + timedelta(hours=1)
    Measure.objects.update(modified_at=before)
    Measure.objects.filter(pk=edited.pk).update(modified_at=after)
    Measure.objects.filter(pk=draft.pk).update(modified_at=after, published_at=None)
    Evaluation.objects.update(modified_at=after)
    Evaluation.objects.filter(measure=quiet).update(modified_at=before)
    milestone.milestones.update(modified_at=after)

    assert since(moment, changed=True) == {edited, evaluated, milestone}


def test_search_falls_back_to_german_for_every_visitor(goal):
    german = make_measure(goal, "1", title_de="Sprachpartnerschaften")
    arabic = make_measure(goal, "2", title_de="Lotsen", title_ar="شراكات لغوية")
    make_measure(goal, "3", title_de="Wohnen")

    with override("ar"):
        assert set(Measure.objects.search("sprachpartner")) == {german}
        assert set(Measure.objects.search("شراكات")) == {arabic}
        assert set(Measure.objects.search("Lotsen")) == {arabic}


def test_search_wants_every_word_somewhere(goal):
    measure = make_measure(goal, "4.1.1", title_de="Vorlesen", place="Neustadt")
    add_participant(measure, make_organisation("library", "Stadtbibliothek"))
    make_measure(goal, "4.1.2", title_de="Vorlesen")

    assert set(Measure.objects.search("4.1 vorlesen stadtbib neustadt")) == {measure}
    assert set(Measure.objects.search("vorlesen theater")) == set()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, ""),
        ({"is_permanent": True}, "permanent"),
        ({"is_permanent": True, "starts_on": date(2016, 4, 1)}, "permanent, since April 1, 2016"),
        ({"starts_on": date(2016, 4, 1)}, "since April 1, 2016"),
        ({"ends_on": date(2018, 1, 1)}, "until Jan. 1, 2018"),
    ],
)
def test_runtime_says_when_a_measure_runs(fields, words):
    with override("en"):
        assert Measure(**fields).runtime == words
