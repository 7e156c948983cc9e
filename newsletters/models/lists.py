"""Lists taken over from elsewhere, and asking the people on them whether they still agree."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from newsletters.models.newsletter import Newsletter


class SubscriberImportQuerySet(models.QuerySet["SubscriberImport"]):
    def waiting(self) -> Self:
        return self.filter(done_at__isnull=True)

    def uploaded_before(self, moment: datetime) -> Self:
        return self.filter(uploaded_at__lt=moment)


class SubscriberImport(models.Model):
    """An uploaded list: looked at first, then taken over as a whole or not at all."""

    name = models.CharField(_("file"), max_length=200)
    newsletters = models.JSONField(_("newsletters"))  # primary keys
    entries = models.JSONField(_("entries"))  # emptied once they are taken over
    uploaded_at = models.DateTimeField(_("uploaded"))
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("uploaded by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    done_at = models.DateTimeField(_("taken over"), null=True, blank=True)
    added_count = models.PositiveIntegerField(_("added"), default=0)

    objects = SubscriberImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import of a list")
        verbose_name_plural = _("imports of lists")
        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.name


class ReconfirmationQuerySet(models.QuerySet["Reconfirmation"]):
    def with_progress(self) -> Self:
        """Add ``confirmed``, ``open`` and ``ended``: how many of those asked are how far."""
        still = models.Q(subscriptions__left_at__isnull=True)
        asked = models.Q(subscriptions__reconfirm_by__isnull=False)
        return self.annotate(
            confirmed=models.Count("subscriptions", filter=still & ~asked),
            open=models.Count("subscriptions", filter=still & asked),
            ended=models.Count("subscriptions", filter=~still),
        )


class Reconfirmation(models.Model):
    """One run: everybody taken over is asked; who does not confirm in time gets no more mail."""

    newsletter = models.ForeignKey(
        Newsletter,
        verbose_name=_("newsletter"),
        on_delete=models.CASCADE,
        related_name="reconfirmations",
    )
    until = models.DateField(_("confirm until"))
    begun_at = models.DateTimeField(_("begun"))
    begun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("begun by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    asked_count = models.PositiveIntegerField(_("asked"), default=0)

    confirmed: int  # only after with_progress()
    open: int
    ended: int

    objects = ReconfirmationQuerySet.as_manager()

    class Meta:
        verbose_name = _("confirmation anew")
        verbose_name_plural = _("confirmations anew")
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.newsletter_id} {self.until}"
