"""The consent log: the proof that Art. 7 (1) DSGVO asks for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from newsletters.models.newsletter import Newsletter
from newsletters.models.subscriber import Subscriber
from newsletters.models.subscription import Subscription


class ConsentManager(models.Manager["Consent"]):
    def note(
        self,
        subscriptions: Iterable[Subscription],
        *,
        event: str,
        source: str,
        version: str,
        at: datetime,
        network: str = "",
    ) -> list[Consent]:
        """Write one row for each subscription to the log; ``network`` only where that is wanted."""
        return self.bulk_create(
            Consent(
                subscriber_id=subscription.subscriber_id,
                newsletter_id=subscription.newsletter_id,
                event=event,
                source=source,
                text_version=version,
                language=subscription.subscriber.language,
                at=at,
                network=network if network and subscription.newsletter.notes_network else "",
            )
            for subscription in subscriptions
        )


class Consent(models.Model):
    """One line of the proof: rows are written and never changed.

    An IP address proves nothing about the mailbox's owner. Where an office wants it all the same,
    the newsletter says so, and the network alone is kept.
    """

    class Event(models.TextChoices):
        REQUESTED = "requested", _("requested")
        CONFIRMED = "confirmed", _("confirmed")
        MOVED = "moved", _("address changed")
        LEFT = "left", _("left")

    class Source(models.TextChoices):
        FORM = "form", _("form on the website")
        LINK = "link", _("personal link")
        ONE_CLICK = "one_click", _("button of the mail program")
        MAIL = "mail", _("mail to unsubscribe")
        STAFF = "staff", _("entered by the office")
        IMPORT = "import", _("taken over from an earlier list")
        OVERDUE = "overdue", _("not confirmed anew in time")

    subscriber = models.ForeignKey(
        Subscriber, verbose_name=_("subscriber"), on_delete=models.CASCADE, related_name="consents"
    )
    newsletter = models.ForeignKey(
        Newsletter, verbose_name=_("newsletter"), on_delete=models.CASCADE, related_name="+"
    )
    event = models.CharField(_("what happened"), max_length=10, choices=Event.choices)
    source = models.CharField(_("source"), max_length=10, choices=Source.choices)
    text_version = models.CharField(_("version of the text"), max_length=20, blank=True)
    language = models.CharField(_("language"), max_length=12)
    at = models.DateTimeField(_("time"))
    network = models.CharField(
        _("network"), max_length=45, blank=True, help_text=_("The shortened IP address.")
    )

    objects = ConsentManager()

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consent log")
        ordering = ("at", "pk")
        indexes = (models.Index(fields=("at", "id"), name="newsletters_consent_by_time"),)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.event}"
