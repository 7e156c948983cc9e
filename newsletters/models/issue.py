"""Issues: one sending of a newsletter, from the composed draft to the archive."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kit_portal.common.models import Publishable, PublishableQuerySet, Viewer
from kit_portal.common.private_files import is_document
from newsletters.models.newsletter import Newsletter

# A check that was asked for longer ago has been lost.
CHECK_PATIENCE = timedelta(minutes=5)


def picture_path(item: IssueItem, filename: str) -> str:
    return _unguessable("newsletters/pictures", filename)


def attachment_path(attachment: ItemAttachment, filename: str) -> str:
    return _unguessable("newsletters/attachments", filename)


def _unguessable(folder: str, filename: str) -> str:
    """Readers of a mail are not signed in, so the files are public; a draft's are not guessed."""
    return f"{folder}/{uuid4().hex}{PurePath(filename).suffix.lower()}"


class IssueQuerySet(PublishableQuerySet):
    def visible_to(self, user: Viewer) -> Self:
        """Staff who may see issues see all; everybody else what went out and is not withdrawn."""
        visible = super().visible_to(user)
        return visible if user.has_perm("newsletters.view_issue") else visible.archived()

    def archived(self) -> Self:
        """Readable on the website: the link in the mail works from the first mail on."""
        return self.published().filter(state__in=Issue.GONE_OUT)

    def being_edited(self) -> Self:
        return self.filter(state=Issue.State.DRAFT)

    def released(self) -> Self:
        return self.filter(state=Issue.State.RELEASED)

    def sending(self) -> Self:
        return self.filter(state=Issue.State.SENDING)

    def under_way(self) -> Self:
        """Released, and the books not closed yet."""
        closed = (Issue.State.DRAFT, Issue.State.CANCELLED, Issue.State.SENT)
        return self.exclude(state__in=closed)

    def due(self, now: datetime) -> Self:
        """Released, and their time has come."""
        return self.released().filter(scheduled_for__lte=now)

    def with_done(self) -> Self:
        """Add ``done``: how many deliveries of each are finished, counted row by row."""
        deliveries = self.model._meta.get_field("deliveries").related_model
        finished = (
            deliveries.objects.filter(issue=models.OuterRef("pk"), state__in=deliveries.FINISHED)
            .order_by()
            .values("issue")
            .annotate(count=models.Count("pk"))
            .values("count")
        )
        done = models.Subquery(finished, output_field=models.IntegerField())
        return self.annotate(done=models.functions.Coalesce(done, 0))

    def last_sent(self) -> Self:
        """Of each newsletter the latest issue that went out."""
        sent = self.filter(state=Issue.State.SENT)
        newer = Issue.objects.filter(
            newsletter=models.OuterRef("newsletter"),
            state=Issue.State.SENT,
            scheduled_for__gt=models.OuterRef("scheduled_for"),
        )
        return sent.exclude(models.Exists(newer))

    def newest_first(self) -> Self:
        return self.order_by("-scheduled_for", "-pk")


