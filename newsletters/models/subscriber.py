"""Subscribers: an address, what it wanted when (the proof), the secret of its personal links."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kit_portal.common.models import Timestamped
from kit_portal.common.tokens import HASH_LENGTH, derive_token, draw_link, hash_token
from newsletters.models.newsletter import Newsletter

PERSONAL_LINK = "newsletters.personal-link"


def fold_address(email: str) -> str:
    """Return the form in which two spellings of one mailbox are the same."""
    return unicodedata.normalize("NFKC", email).strip().casefold()


def hash_address(email: str) -> str:
    return hashlib.sha256(fold_address(email).encode()).hexdigest()


class SubscriberQuerySet(models.QuerySet["Subscriber"]):
    def active(self) -> Self:
        return self.filter(state=Subscriber.State.ACTIVE)

    def subscribed_to(self, newsletter: Newsletter) -> Self:
        """Who gets an issue of ``newsletter`` that is sent now."""
        mine = Subscription.objects.current().filter(
            subscriber=models.OuterRef("pk"), newsletter=newsletter
        )
        return self.active().filter(models.Exists(mine))

    def having(self, slug: str) -> Self:
        """Who subscribed to the newsletter with this short address, active or not."""
        mine = Subscription.objects.current().filter(
            subscriber=models.OuterRef("pk"), newsletter__slug=slug
        )
        return self.filter(models.Exists(mine))

    def by_address(self, email: str) -> Self:
        return self.filter(address_hash=hash_address(email))

    def by_link(self, token: str) -> Self:
        """Whose personal link carries ``token``. Looked up by hash: nothing to time, or to leak."""
        return self.filter(link_hash=hash_token(token))

    def by_language(self) -> list[tuple[str, int]]:
        """Return (language code, number of people), most first."""
        counted = self.order_by().values_list("language").annotate(count=models.Count("pk"))
        return list(counted.order_by("-count", "language"))

    def with_newsletters(self) -> Self:
        """Add ``newsletter_count``, in one query however many rows are shown."""
        mine = (
            Subscription.objects.current()
            .filter(subscriber=models.OuterRef("pk"))
            .order_by()
            .values("subscriber")
            .annotate(count=models.Count("pk"))
            .values("count")
        )
        return self.annotate(
            newsletter_count=models.functions.Coalesce(
                models.Subquery(mine, output_field=models.IntegerField()), 0
            )
        )


class Subscriber(Timestamped):
    class State(models.TextChoices):
        PENDING = "pending", _("not confirmed yet")
        ACTIVE = "active", _("active")
        SUSPENDED = "suspended", _("mail does not arrive")
        LEFT = "left", _("has left")

    email = models.EmailField(_("e-mail address"), max_length=254)
    address_hash = models.CharField(
        max_length=HASH_LENGTH,
        unique=True,
        editable=False,
        error_messages={"unique": _("This e-mail address is in the list already.")},
    )
    language = models.CharField(_("language"), max_length=12, default=settings.LANGUAGE_CODE)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.PENDING
    )

    link_nonce = models.CharField(max_length=32, editable=False)
    link_hash = models.CharField(max_length=HASH_LENGTH, unique=True, editable=False)
    mailed_at = models.DateTimeField(
        _("last asked to confirm"), null=True, blank=True, editable=False
    )

    newsletter_count: int  # only after with_newsletters()

    objects = SubscriberQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscriber")
        verbose_name_plural = _("subscribers")
        ordering = ("email", "pk")
        indexes = (
            models.Index(fields=("email",), name="newsletters_by_email"),
            models.Index(fields=("state", "language"), name="newsletters_by_state"),
        )

    def __str__(self) -> str:
        return self.email

    @classmethod
    def build(cls, email: str, **fields: Any) -> Self:
        """Return an unsaved subscriber with folded address and personal link (for bulk_create)."""
        subscriber = cls(email=email.strip(), address_hash=hash_address(email), **fields)
        subscriber._draw_link()
        return subscriber

    @property
    def link_token(self) -> str:
        """The secret of this person's links, the same in every mail, years after sign-up.

        Raises LookupError where no known key fits: ``renew_link`` first.
        """
        return derive_token(self.link_nonce, self.link_hash, purpose=PERSONAL_LINK)

    def renew_link(self) -> str:
        """Make all earlier links of this person worthless and return the new token."""
        self._draw_link()
        self.save(update_fields=["link_nonce", "link_hash", "modified_at"])
        return self.link_token

    def _draw_link(self) -> None:
        self.link_nonce, self.link_hash = draw_link(purpose=PERSONAL_LINK)


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def current(self) -> Self:
        return self.filter(confirmed_at__isnull=False, left_at__isnull=True)

    def pending(self) -> Self:
        return self.filter(confirmed_at__isnull=True, left_at__isnull=True)

    def requested_before(self, moment: datetime) -> Self:
        return self.filter(requested_at__lt=moment)

    def held_at(self, moment: datetime) -> Self:
        """Confirmed by then and not left by then."""
        return self.filter(confirmed_at__lt=moment).filter(
            models.Q(left_at__isnull=True) | models.Q(left_at__gte=moment)
        )


class Subscription(models.Model):
    subscriber = models.ForeignKey(
        Subscriber,
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

    def __str__(self) -> str:
        return f"{self.subscriber_id} · {self.newsletter_id}"

    @property
    def is_current(self) -> bool:
        return self.confirmed_at is not None and self.left_at is None


class ConsentManager(models.Manager["Consent"]):
    def note(
        self,
        subscriptions: Iterable[Subscription],
        *,
        event: str,
        source: str,
        version: str,
        at: datetime,
    ) -> list[Consent]:
        """Write one row for each subscription to the log."""
        return self.bulk_create(
            Consent(
                subscriber_id=subscription.subscriber_id,
                newsletter_id=subscription.newsletter_id,
                event=event,
                source=source,
                text_version=version,
                language=subscription.subscriber.language,
                at=at,
            )
            for subscription in subscriptions
        )


class Consent(models.Model):
    """One line of the proof that Art. 7 (1) DSGVO asks for: rows are written and never changed.

    There is no IP address in it: it proves nothing about the mailbox's owner.
    """

    class Event(models.TextChoices):
        REQUESTED = "requested", _("requested")
        CONFIRMED = "confirmed", _("confirmed")
        LEFT = "left", _("left")

    class Source(models.TextChoices):
        FORM = "form", _("form on the website")
        LINK = "link", _("personal link")
        ONE_CLICK = "one_click", _("button of the mail program")
        STAFF = "staff", _("entered by the office")
        IMPORT = "import", _("taken over from an earlier list")

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

    objects = ConsentManager()

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consent log")
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.event}"
