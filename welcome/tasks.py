from celery import shared_task
from django.utils import timezone

from welcome.feedback import mail_answer
from welcome.models import Feedback


@shared_task
def send_feedback_answer(pk: int) -> None:
    feedback = Feedback.objects.filter(pk=pk).first()
    if feedback:  # it may have been erased meanwhile
        mail_answer(feedback, now=timezone.now())


@shared_task
def send_waiting_answers() -> None:
    """The sweep: an answer whose kick was lost goes out with the next round."""
    for pk in Feedback.objects.with_answer_to_mail().values_list("pk", flat=True):
        send_feedback_answer.delay(pk)
