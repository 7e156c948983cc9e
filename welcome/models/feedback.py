"""Ideas, complaints and praise of anybody, in any language, without an account.

Whoever writes gets a tracking code once; only its hash is stored, so nobody who reads the database
can open an answer in another person's name.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kit_portal.common.tokens import HASH_LENGTH


class FeedbackQuerySet(models.QuerySet["Feedback"]):
    def open(self) -> Self:
        return self.filter(state__in=(Feedback.State.NEW, Feedback.State.IN_PROGRESS))

    def new(self) -> Self:
        return self.filter(state=Feedback.State.NEW)

    def received_before(self, moment: datetime) -> Self:
        return self.filter(received_at__lt=moment)

    def with_answer_to_mail(self) -> Self:
        """Answered, with an address, and the answer has not gone out yet."""
        return self.filter(state=Feedback.State.ANSWERED, answer_mailed_at=None).exclude(email="")

    def from_address(self, email: str) -> Self:
        return self.filter(email__iexact=email)


class Feedback(models.Model):
    class Kind(models.TextChoices):
        IDEA = "idea", _("Idea")
        COMPLAINT = "complaint", _("Complaint")
        PRAISE = "praise", _("Praise")
        ACCESSIBILITY = "accessibility", _("Barrier on this website")
        TRANSLATION = "translation", _("Wrong translation")

    class State(models.TextChoices):
        NEW = "new", _("Received")
        IN_PROGRESS = "in-progress", _("In progress")
        ANSWERED = "answered", _("Answered")
        CLOSED = "closed", _("Closed")

    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices, default=Kind.IDEA)
    text = models.TextField(_("message"), max_length=4000)
    page_address = models.CharField(_("about the page"), max_length=300, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    language = models.CharField(_("language"), max_length=12, default=settings.LANGUAGE_CODE)

    received_at = models.DateTimeField(_("received"), editable=False)
    code_hash = models.CharField(max_length=HASH_LENGTH, unique=True, editable=False)
    state = models.CharField(
        _("state"), max_length=12, choices=State.choices, default=State.NEW, db_index=True
    )
    answer = models.TextField(
        _("answer"), blank=True, help_text=_("Shown to whoever has the tracking code.")
    )
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True, editable=False)
    answer_mailed_at = models.DateTimeField(_("answer sent"), null=True, blank=True, editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("answered by"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        verbose_name = _("feedback")
        verbose_name_plural = _("feedback")
        ordering = ("-received_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(state="answered") | ~models.Q(answer=""),
                name="welcome_answered_has_answer",
                violation_error_message=_("Write the answer before you set the state to answered."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.received_at:%Y-%m-%d}"

    def is_fresh(self, *, now: datetime) -> bool:
        """Say whether its writer has just sent it and should note the code."""
        return now - self.received_at < timedelta(minutes=30)

    def give_answer(self, text: str, *, at: datetime, by: Any = None) -> None:
        """Store the answer; the sender reads it with the code (and by mail, see ``feedback``)."""
        self.answer, self.answered_at, self.answered_by = text, at, by
        self.state = self.State.ANSWERED
        self.save(update_fields=["answer", "answered_at", "answered_by", "state"])
