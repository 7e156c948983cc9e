"""Requests: who asked for a mission; mails to them and to the office are noted here."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from interpreters.models.mission import Mission


class MissionRequestQuerySet(models.QuerySet["MissionRequest"]):
    def unconfirmed(self) -> Self:
        """Whoever asked has not got the confirmation yet."""
        return self.filter(confirmation_mailed_at__isnull=True)

    def unannounced(self) -> Self:
        """The office has not been told yet."""
        return self.filter(notice_mailed_at__isnull=True)

    def for_mail(self) -> Self:
        return self.select_related("mission__language")

    def from_address(self, email: str) -> Self:
        return self.filter(contact_email__iexact=email)


class MissionRequest(models.Model):
    """Who asked for a mission and how to reach them; short-lived, so in a row of its own."""

    mission = models.OneToOneField(Mission, on_delete=models.CASCADE, related_name="request")
    institution_name = models.CharField(_("institution"), max_length=160)
    contact_name = models.CharField(_("contact person"), max_length=120)
    contact_email = models.EmailField(_("e-mail address"))
    contact_phone = models.CharField(_("phone"), max_length=40, blank=True)
    site_language = models.CharField(
        _("language of the answer"), max_length=12, default=settings.LANGUAGE_CODE
    )
    received_at = models.DateTimeField(_("received"), default=timezone.now)
    confirmation_mailed_at = models.DateTimeField(
        _("confirmation mailed"), null=True, blank=True, editable=False
    )
    notice_mailed_at = models.DateTimeField(_("office told"), null=True, blank=True, editable=False)

    objects = MissionRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request")
        verbose_name_plural = _("requests")
        ordering = ("-received_at",)

    def __str__(self) -> str:
        return self.institution_name
