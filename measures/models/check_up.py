"""Check Up: focus groups of the city's people look for gaps and propose measures."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from kit_portal.common.models import Publishable, PublishableQuerySet
from measures.models.concept import Concept


class FocusGroup(models.Model):
    concept = models.ForeignKey(
        Concept, verbose_name=_("concept"), on_delete=models.CASCADE, related_name="focus_groups"
    )
    slug = models.SlugField(_("short address"), max_length=60)
    name = models.CharField(_("name"), max_length=120)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("focus group")
        verbose_name_plural = _("focus groups")
        ordering = ("concept", "position", "slug")
        constraints = (
            models.UniqueConstraint(
                fields=("concept", "slug"),
                name="measures_focus_group_once",
                violation_error_message=_("The concept has a focus group with this short address."),
            ),
        )

    def __str__(self) -> str:
        return self.name


class MeasureProfileQuerySet(PublishableQuerySet):
    def published(self) -> Self:
        """A profile is public with its concept, never before it."""
        return self.filter(
            published_at__isnull=False, focus_group__concept__published_at__isnull=False
        )


class MeasureProfile(Publishable):
    focus_group = models.ForeignKey(
        FocusGroup, verbose_name=_("focus group"), on_delete=models.CASCADE, related_name="profiles"
    )
    slug = models.SlugField(_("short address"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=200)
    summary = models.TextField(_("summary"), blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = MeasureProfileQuerySet.as_manager()

    class Meta:
        verbose_name = _("measure profile")
        verbose_name_plural = _("measure profiles")
        ordering = ("focus_group", "position", "slug")

    def __str__(self) -> str:
        return self.title
