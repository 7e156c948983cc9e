"""The office itself: its name, address and look. One row; nothing about it stands in code."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from directory.colours import validate_accent
from kit_portal.common.models import Viewer
from kit_portal.common.prepared import run_prepared_for

DEFAULT_ACCENT = "#0b5d7a"


class OfficeManager(models.Manager["Office"]):
    def current(self) -> Office:
        """Return the office; before its data is entered, an unsaved one with sensible defaults."""
        rows = run_prepared_for(AnonymousUser(), _office)  # every page asks
        return next(iter(rows), None) or Office(pk=1, name="Integrationsportal", municipality="")


def _office(viewer: Viewer) -> models.QuerySet[Office]:
    return Office.objects.all()[:1]


class Office(models.Model):
    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    name = models.CharField(_("name"), max_length=200)
    short_name = models.CharField(_("short name"), max_length=40, blank=True)
    claim = models.CharField(
        _("claim"), max_length=200, blank=True, help_text=_("One line below the name.")
    )
    municipality = models.CharField(_("municipality"), max_length=120)
    municipality_key = models.CharField(
        _("official municipality key"),
        max_length=12,
        blank=True,
        validators=[RegexValidator(r"^\d{5,12}$")],
        help_text=_("AGS, eight digits for a town, five for a district."),
    )

    street = models.CharField(_("street"), max_length=120, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=10, blank=True)
    locality = models.CharField(_("place"), max_length=80, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    website = models.URLField(_("website"), blank=True)
    responsible = models.CharField(
        _("responsible for the content"),
        max_length=200,
        blank=True,
        help_text=_("For the imprint."),
    )

    logo = models.ImageField(_("logo"), upload_to="office/", blank=True)
    accent = models.CharField(
        _("accent colour"),
        max_length=7,
        default=DEFAULT_ACCENT,
        validators=[validate_accent],
        help_text=_("As #rrggbb, dark enough for white text on it."),
    )

    objects = OfficeManager()

    class Meta:
        verbose_name = _("office")
        verbose_name_plural = _("office")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(id=1),
                name="directory_one_office",
                violation_error_message=_("A portal belongs to one office."),
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def place_name(self) -> str:
        """What a greeting names: “Flensburg”, not “Stadt Flensburg”; of a district nothing.

        “Kreis Plön” would need an article or an ending in most of the languages.
        """
        if self.municipality.startswith(("Kreis ", "Landkreis ")):
            return ""
        return self.municipality.removeprefix("Stadt ").removeprefix("Gemeinde ")

    @property
    def fingerprint(self) -> int:
        """Changes with any field: parts of pages that show the office are kept under it."""
        return hash(tuple(self.__dict__[field.attname] for field in self._meta.concrete_fields))

    @property
    def address_lines(self) -> list[str]:
        lines = [self.street, f"{self.postal_code} {self.locality}".strip()]
        return [line for line in lines if line]
