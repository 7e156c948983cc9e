"""Who takes part: departments, associations, welfare organisations, schools, companies."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from kit_portal.common.models import Timestamped


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def active(self) -> Self:
        return self.filter(is_active=True)

    def by_name(self) -> Self:
        return self.order_by(Lower("name"))


class Organisation(Timestamped):
    class Kind(models.TextChoices):
        ADMINISTRATION = "administration", _("Administration")
        WELFARE = "welfare", _("Welfare organisation")
        MIGRANT = "migrant", _("Migrant organisation")
        ASSOCIATION = "association", _("Association or initiative")
        EDUCATION = "education", _("Education")
        RELIGION = "religion", _("Religious community")
        BUSINESS = "business", _("Business or chamber")
        AUTHORITY = "authority", _("State or federal authority")
        OTHER = "other", _("Other")

    slug = models.SlugField(_("short address"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=200)
    short_name = models.CharField(_("short name"), max_length=40, blank=True)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices, default=Kind.OTHER)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("part of"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="parts",
    )
    description = models.TextField(_("description"), blank=True)

    email = models.EmailField(
        _("e-mail address"), blank=True, help_text=_("Of the organisation, not of a person.")
    )
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    website = models.URLField(_("website"), blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = (Lower("name"),)
        constraints = (
            models.UniqueConstraint(
                Lower("name"),
                name="directory_organisation_name_once",
                violation_error_message=_("There is an organisation with this name already."),
            ),
        )

    def __str__(self) -> str:
        return self.name
