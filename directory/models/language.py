"""Spoken languages: a curated table, because library names are wrong where it matters.

Keyed by BCP 47 tag (RFC 5646) and ISO 639-3 code. A parent such as Kurdish or Arabic groups its
varieties and cannot be asked for alone: “Kurdish” helps no one who needs an interpreter.
"""

from __future__ import annotations

from typing import Self

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from kit_portal.common.translation_queries import translated_order


class LanguageQuerySet(models.QuerySet["Language"]):
    def requestable(self) -> Self:
        return self.filter(is_requestable=True, retired_by__isnull=True)

    def spoken_at_public_contact_points(self) -> Self:
        return self.filter(contact_points__published_at__isnull=False).distinct()

    def by_name(self) -> Self:
        return self.order_by(translated_order("name"))


class Language(models.Model):
    class Script(models.TextChoices):
        LATIN = "Latn", _("Latin")
        ARABIC = "Arab", _("Arabic")
        CYRILLIC = "Cyrl", _("Cyrillic")
        ETHIOPIC = "Ethi", _("Ethiopic")
        OTHER = "Zyyy", _("other")

    tag = models.CharField(
        _("language tag"),
        max_length=20,
        unique=True,
        validators=[RegexValidator(r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")],
    )
    iso639_3 = models.CharField(
        "ISO 639-3", max_length=3, blank=True, validators=[RegexValidator(r"^[a-z]{3}$")]
    )
    name = models.CharField(_("name"), max_length=80)
    autonym = models.CharField(_("its own name"), max_length=80, blank=True)
    script = models.CharField(
        _("script"), max_length=4, choices=Script.choices, default=Script.LATIN
    )
    is_right_to_left = models.BooleanField(_("written right to left"), default=False)

    parent = models.ForeignKey(
        "self",
        verbose_name=_("belongs to"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="varieties",
    )
    is_requestable = models.BooleanField(
        _("can be asked for"),
        default=True,
        help_text=_("Off for groups such as Kurdish, where the variety has to be named."),
    )
    retired_by = models.ForeignKey(
        "self",
        verbose_name=_("replaced by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="replaces",
    )

    objects = LanguageQuerySet.as_manager()

    class Meta:
        verbose_name = _("spoken language")
        verbose_name_plural = _("spoken languages")
        ordering = ("tag",)

    def __str__(self) -> str:
        return self.name


class LanguageAlias(models.Model):
    """Another word for a language that people type: “Farsi”, “Sorani”, “Eritreisch”."""

    language = models.ForeignKey(Language, on_delete=models.CASCADE, related_name="aliases")
    text = models.CharField(_("other name"), max_length=80, unique=True)

    class Meta:
        verbose_name = _("other name")
        verbose_name_plural = _("other names")
        ordering = ("text",)

    def __str__(self) -> str:
        return self.text


class LanguageCover(models.Model):
    """Who speaks ``have`` can help someone who needs ``need``; the reverse may not hold."""

    class Quality(models.TextChoices):
        FULL = "full", _("understands each other fully")
        PARTIAL = "partial", _("understands each other in part")
        ASK = "ask", _("ask both first")

    have = models.ForeignKey(
        Language, verbose_name=_("speaks"), on_delete=models.CASCADE, related_name="covers"
    )
    need = models.ForeignKey(
        Language, verbose_name=_("helps with"), on_delete=models.CASCADE, related_name="covered_by"
    )
    quality = models.CharField(_("quality"), max_length=8, choices=Quality.choices)

    class Meta:
        verbose_name = _("understood language")
        verbose_name_plural = _("understood languages")
        constraints = (
            models.UniqueConstraint(fields=("have", "need"), name="directory_cover_once"),
            models.CheckConstraint(
                condition=~models.Q(have=models.F("need")), name="directory_cover_of_another"
            ),
        )

    def __str__(self) -> str:
        return f"{self.have_id} → {self.need_id}"
