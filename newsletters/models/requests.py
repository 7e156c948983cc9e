"""What people asked for on the website and has still to be dealt with or confirmed."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from kit_portal.common.tokens import HASH_LENGTH
from newsletters.models.subscriber import Subscriber


class SignUp(models.Model):
    """A filled-in form, until a worker has looked at it.

    The page writes this row and nothing else, so that it takes the same time whether the address
    is known or not.
    """

    email = models.EmailField(_("e-mail address"), max_length=254)
    newsletters = models.JSONField(_("newsletters"))  # primary keys
    language = models.CharField(_("language"), max_length=12)
    network = models.CharField(_("network"), max_length=45, blank=True)
    requested_at = models.DateTimeField(_("requested"))

    class Meta:
        verbose_name = _("sign-up")
        verbose_name_plural = _("sign-ups")
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.email


class AddressChangeQuerySet(models.QuerySet["AddressChange"]):
    def requested_before(self, moment: datetime) -> Self:
        return self.filter(requested_at__lt=moment)

    def unconfirmed(self) -> Self:
        return self.filter(confirmed_at__isnull=True)

    def unmailed(self) -> Self:
        """Whose new mailbox has still to be asked."""
        return self.unconfirmed().filter(mailed_at__isnull=True)

    def untold(self) -> Self:
        """Confirmed, and the old mailbox has still to be told."""
        return self.filter(confirmed_at__isnull=False)


class AddressChange(models.Model):
    """A reader's wish to get mails elsewhere. It counts once the new mailbox confirms.

    ``email`` is the new address until then, and the old one until that has been told.
    """

    subscriber = models.OneToOneField(
        Subscriber,
        verbose_name=_("subscriber"),
        on_delete=models.CASCADE,
        related_name="address_change",
    )
    email = models.EmailField(_("e-mail address"), max_length=254)
    token_hash = models.CharField(max_length=HASH_LENGTH, blank=True, db_index=True, editable=False)
    requested_at = models.DateTimeField(_("requested"))
    mailed_at = models.DateTimeField(_("mailed"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)

    objects = AddressChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of address")
        verbose_name_plural = _("changes of address")

    def __str__(self) -> str:
        return self.email
