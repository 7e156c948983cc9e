"""Institutions that ask for interpreters: an organisation of the directory, or just a name."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, Lower, NullIf
from django.utils.translation import gettext_lazy as _

from directory.models import Organisation
from kit_portal.common.models import Timestamped


class InstitutionQuerySet(models.QuerySet["Institution"]):
    def approved(self) -> Self:
        return self.filter(is_approved=True)

    def waiting(self) -> Self:
        return self.filter(is_approved=False)

    def called(self, title: str) -> Self:
        return self.filter(Q(name__iexact=title) | Q(organisation__name__iexact=title))

    def with_title(self) -> Self:
        """Fetch what ``title`` reads; sort by it."""
        title = Coalesce(NullIf("name", Value("")), F("organisation__name"))
        return self.select_related("organisation").order_by(Lower(title))


class Institution(Timestamped):
    class Kind(models.TextChoices):
        AUTHORITY = "authority", _("Authority")
        HEALTH = "health", _("Doctor or hospital")
        SCHOOL = "school", _("School")
        KINDERGARTEN = "kindergarten", _("Kindergarten")
        COUNSELLING = "counselling", _("Counselling service")
        OTHER = "other", _("Other")

    organisation = models.OneToOneField(
        Organisation,
        verbose_name=_("organisation"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="institution",
        help_text=_("If it is in the directory already."),
    )
    name = models.CharField(
        _("name"), max_length=160, blank=True, help_text=_("If it is not in the directory.")
    )
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    is_approved = models.BooleanField(
        _("approved"),
        default=False,
        help_text=_("May ask for interpreters without a further check."),
    )

    objects = InstitutionQuerySet.as_manager()

    class Meta:
        verbose_name = _("institution")
        verbose_name_plural = _("institutions")
        ordering = (Lower("name"), "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(organisation__isnull=True) ^ Q(name=""),
                name="interpreters_institution_named_once",
                violation_error_message=_("Choose an organisation or enter a name, not both."),
            ),
            models.UniqueConstraint(
                Lower("name"),
                condition=~Q(name=""),
                name="interpreters_institution_name_once",
                violation_error_message=_("There is an institution with this name already."),
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return self.organisation.name if self.organisation else self.name
