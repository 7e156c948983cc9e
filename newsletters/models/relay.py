"""The mail server that newsletters go through, and how much it takes."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class RelayAllowance(models.Model):
    """A token bucket: ``tokens`` mails might be sent at ``counted_at``; more come with time."""

    relay = models.CharField(_("mail server"), max_length=255, unique=True)
    tokens = models.FloatField(default=0)
    counted_at = models.DateTimeField()

    class Meta:
        verbose_name = _("allowance of a mail server")
        verbose_name_plural = _("allowances of mail servers")

    def __str__(self) -> str:
        return self.relay
