from celery import shared_task
from django.utils import timezone

from interpreters.intake import announce_request, confirm_request
from interpreters.models import MissionRequest


@shared_task(autoretry_for=(OSError,), retry_backoff=60, max_retries=3)
def confirm_mission_request(pk: int) -> None:
    contact = MissionRequest.objects.for_mail().filter(pk=pk).first()
    if contact:  # it may have been erased meanwhile
        confirm_request(contact, now=timezone.now())


@shared_task(autoretry_for=(OSError,), retry_backoff=60, max_retries=3)
def announce_mission_request(pk: int) -> None:
    contact = MissionRequest.objects.for_mail().filter(pk=pk).first()
    if contact:
        announce_request(contact, now=timezone.now())


@shared_task
def send_waiting_request_mails() -> None:
    """The sweep: mails whose kick was lost go out with the next round."""
    for pk in MissionRequest.objects.unconfirmed().values_list("pk", flat=True):
        confirm_mission_request.delay(pk)
    for pk in MissionRequest.objects.unannounced().values_list("pk", flat=True):
        announce_mission_request.delay(pk)
