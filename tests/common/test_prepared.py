from datetime import UTC, datetime, timedelta

import pytest
from django.utils.translation import override

from directory.models import Topic
from kit_portal.common.prepared import run_prepared
from kit_portal.common.translation_queries import column

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
