"""Motions: what the round table asks of committees, council and administration.

Who may see a motion is decided by its status alone, so it has no second switch to forget: a draft
is its author's and the office's, and from the submission on it is public.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kit_portal.common.models import Timestamped, Viewer
from kit_portal.common.translation_queries import icontains_any
from measures.models import Measure
from roundtable.models.agenda import AgendaItem
from roundtable.models.bodies import Body
from roundtable.models.door import account_of, may_view_all


class MotionStatus(models.TextChoices):
    """In the order of the usual way."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    RESOLVED = "resolved", _("Resolved by the round table")
    IN_ADMINISTRATION = "in_administration", _("In the administration")
    IN_COMMITTEE = "in_committee", _("In committee")
    DECIDED = "decided", _("Decided")
    IMPLEMENTED = "implemented", _("Implemented")
    WITHDRAWN = "withdrawn", _("Withdrawn")

    @property
    def explanation(self) -> str | Promise:
        return EXPLANATIONS[self]


EXPLANATIONS: Mapping[MotionStatus, str | Promise] = {
    MotionStatus.DRAFT: _("Only the author and the office can see it."),
    MotionStatus.SUBMITTED: _("The motion has its number and waits for the round table."),
    MotionStatus.RESOLVED: _("The round table has voted for the motion."),
    MotionStatus.IN_ADMINISTRATION: _("The department in charge has it and gives its opinion."),
    MotionStatus.IN_COMMITTEE: _("Committees or the council discuss it."),
    MotionStatus.DECIDED: _("There is a decision; the result says which."),
    MotionStatus.IMPLEMENTED: _("What was decided has been done."),
    MotionStatus.WITHDRAWN: _("The round table does not pursue it any more."),
}

# What may follow what. Committees may be several, and may refer a motion back.
NEXT: Mapping[str, tuple[MotionStatus, ...]] = {
    MotionStatus.DRAFT: (MotionStatus.SUBMITTED,),
    MotionStatus.SUBMITTED: (
        MotionStatus.RESOLVED,
        MotionStatus.DECIDED,  # voted down by the round table itself
        MotionStatus.WITHDRAWN,
    ),
    MotionStatus.RESOLVED: (
        MotionStatus.IN_ADMINISTRATION,
        MotionStatus.IN_COMMITTEE,
        MotionStatus.DECIDED,
        MotionStatus.WITHDRAWN,
    ),
    MotionStatus.IN_ADMINISTRATION: (
        MotionStatus.IN_COMMITTEE,
        MotionStatus.DECIDED,
        MotionStatus.WITHDRAWN,
    ),
    MotionStatus.IN_COMMITTEE: (
        MotionStatus.IN_COMMITTEE,
        MotionStatus.IN_ADMINISTRATION,
        MotionStatus.DECIDED,
        MotionStatus.WITHDRAWN,
    ),
    MotionStatus.DECIDED: (MotionStatus.IMPLEMENTED,),
    MotionStatus.IMPLEMENTED: (),
    MotionStatus.WITHDRAWN: (),
}


class MotionQuerySet(models.QuerySet["Motion"]):
    def visible_to(self, user: Viewer) -> Self:
        """The door: see the head of this file. Motions of internal bodies stay with members."""
        if may_view_all(user, self.model):
            return self.all()
        public = ~Q(status=MotionStatus.DRAFT) & Q(body__is_internal=False)
        account = account_of(user)
        if account is None:
            return self.filter(public)
        among_us = ~Q(status=MotionStatus.DRAFT) & Q(body__in=Body.objects.with_member(user))
        return self.filter(public | among_us | Q(author_id=account))

    def by(self, user: Viewer) -> Self:
        account = account_of(user)
        return self.none() if account is None else self.filter(author_id=account)

    def drafts(self) -> Self:
        return self.filter(status=MotionStatus.DRAFT)

    def submitted(self) -> Self:
        """Everything from the submission on, whatever became of it."""
        return self.exclude(status=MotionStatus.DRAFT)

    def in_status(self, status: str) -> Self:
        return self.filter(status=status)

    def waiting_since(self, day: date) -> Self:
        """Submitted on ``day`` or earlier, and nothing has happened since."""
        return self.in_status(MotionStatus.SUBMITTED).filter(submitted_on__lte=day)

    def in_year(self, year: int) -> Self:
        return self.filter(submitted_on__year=year)

    def years(self) -> list[int]:
        """The years with a submitted motion, latest first."""
        days = self.filter(submitted_on__isnull=False).dates("submitted_on", "year", order="DESC")
        return [day.year for day in days]

    def newest_first(self) -> Self:
        return self.order_by(models.F("submitted_on").desc(nulls_first=True), "-number", "-pk")

    def search(self, text: str) -> Self:
        return self.filter(
            Q(number__icontains=text) | icontains_any("title", text) | icontains_any("text", text)
        )


