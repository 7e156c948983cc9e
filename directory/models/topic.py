"""Topics of the office and the staff role that answers for each: roles, never private persons."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kit_portal.common.translation_queries import translated_order


class TopicQuerySet(models.QuerySet["Topic"]):
    def by_name(self) -> Self:
        return self.order_by(translated_order("name"))

    def unanswered(self) -> Self:
        """Topics that no staff role is responsible for."""
        return self.filter(responsibilities__isnull=True)

    def answered(self) -> Self:
        return self.filter(
            models.Exists(Responsibility.objects.filter(topic=models.OuterRef("pk")))
        )

    def with_roles(self) -> Self:
        """With ``responsibilities``: those responsible before their deputies."""
        return self.prefetch_related("responsibilities__staff_role")

    def with_public_contact_points(self) -> Self:
        return self.filter(contact_points__published_at__isnull=False).distinct()


class Topic(models.Model):
    slug = models.SlugField(_("short address"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=120)
    description = models.TextField(_("description"), blank=True)

    objects = TopicQuerySet.as_manager()

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ("slug",)

    def __str__(self) -> str:
        return self.name


class StaffRoleQuerySet(models.QuerySet["StaffRole"]):
    def reachable(self) -> Self:
        """Roles that answer for something, in the order of the office."""
        return self.filter(
            models.Exists(Responsibility.objects.filter(staff_role=models.OuterRef("pk")))
        )


class StaffRole(models.Model):
    slug = models.SlugField(_("short address"), max_length=80, unique=True)
    name = models.CharField(_("role"), max_length=120)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    email = models.EmailField(
        _("e-mail address"), blank=True, help_text=_("A mailbox of the role, not of a person.")
    )
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    room = models.CharField(_("room"), max_length=40, blank=True)
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("held by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="staff_roles",
        help_text=_("Not shown in public."),
    )
    topics = models.ManyToManyField(
        Topic, verbose_name=_("topics"), through="Responsibility", related_name="staff_roles"
    )

    objects = StaffRoleQuerySet.as_manager()

    class Meta:
        verbose_name = _("staff role")
        verbose_name_plural = _("staff roles")
        ordering = ("position", "slug")

    def __str__(self) -> str:
        return self.name


class Responsibility(models.Model):
    staff_role = models.ForeignKey(
        StaffRole,
        verbose_name=_("staff role"),
        on_delete=models.CASCADE,
        related_name="responsibilities",
    )
    topic = models.ForeignKey(
        Topic, verbose_name=_("topic"), on_delete=models.CASCADE, related_name="responsibilities"
    )
    is_deputy = models.BooleanField(_("as deputy"), default=False)

    class Meta:
        verbose_name = _("responsibility")
        verbose_name_plural = _("responsibilities")
        ordering = ("is_deputy", "staff_role__position")
        constraints = (
            models.UniqueConstraint(
                fields=("staff_role", "topic"),
                name="directory_responsibility_once",
                violation_error_message=_("This role answers for this topic already."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.topic_id} · {self.staff_role_id}"
