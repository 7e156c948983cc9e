from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Value
from django.utils.translation import override

from directory.models import Topic
from kit_portal.common.prepared import run_prepared, run_prepared_for
from kit_portal.common.translation_queries import column
from measures.models import Measure
from tests.measures.factories import make_concept, make_field, make_goal, make_measure

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def _topics(now):
    return Topic.objects.order_by("slug").only("slug", column("name"))


@pytest.mark.django_db
def test_run_prepared_fetches_rows_afresh_each_time():
    Topic.objects.create(slug="a", name_de="Arbeit")
    first = [topic.name_de for topic in run_prepared(_topics, now=NOON)]
    Topic.objects.create(slug="b", name_de="Bildung")

    second = [topic.name_de for topic in run_prepared(_topics, now=NOON)]

    assert (first, second) == (["Arbeit"], ["Arbeit", "Bildung"])


@pytest.mark.django_db
def test_run_prepared_writes_one_query_a_language(django_assert_num_queries):
    Topic.objects.create(slug="a", name_de="Arbeit", name_en="Work")
    with override("en"), django_assert_num_queries(1):
        english = [topic.name_en for topic in run_prepared(_topics, now=NOON)]
    with override("de"), django_assert_num_queries(1):
        german = [topic.name_de for topic in run_prepared(_topics, now=NOON)]

    assert (english, german) == (["Work"], ["Arbeit"])


def _asked_at(now):
    return Topic.objects.filter(slug__gte=now.isoformat())


@pytest.mark.django_db
def test_run_prepared_rounds_down_to_the_minute():
    Topic.objects.create(slug=NOON.isoformat())

    assert run_prepared(_asked_at, now=NOON + timedelta(seconds=59))
    assert not run_prepared(_asked_at, now=NOON + timedelta(seconds=60))


def _called(viewer, slug):
    names = Topic.objects.filter(slug=slug).only("slug")
    return names.annotate(seen_by=Value("staff" if viewer.is_authenticated else "everybody"))


@pytest.mark.django_db
def test_run_prepared_for_puts_the_key_into_the_written_query():
    Topic.objects.create(slug="a")
    Topic.objects.create(slug="b")

    found = [run_prepared_for(AnonymousUser(), _called, slug) for slug in ("a", "b", "%s", "a")]

    assert [[topic.slug for topic in topics] for topics in found] == [["a"], ["b"], [], ["a"]]


def test_run_prepared_for_asks_anew_for_whoever_is_signed_in(editor):
    Topic.objects.create(slug="a")

    seen = [run_prepared_for(who, _called, "a")[0].seen_by for who in (AnonymousUser(), editor)]

    assert seen == ["everybody", "staff"]


def _joined(viewer, number):
    measures = Measure.objects.visible_to(viewer).filter(number=number)
    return measures.select_related("goal__action_field").defer("description")


@pytest.mark.django_db
def test_run_prepared_for_fills_what_is_joined(django_assert_num_queries):
    make_measure(make_goal(make_field(make_concept("2016"), 3)), "3.1.1")

    with django_assert_num_queries(1):
        (measure,) = run_prepared_for(AnonymousUser(), _joined, "3.1.1")
        number = measure.goal.action_field.number

    assert number == 3
    assert measure.is_published
    assert measure.published_at.tzinfo
    assert measure.get_deferred_fields() == {"description"} | {
        column("description", code) for code in settings.MODELTRANSLATION_LANGUAGES
    }