class Motion(Timestamped):
    Status = MotionStatus

    number = models.CharField(
        _("number"), max_length=20, unique=True, null=True, blank=True, editable=False
    )
    status = models.CharField(
        _("status"),
        max_length=20,
        choices=MotionStatus.choices,
        default=MotionStatus.DRAFT,
        editable=False,
    )
    submitted_on = models.DateField(_("submitted on"), null=True, blank=True, editable=False)

    title = models.CharField(_("title"), max_length=240)
    text = models.TextField(_("motion text"), help_text=_("What is to be decided. Markdown."))
    reason = models.TextField(_("reasons"), blank=True, help_text=_("Markdown."))

    body = models.ForeignKey(
        Body,
        verbose_name=_("filed by"),
        on_delete=models.PROTECT,
        related_name="motions",
        help_text=_("The body in whose name the motion is filed."),
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("author"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="motions",
        help_text=_("Not shown in public."),
    )
    addressed_to = models.ForeignKey(
        Body,
        verbose_name=_("addressed to"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="motions_received",
        help_text=_("The committee, council or department that is to act."),
    )
    agenda_item = models.ForeignKey(
        AgendaItem,
        verbose_name=_("agenda item"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="motions",
        help_text=_("Where the round table discussed it."),
    )
    result = models.TextField(_("result"), blank=True, help_text=_("Shown in public."))
    measure = models.ForeignKey(
        Measure,
        verbose_name=_("measure"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="motions",
        help_text=_("The measure that carries out what was decided."),
    )

    objects = MotionQuerySet.as_manager()

    class Meta:
        verbose_name = _("motion")
        verbose_name_plural = _("motions")
        ordering = ("-submitted_on", "-number", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(status="draft", number__isnull=True, submitted_on__isnull=True)
                | (~Q(status="draft") & Q(number__isnull=False, submitted_on__isnull=False)),
                name="roundtable_number_from_submission",
                violation_error_message=_("A motion gets its number when it is submitted."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.title}" if self.number else self.title

    def get_absolute_url(self) -> str:
        return reverse("roundtable:motion", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        return self.status == MotionStatus.DRAFT

    @property
    def explanation(self) -> str | Promise:
        return EXPLANATIONS[MotionStatus(self.status)]

    @property
    def next_statuses(self) -> tuple[MotionStatus, ...]:
        return NEXT[self.status]

    def can_be_edited_by(self, user: Viewer) -> bool:
        """Members edit their own drafts; staff edit in the administration."""
        return self.is_draft and self.author_id is not None and self.author_id == account_of(user)


class MotionStep(models.Model):
    """A status that a motion reached: the past half of its timeline, never rewritten."""

    motion = models.ForeignKey(
        Motion, verbose_name=_("motion"), on_delete=models.CASCADE, related_name="steps"
    )
    status = models.CharField(_("status"), max_length=20, choices=MotionStatus.choices)
    reached_on = models.DateField(_("date"))
    note = models.CharField(
        _("note"),
        max_length=240,
        blank=True,
        help_text=_("Shown in public, for example the committee and the number of its paper."),
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("entered by"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ("motion", "pk")

    def __str__(self) -> str:
        return f"{self.reached_on:%Y-%m-%d} {self.get_status_display()}"


class MotionCounter(models.Model):
    """The last number given in a year. It never goes back, so a deleted motion's number is gone."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last_number = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("motion counter")
        verbose_name_plural = _("motion counters")

    def __str__(self) -> str:
        return f"{self.year}: {self.last_number}"
