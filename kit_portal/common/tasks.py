from celery import shared_task
from django.utils import timezone

from kit_portal.common.models import Heartbeat


@shared_task
def beat_heartbeat() -> None:
    """Note that beat and a worker are alive: the task went through both."""
    Heartbeat.objects.update_or_create(name="beat", defaults={"beat_at": timezone.now()})
