"""Announcements: short news of the office that show themselves for a while and then go."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kit_portal.common.models import Publishable, PublishableQuerySet


class AnnouncementQuerySet(PublishableQuerySet):
    def current(self, now: datetime) -> Self:
        """Shown on the local day of ``now``, urgent ones first, then the newest."""
        today = timezone.localdate(now)
        return (
            self.filter(shown_from__lte=today)
            .filter(models.Q(shown_until__isnull=True) | models.Q(shown_until__gte=today))
            .newest_first()
        )

    def expired(self, now: datetime) -> Self:
        return self.filter(shown_until__lt=timezone.localdate(now))

    def newest_first(self) -> Self:
        return self.order_by("-is_urgent", "-shown_from", "-pk")


class Announcement(Publishable):
    slug = models.SlugField(_("short address"), max_length=100, unique=True)
    title = models.CharField(_("title"), max_length=160)
    text = models.TextField(_("text"), help_text=_("Markdown."))
    is_urgent = models.BooleanField(
        _("urgent"), default=False, help_text=_("Stands at the top of the home page.")
    )
    shown_from = models.DateField(_("shown from"), default=timezone.localdate)
    shown_until = models.DateField(
        _("shown until"), null=True, blank=True, help_text=_("The last day. Empty: no end.")
    )

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        ordering = ("-shown_from", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(shown_until__isnull=True)
                | models.Q(shown_until__gte=models.F("shown_from")),
                name="welcome_announcement_ends_after_start",
                violation_error_message=_("The last day lies before the first."),
            ),
        )

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"{reverse('welcome:announcements')}#{self.slug}"
