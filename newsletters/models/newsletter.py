"""Newsletters: mailing lists with a rhythm, a sender and the kinds of news they gather."""

from __future__ import annotations

from datetime import time
from email.utils import formataddr, parseaddr
from typing import Any, Self
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.urls import reverse
from django.utils.dates import WEEKDAYS
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from kit_portal.common.models import Timestamped

# What an issue gathers from the portal, in the order of a letter.
SECTIONS = {
    "announcement": _("Announcements"),
    "event": _("Events"),
    "meeting": _("Public meetings"),
    "measure": _("New and changed measures"),
    "offer": _("New places to go"),
}
QUIET_HOUR = (time(2), time(3))  # clocks change between these: an hour may be missing or come twice
MAX_LEAD_HOURS = 24 * 6


def all_sections() -> list[str]:
    return list(SECTIONS)


def validate_sections(value: object) -> None:
    if not isinstance(value, list) or any(section not in SECTIONS for section in value):
        raise ValidationError(_("Choose from the kinds of news in the list."))


class NewsletterQuerySet(models.QuerySet["Newsletter"]):
    def active(self) -> Self:
        return self.filter(is_active=True)

    def with_rhythm(self) -> Self:
        """Those that a timetable fills; the others wait for somebody to begin an issue."""
        return self.exclude(rhythm=Newsletter.Rhythm.MANUAL)

    def with_recipients(self) -> Self:
        """Add ``recipients``: how many would get an issue sent now.

        Counted are the subscriptions, from an index alone; taken off are the few whose readers get
        nothing at the moment. A join with all readers would cost thirty times as much.
        """
        subscriptions: Any = self.model._meta.get_field("subscriptions").related_model
        readers: Any = subscriptions._meta.get_field("subscriber").related_model
        held = subscriptions.objects.current().filter(newsletter=models.OuterRef("pk"))
        silent = held.filter(subscriber__in=readers.objects.silent(localdate()).values("pk"))
        return self.annotate(recipients=_count(held) - _count(silent))


def _count(rows: models.QuerySet[Any]) -> models.expressions.Combinable:
    counted = rows.order_by().values("newsletter").annotate(n=models.Count("pk")).values("n")
    return models.functions.Coalesce(
        models.Subquery(counted, output_field=models.IntegerField()), 0
    )


class Newsletter(Timestamped):
    class Rhythm(models.TextChoices):
        WEEKLY = "weekly", _("every week")
        QUARTERLY = "quarterly", _("every quarter")
        MANUAL = "manual", _("when the office wants")

    slug = models.SlugField(_("short address"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    description = models.TextField(
        _("description"), blank=True, help_text=_("What it is about and whom it is for.")
    )
    sections = models.JSONField(
        _("gathers"), default=all_sections, blank=True, validators=[validate_sections]
    )

    rhythm = models.CharField(
        _("rhythm"), max_length=10, choices=Rhythm.choices, default=Rhythm.WEEKLY
    )
    weekday = models.PositiveSmallIntegerField(
        _("day of the week"),
        choices=list(WEEKDAYS.items()),
        default=2,
        help_text=_("Quarterly: the first such day of the quarter."),
    )
    send_time = models.TimeField(
        _("time of sending"), default=time(9), help_text=_("Local time, not between 2 and 3.")
    )
    lead_hours = models.PositiveSmallIntegerField(
        _("compose before (hours)"),
        default=48,
        validators=[MaxValueValidator(MAX_LEAD_HOURS)],
        help_text=_("How long before sending the draft is laid out for editing."),
    )
    late_hours = models.PositiveSmallIntegerField(
        _("send late (hours)"),
        default=12,
        validators=[MaxValueValidator(24)],
        help_text=_("After a breakdown it is still sent within this time; later you are asked."),
    )
    resends_unclear = models.BooleanField(
        _("send unclear mails again"),
        default=False,
        help_text=_(
            "When nobody can know whether a mail arrived, it is sent once more after a day: the "
            "reader may get it twice. Off: you decide for each."
        ),
    )

    sender_name = models.CharField(
        _("sender's name"), max_length=80, blank=True, help_text=_("Empty: the newsletter's name.")
    )
    from_email = models.EmailField(
        _("sender's address"), blank=True, help_text=_("Empty: the portal's address.")
    )
    reply_to = models.EmailField(
        _("replies to"), blank=True, help_text=_("Empty: the sender's address.")
    )
    list_id = models.CharField(
        _("list id"),
        max_length=120,
        blank=True,
        validators=[RegexValidator(r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")],
        help_text=_("How mail programs recognise the list (RFC 2919). Empty: made by the portal."),
    )

    proof_months = models.PositiveSmallIntegerField(
        _("keep proof of consent (months)"),
        default=36,
        validators=[MinValueValidator(1), MaxValueValidator(120)],
        help_text=_("After somebody has left. Then all that is stored about them is erased."),
    )
    notes_network = models.BooleanField(
        _("note the network of consent"),
        default=False,
        help_text=_("The IP address without its last part. Mostly not needed as a proof."),
    )
    dkim_selector = models.CharField(
        _("DKIM selector"),
        max_length=63,
        blank=True,
        validators=[RegexValidator(r"^[A-Za-z0-9._-]+$")],
        help_text=_("Under which the mail server's key stands in the DNS, for the check."),
    )
    needs_second_person = models.BooleanField(
        _("second person releases"),
        default=False,
        help_text=_("One person proposes an issue for release, another one releases it."),
    )

    position = models.PositiveSmallIntegerField(_("position"), default=0)
    has_archive = models.BooleanField(
        _("public archive"), default=True, help_text=_("Sent issues can be read on the website.")
    )
    is_active = models.BooleanField(_("active"), default=True)

    recipients: int  # only after with_recipients()

    objects = NewsletterQuerySet.as_manager()

    class Meta:
        verbose_name = _("newsletter")
        verbose_name_plural = _("newsletters")
        ordering = ("position", "slug")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(weekday__lte=6),
                name="newsletters_weekday_exists",
                violation_error_message=_("Choose a day of the week."),
            ),
            models.CheckConstraint(
                condition=models.Q(send_time__lt=QUIET_HOUR[0])
                | models.Q(send_time__gte=QUIET_HOUR[1]),
                name="newsletters_not_in_quiet_hour",
                violation_error_message=_(
                    "Clocks change between 2 and 3 at night; choose another time."
                ),
            ),
            # Else one issue would be composed before the one ahead of it is sent.
            models.CheckConstraint(
                condition=models.Q(lead_hours__lte=MAX_LEAD_HOURS, late_hours__lte=24),
                name="newsletters_lead_within_week",
                violation_error_message=_("Composing and sending late must fit into one week."),
            ),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("newsletters:archive", args=[self.slug])

    @property
    def address(self) -> str:
        """The bare address that issues are sent from."""
        return self.from_email or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]

    @property
    def from_header(self) -> str:
        return formataddr((self.sender_name or self.name, self.address))

    @property
    def list_id_header(self) -> str:
        host = urlsplit(settings.SITE_URL).hostname or "localhost"
        return f"<{self.list_id or f'{self.slug}.{host}'}>"
