"""Contact points: places a newcomer can go to, with what one must know before going."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory.models.language import Language
from directory.models.organisation import Organisation
from directory.models.topic import Topic
from kit_portal.common.folding import contains_words
from kit_portal.common.models import Publishable, PublishableQuerySet
from kit_portal.common.translation_queries import column, translated_order


class ContactPointQuerySet(PublishableQuerySet):
    def by_name(self) -> Self:
        return self.order_by(translated_order("name"))

    def about(self, topic: Topic) -> Self:
        return self.filter(topics=topic)

    def speaking(self, language: Language) -> Self:
        return self.filter(languages=language)

    def step_free(self) -> Self:
        return self.filter(is_step_free=True)

    def open_at(self, now: datetime) -> Self:
        """Open at ``now`` by the clocks of the office; ``directory.hours`` says the same."""
        here = timezone.localtime(now)
        spans = OpeningHours.objects.filter(
            contact_point=models.OuterRef("pk"),
            weekday=here.weekday(),
            opens_at__lte=here.time(),
            closes_at__gt=here.time(),
        )
        return self.filter(models.Exists(spans))

    def containing(self, text: str) -> Self:
        """Every word of ``text`` in name or summary, in the current language or in German."""
        columns = {column(name, code) for name in ("name", "summary") for code in (None, "de")}
        rows = self.order_by().values_list("pk", *columns)
        found = [pk for pk, *texts in rows if contains_words(" ".join(filter(None, texts)), text)]
        return self.filter(pk__in=found)

    def with_related(self) -> Self:
        """With hours, languages and topics, in a fixed number of queries."""
        return self.prefetch_related("opening_hours", "languages", "topics")

    def for_cards(self) -> Self:
        """As ``with_related``, but without the long text that no card shows."""
        return self.with_related().defer("description")


class ContactPoint(Publishable):
    slug = models.SlugField(_("short address"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=160)
    summary = models.CharField(
        _("what for"), max_length=240, help_text=_("One sentence: what do people get help with?")
    )
    description = models.TextField(_("description"), blank=True, help_text=_("Markdown."))
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("organisation"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="contact_points",
    )
    topics = models.ManyToManyField(
        Topic, verbose_name=_("topics"), blank=True, related_name="contact_points"
    )

    street = models.CharField(_("street"), max_length=120, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=10, blank=True)
    locality = models.CharField(_("place"), max_length=80, blank=True)
    directions = models.CharField(
        _("how to find it"), max_length=240, blank=True, help_text=_("Entrance, floor, bus stop.")
    )
    latitude = models.DecimalField(
        _("latitude"),
        max_digits=8,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
    )
    longitude = models.DecimalField(
        _("longitude"),
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
    )
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    website = models.URLField(_("website"), blank=True)
    needs_appointment = models.BooleanField(_("only with an appointment"), default=False)
    hours_note = models.CharField(_("note on opening hours"), max_length=240, blank=True)

    languages = models.ManyToManyField(
        Language, verbose_name=_("languages spoken"), blank=True, related_name="contact_points"
    )
    is_step_free = models.BooleanField(
        _("entrance without steps"), null=True, blank=True, help_text=_("Unknown: leave open.")
    )
    has_accessible_toilet = models.BooleanField(_("accessible toilet"), null=True, blank=True)
    accessibility_note = models.CharField(_("note on accessibility"), max_length=240, blank=True)

    objects = ContactPointQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact point")
        verbose_name_plural = _("contact points")
        ordering = ("slug",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(latitude__isnull=True, longitude__isnull=True)
                | models.Q(latitude__isnull=False, longitude__isnull=False),
                name="directory_place_whole_or_none",
                violation_error_message=_("Enter both latitude and longitude, or neither."),
            ),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("directory:contact_point", args=[self.slug])

    @property
    def address_lines(self) -> list[str]:
        lines = [self.street, f"{self.postal_code} {self.locality}".strip()]
        return [line for line in lines if line]


class OpeningHours(models.Model):
    class Weekday(models.IntegerChoices):
        MONDAY = 0, _("Monday")
        TUESDAY = 1, _("Tuesday")
        WEDNESDAY = 2, _("Wednesday")
        THURSDAY = 3, _("Thursday")
        FRIDAY = 4, _("Friday")
        SATURDAY = 5, _("Saturday")
        SUNDAY = 6, _("Sunday")

    contact_point = models.ForeignKey(
        ContactPoint, on_delete=models.CASCADE, related_name="opening_hours"
    )
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday.choices)
    opens_at = models.TimeField(_("opens"))
    closes_at = models.TimeField(_("closes"))

    class Meta:
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        ordering = ("weekday", "opens_at")
        constraints = (
            models.UniqueConstraint(
                fields=("contact_point", "weekday", "opens_at"),
                name="directory_opens_once",
                violation_error_message=_("This opening time is entered already."),
            ),
            models.CheckConstraint(
                condition=models.Q(closes_at__gt=models.F("opens_at")),
                name="directory_closes_after_opening",
                violation_error_message=_("The closing time lies before the opening time."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens_at:%H:%M}–{self.closes_at:%H:%M}"
