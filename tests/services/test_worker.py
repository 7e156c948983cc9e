from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from kit_portal.common.models import Heartbeat
from kit_portal.common.tasks import beat_heartbeat


def test_task_goes_through_redis_to_the_worker_process(worker, eventually):
    before = timezone.now()

    beat_heartbeat.delay()

    heartbeat = eventually(Heartbeat.objects.filter(name="beat").first)
    assert before <= heartbeat.beat_at <= timezone.now()
    assert heartbeat.is_alive(now=timezone.now())


def test_task_on_commit_sees_what_was_committed(worker, eventually):
    long_ago = timezone.now() - timedelta(days=1)

    with transaction.atomic():
        Heartbeat.objects.create(name="beat", beat_at=long_ago)
        beat_heartbeat.delay_on_commit()

    eventually(Heartbeat.objects.filter(name="beat", beat_at__gt=long_ago).exists)
    assert Heartbeat.objects.count() == 1


def test_task_of_a_transaction_that_fails_is_never_sent(worker, eventually):
    try:
        with transaction.atomic():
            Heartbeat.objects.create(name="other", beat_at=timezone.now())
            beat_heartbeat.delay_on_commit()
            raise ZeroDivisionError
    except ZeroDivisionError:
        pass

    # Tasks are taken in order: had the first been sent, its work would be done by now.
    beat_heartbeat.delay()
    eventually(Heartbeat.objects.filter(name="beat").exists)
    assert [heartbeat.name for heartbeat in Heartbeat.objects.all()] == ["beat"]
