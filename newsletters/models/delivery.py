"""Deliveries: the frozen bodies of a released issue and one row for each recipient."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from kit_portal.common.tokens import HASH_LENGTH
from newsletters.models.issue import Issue
from newsletters.models.subscriber import Subscriber
from newsletters.models.subscription import Subscription


class RenderedBody(models.Model):
    """What readers of one language get, who leave out the same kinds of news.

    Personal parts are placeholders of fixed length.
    """

    issue = models.ForeignKey(
        Issue, verbose_name=_("issue"), on_delete=models.CASCADE, related_name="bodies"
    )
    language = models.CharField(_("language"), max_length=12)
    omits = models.CharField(_("leaves out"), max_length=80, blank=True, default="")
    subject = models.CharField(_("subject"), max_length=200)
    html = models.TextField("HTML")
    text = models.TextField(_("text"))
    sha256 = models.CharField(max_length=HASH_LENGTH)
    # The whole mail as it goes to a mail server, headers and all (newsletters/message.py).
    mime_template = models.BinaryField()

    class Meta:
        verbose_name = _("mail text")
        verbose_name_plural = _("mail texts")
        constraints = (
            models.UniqueConstraint(
                fields=("issue", "language", "omits"), name="newsletters_body_once_per_choice"
            ),
        )

    def __str__(self) -> str:
        return f"{self.issue_id} {self.language} {self.omits}".rstrip()


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def claimable(self, now: datetime) -> Self:
        """Waiting, or put off and due again; only while the issue is being sent."""
        waiting = models.Q(state=Delivery.State.PENDING)
        due_again = models.Q(state=Delivery.State.DEFERRED, next_attempt_at__lte=now)
        # A subquery, not a join: only the deliveries are to be locked when they are claimed.
        return self.filter(waiting | due_again, issue__in=Issue.objects.sending())

    def of_open_issues(self) -> Self:
        """Of issues whose books are not closed: there are no others to care for."""
        return self.filter(issue__in=Issue.objects.under_way())

    def unclear(self) -> Self:
        return self.of_open_issues().filter(state=Delivery.State.UNSURE)

    def held_by(self, claim_token: str) -> Self:
        """Still claimed by the worker that drew ``claim_token``."""
        return self.filter(state=Delivery.State.CLAIMED, claim_token=claim_token)

    def wanted(self, now: datetime) -> Self:
        """Whose reader still has the newsletter at this moment, and is not pausing."""
        subscription = Subscription.objects.served_on(localdate(now)).filter(
            subscriber=models.OuterRef("subscriber"),
            newsletter=models.OuterRef("issue__newsletter"),
        )
        return self.filter(models.Exists(subscription))

    def abandoned(self, now: datetime) -> Self:
        """Whose worker has not come back within its lease."""
        return self.of_open_issues().filter(lease_until__lt=now)

    def batches_at_work(self, now: datetime) -> int:
        """Return how many workers hold rows of these at the moment."""
        held = self.filter(lease_until__gte=now)
        return held.order_by().values("claim_token").distinct().count()

    def unfinished(self) -> Self:
        return self.exclude(state__in=Delivery.FINISHED)

    def counts(self) -> dict[str, int]:
        """Return how many rows are in each state, in one query; states without rows are 0."""
        found = dict(self.order_by().values_list("state").annotate(count=models.Count("pk")))
        return {state.value: found.get(state.value, 0) for state in Delivery.State}


class Delivery(models.Model):
    """One mail to one recipient.

    pending → claimed → final_dot → sent, or deferred (4xx: again later), failed (5xx), skipped
    (has left), unsure (the connection was lost where nobody can know, RFC 1047).
    """

    class State(models.TextChoices):
        PENDING = "pending", _("waiting")
        CLAIMED = "claimed", _("taken up")
        FINAL_DOT = "final_dot", _("being handed over")
        SENT = "sent", _("sent")
        DEFERRED = "deferred", _("tried, again later")
        FAILED = "failed", _("refused")
        SKIPPED = "skipped", _("skipped")
        UNSURE = "unsure", _("unclear")

    FINISHED = (State.SENT, State.FAILED, State.SKIPPED)

    issue = models.ForeignKey(
        Issue,
        verbose_name=_("issue"),
        on_delete=models.CASCADE,
        related_name="deliveries",
        db_index=False,  # the unique constraints begin with it
    )
    subscriber = models.ForeignKey(
        Subscriber,
        verbose_name=_("subscriber"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="deliveries",
        help_text=_("Empty once the person's data were erased."),
    )
    address_hash = models.CharField(max_length=HASH_LENGTH)
    language = models.CharField(_("language"), max_length=12)
    omits = models.CharField(_("leaves out"), max_length=80, blank=True, default="")
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.PENDING
    )

    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"), null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    claim_token = models.CharField(max_length=32, blank=True)
    handed_over_at = models.DateTimeField(_("handed over"), null=True, blank=True)
    is_journaled = models.BooleanField(
        _("copied to the journal"),
        default=False,
        help_text=_("The journal mailbox got the same mail in the same transaction."),
    )
    resent_at = models.DateTimeField(_("sent again though unclear"), null=True, blank=True)
    message_id = models.CharField(_("message id"), max_length=200)
    smtp_code = models.PositiveSmallIntegerField(_("answer of the mail server"), null=True)
    enhanced_code = models.CharField(max_length=12, blank=True)
    error = models.CharField(_("reason"), max_length=300, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("issue", "subscriber"), name="newsletters_delivered_once_per_subscriber"
            ),
            models.UniqueConstraint(
                fields=("issue", "address_hash"), name="newsletters_delivered_once_per_address"
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=("claimed", "final_dot"))
                | models.Q(lease_until__isnull=False),
                name="newsletters_claim_has_lease",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="deferred") | models.Q(next_attempt_at__isnull=False),
                name="newsletters_deferred_has_date",
            ),
        )
        # No index on what changes with each mail: PostgreSQL can then rewrite a row in its place
        # (HOT), without touching any index. Questions go through the issue.
        indexes = (models.Index(fields=("message_id",), name="newsletters_by_message_id"),)

    def __str__(self) -> str:
        return f"{self.issue_id} → {self.subscriber_id}"
