"""Abstract bases that know none of our nouns, and the heartbeat of the timetable."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Protocol, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Viewer(Protocol):
    """Whoever looks: a signed-in account or Django's AnonymousUser."""

    @property
    def is_authenticated(self) -> bool: ...

    @property
    def is_active(self) -> bool: ...

    def has_perm(self, perm: str, /) -> bool: ...


class Timestamped(models.Model):
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    modified_at = models.DateTimeField(_("last changed"), auto_now=True)

    class Meta:
        abstract = True


class PublishableQuerySet(models.QuerySet[Any]):
    """The vocabulary of things that are a draft first and public later."""

    def published(self) -> Self:
        return self.filter(published_at__isnull=False)

    def published_since(self, moment: datetime) -> Self:
        return self.filter(published_at__gte=moment)

    def drafts(self) -> Self:
        return self.filter(published_at__isnull=True)

    def visible_to(self, user: Viewer) -> Self:
        """The one door: staff who may see drafts see all, everybody else what is published."""
        label = f"{self.model._meta.app_label}.view_{self.model._meta.model_name}"
        if user.has_perm(label):
            return self.all()
        return self.published()


class Publishable(Timestamped):
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("published by"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        abstract = True

    @property
    def is_published(self) -> bool:
        return self.published_at is not None

    def publish(self, *, at: datetime, by: Any = None) -> None:
        """Make public. Publishing twice keeps the first moment."""
        if self.published_at is None:
            self.published_at, self.published_by = at, by
            self.save(update_fields=["published_at", "published_by", "modified_at"])

    def withdraw(self) -> None:
        self.published_at = self.published_by = None
        self.save(update_fields=["published_at", "published_by", "modified_at"])


class Heartbeat(models.Model):
    """When a timetable last gave a sign of life; ``/healthz`` reads it."""

    name = models.CharField(max_length=40, unique=True)
    beat_at = models.DateTimeField()

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")

    def __str__(self) -> str:
        return f"{self.name} {self.beat_at:%Y-%m-%d %H:%M}"

    def is_alive(self, *, now: datetime, within: timedelta = timedelta(minutes=5)) -> bool:
        return now - self.beat_at <= within
