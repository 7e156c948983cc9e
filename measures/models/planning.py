"""What belongs to a measure beside its text: milestones, links and files."""

from __future__ import annotations

from typing import Self
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kit_portal.common.models import Timestamped, Viewer
from kit_portal.common.private_files import (
    PrivateFileField,
    ending,
    is_document,
    private_storage,
    unguessable_path,
)
from measures.models.concept import Concept
from measures.models.measure import Measure


class Milestone(Timestamped):
    measure = models.ForeignKey(
        Measure, verbose_name=_("measure"), on_delete=models.CASCADE, related_name="milestones"
    )
    title = models.CharField(_("title"), max_length=200)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    reached_on = models.DateField(_("reached on"), null=True, blank=True)

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ("measure", F("due_on").asc(nulls_last=True), "pk")

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        if self.reached_on and self.reached_on > timezone.localdate():
            raise ValidationError(
                {"reached_on": _("This day is still to come. Until then give only the due date.")}
            )


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def visible_to(self, user: Viewer) -> Self:
        """A link or file is seen by whoever sees its measure."""
        return self.filter(measure__in=Measure.objects.visible_to(user))


class Attachment(models.Model):
    """A link or a file of a measure. Files lie behind the measure's door."""

    measure = models.ForeignKey(
        Measure, verbose_name=_("measure"), on_delete=models.CASCADE, related_name="attachments"
    )
    title = models.CharField(_("title"), max_length=200)
    url = models.URLField(_("link"), max_length=500, blank=True)
    file = PrivateFileField(
        _("file"),
        upload_to=unguessable_path,
        storage=private_storage,
        blank=True,
        validators=[is_document],
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("link or file")
        verbose_name_plural = _("links and files")
        ordering = ("measure", "position", "pk")
        constraints = (
            models.CheckConstraint(
                condition=(Q(url="") & ~Q(file="")) | (~Q(url="") & Q(file="")),
                name="measures_attachment_link_or_file",
                violation_error_message=_("Give either a link or a file."),
            ),
        )

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The link itself, or the view that hands out the file."""
        return self.url or reverse("measures:attachment_file", args=(self.pk,))

    def clean(self) -> None:
        if not self.url and not self.file:
            raise ValidationError({"url": _("Give a link, or choose a file.")})
        if self.url and self.file:
            raise ValidationError(
                {"url": _("Give either a link or a file. Make two entries if there are both.")}
            )

    @property
    def ending(self) -> str:
        """What opens: the site's name, or the type of file in capitals."""
        return urlsplit(self.url).hostname or "" if self.url else ending(self.file)


class ConceptDocumentQuerySet(models.QuerySet["ConceptDocument"]):
    def visible_to(self, user: Viewer) -> Self:
        """A document is seen by whoever sees its concept."""
        return self.filter(concept__in=Concept.objects.visible_to(user))


class ConceptDocument(models.Model):
    """A paper of a concept for download: the adopted text, a short version, a resolution."""

    concept = models.ForeignKey(
        Concept, verbose_name=_("concept"), on_delete=models.CASCADE, related_name="documents"
    )
    title = models.CharField(_("title"), max_length=200)
    file = PrivateFileField(
        _("file"), upload_to=unguessable_path, storage=private_storage, validators=[is_document]
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = ConceptDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ("concept", "position", "pk")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("measures:concept_document", args=(self.pk,))

    def clean(self) -> None:
        if not self.file:
            raise ValidationError({"file": _("Choose the file.")})

    @property
    def ending(self) -> str:
        return ending(self.file)
