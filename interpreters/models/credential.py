"""What the office has seen of a person's papers: the fact and its dates, never the paper itself.

There is deliberately no upload: a certificate of good conduct may be looked at, but not be kept
(§ 72a (5) SGB VIII, by analogy).
"""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from interpreters.models.interpreter import Interpreter


class CredentialQuerySet(models.QuerySet["Credential"]):
    def newest_of_kind(self) -> Self:
        """Without those that a later one of the same person and kind has replaced."""
        later = Credential.objects.filter(
            interpreter=OuterRef("interpreter"),
            kind=OuterRef("kind"),
            seen_on__gt=OuterRef("seen_on"),
        )
        return self.filter(~Exists(later))

    def valid(self, *, today: date) -> Self:
        return self.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=today))

    def expiring(self, *, today: date, until: date) -> Self:
        return self.filter(valid_until__gte=today, valid_until__lte=until)

    def expired(self, *, today: date) -> Self:
        return self.filter(valid_until__lt=today)


class Credential(models.Model):
    class Kind(models.TextChoices):
        GOOD_CONDUCT = "good_conduct", _("Certificate of good conduct")
        CONFIDENTIALITY = "confidentiality", _("Declaration of confidentiality")
        BASIC_TRAINING = "basic_training", _("Basic training")
        REFRESHER = "refresher", _("Refresher training")
        GUIDE_TRAINING = "guide_training", _("Training as a guide")
        OTHER = "other", _("Other")

    interpreter = models.ForeignKey(
        Interpreter,
        verbose_name=_("interpreter"),
        on_delete=models.CASCADE,
        related_name="credentials",
    )
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    seen_on = models.DateField(_("seen on"))
    valid_until = models.DateField(
        _("valid until"), null=True, blank=True, help_text=_("Empty: for good.")
    )

    objects = CredentialQuerySet.as_manager()

    class Meta:
        verbose_name = _("credential")
        verbose_name_plural = _("credentials")
        ordering = ("kind", "-seen_on")
        constraints = (
            models.UniqueConstraint(
                fields=("interpreter", "kind", "seen_on"),
                name="interpreters_credential_once",
                violation_error_message=_("This credential is entered already."),
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("seen_on")),
                name="interpreters_credential_days_in_order",
                violation_error_message=_("The last day lies before the first."),
            ),
        )

    def __str__(self) -> str:
        return self.get_kind_display()
