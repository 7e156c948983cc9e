"""Subscribers: an address, how it wants its letters, the secret of its personal links."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable
from datetime import date
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from kit_portal.common.models import Timestamped
from kit_portal.common.tokens import HASH_LENGTH, derive_token, draw_link, hash_token
from newsletters.models.newsletter import SECTIONS, Newsletter
from newsletters.models.subscription import Subscription

PERSONAL_LINK = "newsletters.personal-link"


def fold_address(email: str) -> str:
    """Return the form in which two spellings of one mailbox are the same."""
    return unicodedata.normalize("NFKC", email).strip().casefold()


def hash_address(email: str) -> str:
    return hashlib.sha256(fold_address(email).encode()).hexdigest()


def sections_key(sections: Iterable[str]) -> str:
    """Return kinds of news as one text, the same for the same kinds in any order."""
    chosen = set(sections)
    return " ".join(section for section in SECTIONS if section in chosen)


class SubscriberQuerySet(models.QuerySet["Subscriber"]):
    def active(self) -> Self:
        return self.filter(state=Subscriber.State.ACTIVE)

    def suspended(self) -> Self:
        """Whose mails come back."""
        return self.filter(state=Subscriber.State.SUSPENDED)

    def silent(self, day: date) -> Self:
        """Who has newsletters and gets none on ``day``: mails come back, or a pause."""
        return self.filter(
            models.Q(state=Subscriber.State.SUSPENDED) | models.Q(paused_until__gt=day)
        )

    def subscribed_to(self, newsletter: Newsletter, *, on: date | None = None) -> Self:
        """Who gets an issue of ``newsletter`` that is sent on a day, today unless given."""
        mine = Subscription.objects.served_on(on or localdate()).filter(
            subscriber=models.OuterRef("pk"), newsletter=newsletter
        )
        return self.active().filter(models.Exists(mine))

    def having(self, newsletter: Newsletter) -> Self:
        """Who subscribed to ``newsletter``, active or not.

        By its key, not by a join: so a database knows how many that are, and where to begin.
        """
        mine = Subscription.objects.current().filter(newsletter=newsletter.pk)
        return self.filter(pk__in=mine.order_by().values("subscriber"))

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

    omits = models.CharField(
        _("does not want"), max_length=80, blank=True, default="", editable=False
    )
    paused_until = models.DateField(
        _("pauses until"), null=True, blank=True, help_text=_("On this day mails begin again.")
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
            models.Index(fields=("state", "email"), name="newsletters_by_state_email"),
            models.Index(fields=("language", "email"), name="newsletters_by_language_email"),
            models.Index(
                fields=("paused_until",),
                name="newsletters_paused",
                condition=models.Q(paused_until__isnull=False),
            ),
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
    def omitted(self) -> list[str]:
        return self.omits.split()

    @property
    def is_suspended(self) -> bool:
        return self.state == self.State.SUSPENDED

    def is_paused(self, today: date) -> bool:
        return self.paused_until is not None and self.paused_until > today

    @property
    def link_token(self) -> str:
        """The secret of this person's links, the same in every mail, years after sign-up.

        Raises LookupError where no known key fits: ``renew_link`` first.
        """
        return derive_token(self.link_nonce, self.link_hash, purpose=PERSONAL_LINK)

    def current_token(self) -> str:
        """Return the secret; a new one if the key that made it was thrown away."""
        try:
            return self.link_token
        except LookupError:
            return self.renew_link()

    def move_to(self, email: str) -> None:
        """Give this reader another address, and a new link with it.

        The links of earlier mails end, those for confirming too: they lie in the old mailbox. Who
        was asked there to confirm anew is asked again.

        Raises IntegrityError if the address is somebody's.
        """
        self.email, self.address_hash = email.strip(), hash_address(email)
        if self.state == self.State.SUSPENDED:
            self.state = self.State.ACTIVE
        self._draw_link()
        self.save(
            update_fields=[
                *("email", "address_hash", "state", "link_nonce", "link_hash", "modified_at"),
            ]
        )
        self.subscriptions.update(token_hash="", reconfirm_mailed_at=None)

    def renew_link(self) -> str:
        """Make all earlier links of this person worthless and return the new token."""
        self._draw_link()
        self.save(update_fields=["link_nonce", "link_hash", "modified_at"])
        return self.link_token

    def _draw_link(self) -> None:
        self.link_nonce, self.link_hash = draw_link(purpose=PERSONAL_LINK)
