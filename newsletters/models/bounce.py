"""Bounces: reports that an issue did not arrive, one for each mail at the most."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from kit_portal.common.tokens import HASH_LENGTH
from newsletters.models.delivery import Delivery
from newsletters.models.subscriber import Subscriber


class Bounce(models.Model):
    class Kind(models.TextChoices):
        HARD = "hard", _("mailbox does not exist")
        SOFT = "soft", _("not accepted for now")

    class Source(models.TextChoices):
        ANSWER = "answer", _("answer of the mail server")
        REPORT = "report", _("mail that came back")

    subscriber = models.ForeignKey(
        Subscriber, verbose_name=_("subscriber"), on_delete=models.CASCADE, related_name="bounces"
    )
    # Reports can come from several servers, and after an answer: a mail counts once all the same.
    delivery = models.OneToOneField(
        Delivery, verbose_name=_("delivery"), on_delete=models.CASCADE, related_name="bounce"
    )
    kind = models.CharField(_("kind"), max_length=4, choices=Kind.choices)
    source = models.CharField(_("source"), max_length=6, choices=Source.choices)
    status = models.CharField(_("status (RFC 3463)"), max_length=12, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    report_hash = models.CharField(
        max_length=HASH_LENGTH, unique=True, null=True, blank=True, editable=False
    )
    at = models.DateTimeField(_("time"))

    class Meta:
        verbose_name = _("bounce")
        verbose_name_plural = _("bounces")
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d} {self.status or self.kind}"
