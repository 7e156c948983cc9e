"""Events: what takes place in town, when, where, in which languages and at what price."""

from __future__ import annotations

from datetime import date, datetime
from typing import Self

from django.db import models
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory.models import ContactPoint, Language, Organisation, Topic
from kit_portal.common.models import Publishable, PublishableQuerySet


class EventQuerySet(PublishableQuerySet):
    def with_end(self) -> Self:
        """Add ``end``: an event without an end is over with its beginning."""
        return self.annotate(end=Coalesce("ends_at", "starts_at"))

    def coming(self, now: datetime, until: datetime | None = None) -> Self:
        """Not over at ``now``, begun before ``until``, soonest first; cancelled ones included.

        An event of whole days lasts until the end of its last day.
        """
        today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
        coming = self.with_end().filter(
            models.Q(end__gte=now) | models.Q(all_day=True, end__gte=today)
        )
        if until is not None:
            coming = coming.filter(starts_at__lt=until)
        return coming.in_order()

    def past(self, now: datetime) -> Self:
        """Over at ``now``, latest first."""
        today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
        past = self.with_end().filter(end__lt=now).exclude(all_day=True, end__gte=today)
        return past.order_by("-starts_at", "-pk")

    def with_related(self) -> Self:
        """With place, languages and topics, in a fixed number of queries."""
        return self.select_related("contact_point").prefetch_related("languages", "topics")

    def for_cards(self) -> Self:
        """As ``with_related``, but without the long texts that no card shows."""
        return self.with_related().defer("description", "contact_point__description")

    def taking_place(self) -> Self:
        return self.filter(cancelled_at__isnull=True)

    def in_order(self) -> Self:
        return self.order_by("starts_at", "pk")

    def about(self, topic: Topic) -> Self:
        return self.filter(topics=topic)

    def free(self) -> Self:
        return self.filter(is_free=True)


class Event(Publishable):
    slug = models.SlugField(_("short address"), max_length=100, unique=True)
    title = models.CharField(_("title"), max_length=160)
    summary = models.CharField(
        _("summary"), max_length=240, blank=True, help_text=_("One sentence for lists and mails.")
    )
    description = models.TextField(_("description"), blank=True, help_text=_("Markdown."))
    topics = models.ManyToManyField(
        Topic, verbose_name=_("topics"), blank=True, related_name="events"
    )
    languages = models.ManyToManyField(
        Language, verbose_name=_("languages spoken"), blank=True, related_name="events"
    )

    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    all_day = models.BooleanField(
        _("whole day"), default=False, help_text=_("Show the days without times.")
    )
    place = models.CharField(
        _("place"), max_length=200, blank=True, help_text=_("Name and address, as on the house.")
    )
    contact_point = models.ForeignKey(
        ContactPoint,
        verbose_name=_("contact point"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="events",
        help_text=_("If the event takes place there."),
    )

    organiser = models.ForeignKey(
        Organisation,
        verbose_name=_("organiser"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="events",
    )
    is_free = models.BooleanField(_("free of charge"), default=True)
    registration_url = models.URLField(_("registration page"), blank=True)
    registration_email = models.EmailField(_("registration by e-mail"), blank=True)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True, editable=False)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ("starts_at", "pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(ends_at__isnull=True)
                | models.Q(ends_at__gte=models.F("starts_at")),
                name="welcome_event_ends_after_start",
                violation_error_message=_("The end lies before the beginning."),
            ),
        )
        indexes = (models.Index(fields=("starts_at",), name="welcome_event_starts"),)

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("welcome:event", args=[self.slug])

    @property
    def is_cancelled(self) -> bool:
        return self.cancelled_at is not None

    @property
    def where(self) -> str:
        """The place as entered, else name and address of the contact point; perhaps empty."""
        if self.place or self.contact_point is None:
            return self.place
        return ", ".join([self.contact_point.name, *self.contact_point.address_lines])

    @property
    def month(self) -> date:
        return self.first_day.replace(day=1)

    @property
    def first_day(self) -> date:
        """The local day of the beginning."""
        return timezone.localdate(self.starts_at)

    @property
    def last_day(self) -> date:
        """The local day of the end."""
        return timezone.localdate(self.ends_at or self.starts_at)

    def cancel(self, *, at: datetime) -> None:
        """Call off. The event stays visible, marked; cancelling twice keeps the first moment."""
        if self.cancelled_at is None:
            self.cancelled_at = at
            self.save(update_fields=["cancelled_at", "modified_at"])

    def reinstate(self) -> None:
        self.cancelled_at = None
        self.save(update_fields=["cancelled_at", "modified_at"])
