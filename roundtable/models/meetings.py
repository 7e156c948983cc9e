"""Meetings: when and where a body comes together, and who may know of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Avg, Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kit_portal.common.models import Publishable, PublishableQuerySet, Viewer
from roundtable.models.bodies import Body
from roundtable.models.door import may_view_all

# A meeting without an entered end is taken to be over after this time.
USUAL_LENGTH = timedelta(hours=3)


class MeetingQuerySet(PublishableQuerySet):
    def visible_to(self, user: Viewer) -> Self:
        """The door. Staff see drafts; the rest sees what is published.

        Of that, members of the body see every meeting, outsiders the public ones of public bodies.
        """
        if may_view_all(user, self.model):
            return self.all()
        everybody = Q(is_public=True, body__is_internal=False)
        return self.published().filter(everybody | Q(body__in=Body.objects.with_member(user)))

    def public(self) -> Self:
        """Open to everybody. Says nothing about drafts: begin with ``visible_to``."""
        return self.filter(is_public=True, body__is_internal=False)

    def of_body(self, body: Body) -> Self:
        return self.filter(body=body)

    def taking_place(self) -> Self:
        return self.exclude(state=Meeting.State.CANCELLED)

    def held(self) -> Self:
        return self.filter(state=Meeting.State.HELD)

    def ahead(self, now: datetime) -> Self:
        """Not over at ``now``, the next one first, cancelled ones included."""
        return self._with_end().filter(is_over_at__gt=now).order_by("starts_at", "pk")

    def coming(self, now: datetime) -> Self:
        """Not over at ``now`` and not cancelled, the next one first."""
        return self.ahead(now).taking_place()

    def past(self, now: datetime) -> Self:
        """Over at ``now``, the latest first."""
        return self._with_end().filter(is_over_at__lte=now).order_by("-starts_at", "-pk")

    def unfinished(self, now: datetime) -> Self:
        """Over at ``now``, and nobody has said yet whether it was held."""
        return self.past(now).filter(state__in=(Meeting.State.PLANNED, Meeting.State.INVITED))

    def starting_between(self, first: datetime, last: datetime) -> Self:
        return self.filter(starts_at__gte=first, starts_at__lt=last)

    def in_year(self, year: int) -> Self:
        return self.filter(starts_at__year=year)

    def years(self) -> list[int]:
        """The years with a meeting, latest first."""
        return [day.year for day in self.datetimes("starts_at", "year", order="DESC")]

    def without_agenda(self) -> Self:
        items = self.model._meta.get_field("agenda_items").related_model.objects
        return self.exclude(Exists(items.filter(meeting=OuterRef("pk"))))

    def average_size(self) -> int | None:
        """Members and guests together, rounded; None where nobody has counted yet."""
        counted = self.filter(attendance_count__isnull=False)
        people = F("attendance_count") + Coalesce("guests_count", 0)
        average = counted.aggregate(average=Avg(people))["average"]
        return None if average is None else round(average)

    def _with_end(self) -> Self:
        end = Coalesce(
            "ends_at", F("starts_at") + USUAL_LENGTH, output_field=models.DateTimeField()
        )
        return self.annotate(is_over_at=end)


class Meeting(Publishable):
    """``published_at`` means released to those who may see it; ``is_public`` says who that is."""

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        INVITED = "invited", _("Invitation sent")
        HELD = "held", _("Held")
        CANCELLED = "cancelled", _("Cancelled")

    body = models.ForeignKey(
        Body, verbose_name=_("body"), on_delete=models.PROTECT, related_name="meetings"
    )
    number = models.PositiveSmallIntegerField(
        _("number"),
        null=True,
        blank=True,
        help_text=_("Running number within the body. Leave empty to get the next one."),
    )
    title = models.CharField(
        _("title"),
        max_length=200,
        blank=True,
        help_text=_("Only if the meeting has a subject of its own."),
    )

    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=200, blank=True)
    room = models.CharField(_("room"), max_length=120, blank=True)
    online_url = models.URLField(
        _("online"), blank=True, help_text=_("Shown to everybody who may see the meeting.")
    )

    state = models.CharField(
        _("state"),
        max_length=12,
        choices=State.choices,
        default=State.PLANNED,
        help_text=_("From the invitation on, the numbers of the agenda items stay as they are."),
    )
    is_public = models.BooleanField(
        _("public meeting"),
        default=True,
        help_text=_("Off: only members of the body and staff learn of the meeting."),
    )
    attendance_count = models.PositiveSmallIntegerField(_("members present"), null=True, blank=True)
    guests_count = models.PositiveSmallIntegerField(_("guests"), null=True, blank=True)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ("-starts_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("body", "starts_at"),
                name="roundtable_body_meets_once_at_a_time",
                violation_error_message=_("This body has a meeting at this time already."),
            ),
            models.UniqueConstraint(
                fields=("body", "number"),
                name="roundtable_meeting_number_once",
                violation_error_message=_("This body has a meeting with this number already."),
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="roundtable_meeting_ends_after_start",
                violation_error_message=_("The meeting ends before it starts."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.body} {self.starts_at:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("roundtable:meeting", args=[self.pk])

    @property
    def heading(self) -> str:
        """What to call it in plain text: its title, else its number, else its body."""
        if self.title:
            return self.title
        if self.number is not None:
            return gettext("Meeting no. %(number)d") % {"number": self.number}
        return self.body.name

    @property
    def people_present(self) -> int | None:
        """Members and guests; None as long as nobody has counted."""
        if self.attendance_count is None:
            return None
        return self.attendance_count + (self.guests_count or 0)

    @property
    def is_cancelled(self) -> bool:
        return self.state == self.State.CANCELLED

    @property
    def numbers_are_fixed(self) -> bool:
        """Once people hold an invitation, “item 3” has to stay item 3."""
        return self.state != self.State.PLANNED
