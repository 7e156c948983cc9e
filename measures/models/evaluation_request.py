"""The yearly question sent to participants: a personal link, and what they answered."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from directory.models import Organisation
from kit_portal.common.models import Timestamped
from kit_portal.common.tokens import HASH_LENGTH, hash_token
from measures.models.concept import YEARS
from measures.models.evaluation import Evaluation
from measures.models.measure import Measure


class EvaluationRequestQuerySet(models.QuerySet["EvaluationRequest"]):
    def of_year(self, year: int) -> Self:
        return self.filter(year=year)

    def valid(self, *, now: datetime) -> Self:
        """Whose link opens something: not withdrawn, not expired."""
        return self.filter(withdrawn_at__isnull=True, expires_at__gt=now)

    def by_link(self, token: str) -> Self:
        """Whose personal link carries ``token``; looked up by its hash."""
        return self.filter(link_hash=hash_token(token))


class EvaluationRequest(Timestamped):
    """One organisation asked about its measures of one year, by one personal link."""

    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("organisation"),
        on_delete=models.CASCADE,
        related_name="evaluation_requests",
    )
    year = models.PositiveSmallIntegerField(_("year"), validators=YEARS)
    email = models.EmailField(_("e-mail address"))
    language = models.CharField(_("language"), max_length=12, default=settings.LANGUAGE_CODE)

    link_nonce = models.CharField(max_length=32, editable=False)
    link_hash = models.CharField(max_length=HASH_LENGTH, unique=True, editable=False)
    expires_at = models.DateTimeField(_("valid until"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("asked by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    mailed_at = models.DateTimeField(
        _("last written to"), null=True, blank=True, help_text=_("The request or a reminder.")
    )
    reminders = models.PositiveSmallIntegerField(_("reminders"), default=0)

    objects = EvaluationRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for evaluations")
        verbose_name_plural = _("requests for evaluations")
        ordering = ("-year", "organisation__name")
        constraints = (
            models.UniqueConstraint(
                fields=("organisation", "year"),
                condition=Q(withdrawn_at__isnull=True),
                name="measures_asked_once_a_year",
                violation_error_message=_("The organisation has been asked for this year already."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.organisation} {self.year}"


class EvaluationReplyQuerySet(models.QuerySet["EvaluationReply"]):
    def submitted(self) -> Self:
        return self.filter(state=EvaluationReply.State.SUBMITTED)


class EvaluationReply(Timestamped):
    """What a participant says of one measure; it counts only after the office accepted it."""

    class State(models.TextChoices):
        DRAFT = "draft", _("begun")
        SUBMITTED = "submitted", _("handed in")
        RETURNED = "returned", _("returned")
        ACCEPTED = "accepted", _("accepted")

    request = models.ForeignKey(
        EvaluationRequest,
        verbose_name=_("request for evaluations"),
        on_delete=models.CASCADE,
        related_name="replies",
    )
    measure = models.ForeignKey(
        Measure,
        verbose_name=_("measure"),
        on_delete=models.CASCADE,
        related_name="evaluation_replies",
    )
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.DRAFT)
    verdict = models.CharField(
        _("verdict"), max_length=8, choices=Evaluation.Verdict.choices, blank=True
    )
    reasoning = models.TextField(_("reasoning"), blank=True)
    figures = models.JSONField(
        _("figures"),
        default=dict,
        blank=True,
        help_text="{indicator slug: {“value”: number, “whole”: number or null}}",
    )
    remark = models.TextField(
        _("remark of the office"), blank=True, help_text=_("Why it was returned.")
    )
    submitted_at = models.DateTimeField(_("handed in on"), null=True, blank=True)
    settled_at = models.DateTimeField(_("settled on"), null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("settled by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    objects = EvaluationReplyQuerySet.as_manager()

    class Meta:
        verbose_name = _("reply of a participant")
        verbose_name_plural = _("replies of participants")
        ordering = ("request", "measure__number_key")
        constraints = (
            models.UniqueConstraint(
                fields=("request", "measure"),
                name="measures_reply_once",
                violation_error_message=_("There is a reply to this measure already."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=("draft", "returned")) | ~Q(verdict=""),
                name="measures_reply_has_verdict",
                violation_error_message=_("Choose a verdict before you hand it in."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.measure_id} {self.get_state_display()}"
