"""Subscriptions: which reader wants which newsletter, since when, and whether that still holds."""

from __future__ import annotations

from datetime import date, datetime
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from kit_portal.common.tokens import HASH_LENGTH
from newsletters.models.lists import Reconfirmation
from newsletters.models.newsletter import Newsletter


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def current(self) -> Self:
        return self.filter(confirmed_at__isnull=False, left_at__isnull=True)

    def served_on(self, day: date) -> Self:
        """Whose issue goes out on ``day``: neither paused nor mail that does not arrive."""
        is_back = models.Q(subscriber__paused_until__isnull=True) | models.Q(
            subscriber__paused_until__lte=day
        )
        in_time = models.Q(reconfirm_by__isnull=True) | models.Q(reconfirm_by__gte=day)
        return self.current().filter(is_back, in_time, subscriber__state="active")

    def pending(self) -> Self:
        return self.filter(confirmed_at__isnull=True, left_at__isnull=True)

    def waiting_for_last_issue(self) -> Self:
        """Whose reader asked for the last issue and has not got it yet."""
        return self.current().filter(
            last_issue_asked_at__isnull=False, last_issue_sent_at__isnull=True
        )

    def waiting_to_be_asked_anew(self) -> Self:
        """Whose reader has to confirm anew and has not been written to."""
        return self.current().filter(reconfirm_by__isnull=False, reconfirm_mailed_at__isnull=True)

    def requested_before(self, moment: datetime) -> Self:
        return self.filter(requested_at__lt=moment)

    def held_at(self, moment: datetime) -> Self:
        """Confirmed by then and not left by then."""
        return self.filter(confirmed_at__lt=moment).filter(
            models.Q(left_at__isnull=True) | models.Q(left_at__gte=moment)
        )


class Subscription(models.Model):
    subscriber = models.ForeignKey(
        "newsletters.Subscriber",
        verbose_name=_("subscriber"),
        on_delete=models.CASCADE,
        related_name="subscriptions",
    )
    newsletter = models.ForeignKey(
        Newsletter,
        verbose_name=_("newsletter"),
        on_delete=models.CASCADE,
        related_name="subscriptions",
    )
    requested_at = models.DateTimeField(_("requested"))
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    left_at = models.DateTimeField(_("left"), null=True, blank=True)
    # One sign-up may ask for several newsletters and gets one link: hence not unique.
    token_hash = models.CharField(max_length=HASH_LENGTH, blank=True, db_index=True, editable=False)

    # For those taken over from a list: asked in which run, to be confirmed by when.
    reconfirmation = models.ForeignKey(
        Reconfirmation,
        verbose_name=_("confirmation anew"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="subscriptions",
    )
    reconfirm_by = models.DateField(_("confirm anew until"), null=True, blank=True, editable=False)
    reconfirm_mailed_at = models.DateTimeField(null=True, blank=True, editable=False)

    last_issue_asked_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_issue_sent_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        ordering = ("newsletter__position", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("subscriber", "newsletter"),
                name="newsletters_subscribed_once",
                violation_error_message=_("This person has this newsletter already."),
            ),
            models.CheckConstraint(
                condition=models.Q(confirmed_at__isnull=True)
                | models.Q(confirmed_at__gte=models.F("requested_at")),
                name="newsletters_confirmed_after_request",
                violation_error_message=_("It was confirmed before it was requested."),
            ),
        )
        indexes = (
            models.Index(
                fields=("newsletter", "subscriber"),
                name="newsletters_current",
                condition=models.Q(confirmed_at__isnull=False, left_at__isnull=True),
            ),
            models.Index(
                fields=("reconfirm_by",),
                name="newsletters_to_confirm_anew",
                condition=models.Q(reconfirm_by__isnull=False),
            ),
            models.Index(
                fields=("last_issue_asked_at",),
                name="newsletters_last_issue_asked",
                condition=models.Q(
                    last_issue_asked_at__isnull=False, last_issue_sent_at__isnull=True
                ),
            ),
        )

    def __str__(self) -> str:
        return f"{self.subscriber_id} · {self.newsletter_id}"

    @property
    def is_current(self) -> bool:
        return self.confirmed_at is not None and self.left_at is None

    @property
    def is_settled(self) -> bool:
        """Nothing is left to confirm."""
        return self.is_current and self.reconfirm_by is None
