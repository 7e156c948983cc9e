"""Check Up: focus groups of the city's people look for needs and gaps and propose measures."""

from __future__ import annotations

from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kit_portal.common.models import Publishable, PublishableQuerySet, Timestamped, Viewer
from measures.models.concept import Concept
from measures.models.measure import Measure


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


class OfFocusGroupQuerySet(PublishableQuerySet):
    def published(self) -> Self:
        """What a focus group found or proposed is public with its concept, never before it."""
        return self.filter(
            published_at__isnull=False, focus_group__concept__published_at__isnull=False
        )

    def in_concept(self, concept: Concept) -> Self:
        return self.filter(focus_group__concept=concept)


RESERVED_SLUGS = {"comments"}  # addresses below /measures/check-up/ that are pages of their own


def validate_profile_slug(value: str) -> None:
    if value in RESERVED_SLUGS:
        raise ValidationError(
            _("“%(value)s” is the address of another page. Choose another one."),
            params={"value": value},
        )


class Finding(Publishable):
    """What a focus group found: something people need, or something that is missing."""

    class Kind(models.TextChoices):
        NEED = "need", _("need")
        GAP = "gap", _("gap")

    focus_group = models.ForeignKey(
        FocusGroup, verbose_name=_("focus group"), on_delete=models.CASCADE, related_name="findings"
    )
    kind = models.CharField(_("kind"), max_length=4, choices=Kind.choices, default=Kind.GAP)
    text = models.TextField(_("finding"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    measures = models.ManyToManyField(
        Measure,
        verbose_name=_("answered by measures"),
        blank=True,
        related_name="findings",
        help_text=_("Measures that are there already and answer it."),
    )

    objects = OfFocusGroupQuerySet.as_manager()

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ("focus_group", "position", "pk")

    def __str__(self) -> str:
        return self.text


class MeasureProfile(Publishable):
    """A proposal on one page (Steckbrief), as a working group fills it in."""

    focus_group = models.ForeignKey(
        FocusGroup, verbose_name=_("focus group"), on_delete=models.CASCADE, related_name="profiles"
    )
    slug = models.SlugField(
        _("short address"), max_length=80, unique=True, validators=[validate_profile_slug]
    )
    title = models.CharField(_("title"), max_length=200)
    summary = models.TextField(_("summary"), blank=True)
    objective = models.TextField(_("objective"), blank=True, help_text=_("What is to be better?"))
    target_group = models.CharField(_("target group"), max_length=240, blank=True)
    steps = models.TextField(_("steps"), blank=True, help_text=_("One step a line."))
    responsible = models.CharField(_("responsible"), max_length=240, blank=True)
    partners = models.CharField(_("partners"), max_length=400, blank=True)
    resources = models.TextField(
        _("resources"), blank=True, help_text=_("Staff, rooms and money, with their sources.")
    )
    schedule = models.CharField(_("schedule"), max_length=240, blank=True)
    success_criteria = models.TextField(
        _("success criteria"), blank=True, help_text=_("How will we know that it works?")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    findings = models.ManyToManyField(
        Finding, verbose_name=_("answers the findings"), blank=True, related_name="profiles"
    )
    measure = models.OneToOneField(
        Measure,
        verbose_name=_("became the measure"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="profile",
    )

    objects = OfFocusGroupQuerySet.as_manager()

    class Meta:
        verbose_name = _("measure profile")
        verbose_name_plural = _("measure profiles")
        ordering = ("focus_group", "position", "slug")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("measures:profile", args=(self.slug,))

    @property
    def is_public(self) -> bool:
        return self.is_published and self.focus_group.concept.is_published


class ForumCommentQuerySet(models.QuerySet["ForumComment"]):
    def visible_to(self, user: Viewer) -> Self:
        """A public comment is seen with its profile; staff see all."""
        if user.has_perm("measures.view_forumcomment"):
            return self.all()
        return self.filter(is_public=True, profile__in=MeasureProfile.objects.visible_to(user))


class ForumComment(Timestamped):
    """What somebody said about a profile at a forum, without a name: the argument counts."""

    profile = models.ForeignKey(
        MeasureProfile,
        verbose_name=_("measure profile"),
        on_delete=models.CASCADE,
        related_name="comments",
    )
    forum = models.CharField(
        _("forum"), max_length=120, help_text=_("Where it was said, for example: 3rd forum, 2017.")
    )
    text = models.TextField(_("comment"), help_text=_("Without names of persons."))
    is_public = models.BooleanField(_("public"), default=False)

    objects = ForumCommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment from a forum")
        verbose_name_plural = _("comments from forums")
        ordering = ("profile", "pk")

    def __str__(self) -> str:
        return self.text