class Issue(Publishable):
    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        RELEASED = "released", _("released")
        SENDING = "sending", _("being sent")
        PAUSED = "paused", _("stopped")
        SENT = "sent", _("sent")
        CANCELLED = "cancelled", _("cancelled")

    # Some readers have it: from here on its words stay as they are.
    GONE_OUT = (State.SENDING, State.PAUSED, State.SENT)

    newsletter = models.ForeignKey(
        Newsletter, verbose_name=_("newsletter"), on_delete=models.PROTECT, related_name="issues"
    )
    corrects = models.ForeignKey(
        "self",
        verbose_name=_("corrects"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="corrections",
        help_text=_("It goes to those only who received that issue."),
    )
    slot = models.CharField(
        _("slot"), max_length=16, help_text=_("The local week, quarter or day: 2026-W48.")
    )
    subject = models.CharField(_("subject"), max_length=160)
    intro = models.TextField(_("introduction"), blank=True, help_text=_("Markdown."))

    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.DRAFT, editable=False
    )
    composed_at = models.DateTimeField(_("composed"), editable=False)
    scheduled_for = models.DateTimeField(_("to be sent"))
    proposed_at = models.DateTimeField(
        _("proposed for release"), null=True, blank=True, editable=False
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("proposed by"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    released_at = models.DateTimeField(_("released"), null=True, blank=True, editable=False)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("released by"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    audience_count = models.PositiveIntegerField(
        _("recipients"), null=True, blank=True, editable=False
    )
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True, editable=False)
    sent_count = models.PositiveIntegerField(_("sent"), default=0, editable=False)
    failed_count = models.PositiveIntegerField(_("refused"), default=0, editable=False)
    skipped_count = models.PositiveIntegerField(_("skipped"), default=0, editable=False)
    check_requested_at = models.DateTimeField(null=True, blank=True, editable=False)
    checked_at = models.DateTimeField(_("checked"), null=True, blank=True, editable=False)
    findings = models.JSONField(
        _("findings of the check"),
        default=list,
        blank=True,
        editable=False,
        help_text="[{“check”, “level”: ok, warning or error, “details”: […]}]",
    )

    done: int  # only after with_done()

    objects = IssueQuerySet.as_manager()

    class Meta:
        verbose_name = _("issue")
        verbose_name_plural = _("issues")
        ordering = ("-scheduled_for", "-pk")
        permissions = (("release_issue", _("Can release an issue for sending")),)
        constraints = (
            models.UniqueConstraint(
                fields=("newsletter", "slot"),
                name="newsletters_slot_once",
                violation_error_message=_("This newsletter has an issue for this slot already."),
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=("draft", "cancelled"))
                | models.Q(released_at__isnull=False, audience_count__isnull=False),
                name="newsletters_released_is_frozen",
                violation_error_message=_("A released issue knows its recipients."),
            ),
            models.CheckConstraint(
                condition=~models.Q(state="sent")
                | models.Q(
                    audience_count=models.F("sent_count")
                    + models.F("failed_count")
                    + models.F("skipped_count")
                ),
                name="newsletters_sent_is_balanced",
                violation_error_message=_(
                    "An issue is finished only when every recipient is accounted for."
                ),
            ),
        )
        indexes = (models.Index(fields=("state", "scheduled_for"), name="newsletters_issue_due"),)

    def __str__(self) -> str:
        return f"{self.newsletter} {self.slot}"

    def get_absolute_url(self) -> str:
        return reverse("newsletters:archived_issue", args=[self.newsletter.slug, self.slot])

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def is_correction(self) -> bool:
        return self.corrects_id is not None

    @property
    def is_check_outdated(self) -> bool:
        """Whether the issue was changed since it was checked."""
        return bool(self.checked_at and self.modified_at > self.checked_at)

    def is_being_checked(self, *, now: datetime) -> bool:
        """Whether a check was asked for and may still come to its end."""
        asked = self.check_requested_at
        if asked is None or now - asked > CHECK_PATIENCE:
            return False
        return self.checked_at is None or self.checked_at < asked

    @property
    def is_under_way(self) -> bool:
        return self.state == self.State.SENDING


class IssueItemQuerySet(models.QuerySet["IssueItem"]):
    def included(self) -> Self:
        return self.filter(is_included=True)

    def with_attachments(self) -> Self:
        return self.prefetch_related("attachments")

    def in_archive(self) -> Self:
        """What the public may still read: included, and not taken out afterwards."""
        return self.included().filter(withdrawn_at__isnull=True)


class IssueItem(models.Model):
    """A piece of news. What came from the portal is a copy: staff may shorten it for the mail."""

    class Kind(models.TextChoices):
        OWN = "own", _("own text")
        ANNOUNCEMENT = "announcement", _("announcement")
        EVENT = "event", _("event")
        MEETING = "meeting", _("meeting")
        MEASURE = "measure", _("measure")
        OFFER = "offer", _("place to go")

    issue = models.ForeignKey(
        Issue, verbose_name=_("issue"), on_delete=models.CASCADE, related_name="items"
    )
    kind = models.CharField(_("kind"), max_length=14, choices=Kind.choices, default=Kind.OWN)
    source_id = models.PositiveBigIntegerField(null=True, blank=True, editable=False)

    title = models.CharField(_("title"), max_length=300)
    text = models.TextField(_("text"), blank=True, help_text=_("Markdown."))
    url = models.CharField(
        _("link"),
        max_length=500,
        blank=True,
        help_text=_("A web address, or a page of this portal beginning with “/”."),
    )
    starts_at = models.DateTimeField(_("begins"), null=True, blank=True)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    all_day = models.BooleanField(_("whole day"), default=False)
    place = models.CharField(_("place"), max_length=200, blank=True)
    is_cancelled = models.BooleanField(_("cancelled"), default=False)

    picture = models.ImageField(
        _("picture"),
        upload_to=picture_path,
        blank=True,
        width_field="picture_width",
        height_field="picture_height",
        help_text=_("Made smaller by the portal. Mail programs show it only if readers want it."),
    )
    picture_width = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    picture_height = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    picture_alt = models.CharField(
        _("what the picture shows"),
        max_length=300,
        blank=True,
        help_text=_("For everybody who does not see it."),
    )

    position = models.PositiveIntegerField(_("position"), default=0)
    is_included = models.BooleanField(_("included"), default=True)
    withdrawn_at = models.DateTimeField(
        _("taken out of the archive"), null=True, blank=True, editable=False
    )

    objects = IssueItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("item")
        verbose_name_plural = _("items")
        ordering = ("position", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("issue", "kind", "source_id"),
                condition=models.Q(source_id__isnull=False),
                name="newsletters_source_once",
                violation_error_message=_("This is in the issue already."),
            ),
            models.CheckConstraint(
                condition=models.Q(picture="")
                | (models.Q(picture_alt_de__isnull=False) & ~models.Q(picture_alt_de="")),
                name="newsletters_picture_is_described",
                violation_error_message=_("Say what the picture shows."),
            ),
        )

    def __str__(self) -> str:
        return self.title


class ItemAttachment(models.Model):
    """A file that an item links to; nothing is attached to the mail itself."""

    item = models.ForeignKey(
        IssueItem, verbose_name=_("item"), on_delete=models.CASCADE, related_name="attachments"
    )
    title = models.CharField(_("title"), max_length=200)
    file = models.FileField(_("file"), upload_to=attachment_path, validators=[is_document])
    size = models.PositiveIntegerField(_("size in bytes"), editable=False)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ("item", "pk")

    def __str__(self) -> str:
        return self.title

    @property
    def url(self) -> str:
        """Where readers of a mail get it, with the portal's own address before it."""
        path = self.file.url
        return f"{settings.SITE_URL}{path}" if path.startswith("/") else path
