"""Missions: somebody interprets for an institution, or a guide goes along with somebody.

Language and subject together may tell of origin or health (Art. 9 GDPR). So a mission knows no
client but the institution's own short code, no diagnosis, and who asked stands in a row of its own
(``MissionRequest``) that can be deleted while the count stays.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory.models import Language
from interpreters.models.institution import Institution
from interpreters.models.interpreter import Interpreter, Pool
from interpreters.models.tally import Tally, TallyQuerySet
from kit_portal.accounts.models import User
from kit_portal.common.models import Timestamped, Viewer


class Kind(models.TextChoices):
    INTERPRETER = "interpreter", _("Interpreting")
    GUIDE = "guide", _("Guiding")


class MissionQuerySet(models.QuerySet["Mission"]):
    def visible_to(self, user: Viewer) -> Self:
        """The one door: missions are the office's business alone."""
        allowed = user.has_perm("interpreters.view_mission")  # type: ignore[union-attr,attr-defined]
        return self.all() if allowed else self.none()

    def requested(self) -> Self:
        return self.filter(state=Mission.State.REQUESTED)

    def done(self) -> Self:
        return self.filter(state=Mission.State.DONE)

    def waiting(self) -> Self:
        """Nobody is found yet."""
        return self.filter(state__in=(Mission.State.REQUESTED, Mission.State.OPEN))

    def assigned(self) -> Self:
        return self.filter(state=Mission.State.ASSIGNED)

    def unlogged(self, *, now: datetime) -> Self:
        """Should be over, but nobody has said how it went."""
        return self.assigned().filter(ends_at__lt=now)

    def of_kind(self, kind: str) -> Self:
        return self.filter(kind=kind)

    def in_year(self, year: int) -> Self:
        return self.filter(starts_at__year=year)

    def in_month(self, month: date) -> Self:
        return self.filter(starts_at__year=month.year, starts_at__month=month.month)

    def logged_by(self, user: User, *, since: datetime | None = None) -> Self:
        """What this person entered as done, latest entry first."""
        missions = self.done().filter(logged_by=user).order_by("-pk")
        return missions.filter(created_at__gte=since) if since else missions

    def unfilled(self) -> Self:
        return self.filter(state=Mission.State.UNFILLED)

    def count_by(self, field: str) -> Counter[Any]:
        """Map the values of ``field`` (or of an annotation) to the number of missions."""
        return Counter(dict(self.order_by().values_list(field).annotate(models.Count("pk"))))

    def total_minutes(self) -> int:
        return self.aggregate(total=models.Sum("actual_minutes"))["total"] or 0

    def years(self) -> list[int]:
        return [moment.year for moment in self.datetimes("starts_at", "year", order="DESC")]

    def for_list(self) -> Self:
        """With all that a list shows, in a fixed number of queries."""
        return self.select_related("language", "institution__organisation", "interpreter")


class Mission(Timestamped):
    Kind = Kind

    class State(models.TextChoices):
        REQUESTED = "requested", _("Requested")
        OPEN = "open", _("Open")
        ASSIGNED = "assigned", _("Assigned")
        DONE = "done", _("Done")
        CANCELLED = "cancelled", _("Cancelled")
        UNFILLED = "unfilled", _("Nobody found")

    class Outcome(models.TextChoices):
        HELD = "held", _("Took place")
        CLIENT_ABSENT = "client_absent", _("Client did not come")
        INTERPRETER_ABSENT = "interpreter_absent", _("Interpreter did not come")
        CANCELLED_SAME_DAY = "cancelled_same_day", _("Cancelled on the same day")
        CANCELLED_EARLIER = "cancelled_earlier", _("Cancelled earlier")
        NOBODY_FREE = "nobody_free", _("Nobody had time")
        NOBODY_SPEAKS = "nobody_speaks", _("Nobody speaks the language")
        NOT_ADMISSIBLE = "not_admissible", _("Not a matter for the pool")

    class Mode(models.TextChoices):
        ON_SITE = "on_site", _("On site")
        PHONE = "phone", _("By phone")
        VIDEO = "video", _("By video")

    class Subject(models.TextChoices):
        AUTHORITY = "authority", _("Appointment at an authority")
        DOCTOR = "doctor", _("Appointment with a doctor or hospital")
        SCHOOL = "school", _("Talk at school")
        KINDERGARTEN = "kindergarten", _("Talk at a kindergarten")
        COUNSELLING = "counselling", _("Counselling")
        OTHER = "other", _("Other")

    kind = models.CharField(
        _("kind"), max_length=12, choices=Kind.choices, default=Kind.INTERPRETER
    )
    reference = models.CharField(_("reference"), max_length=16, unique=True, editable=False)
    state = models.CharField(
        _("state"), max_length=12, choices=State.choices, default=State.REQUESTED
    )
    outcome = models.CharField(_("outcome"), max_length=20, choices=Outcome.choices, blank=True)

    language = models.ForeignKey(
        Language,
        verbose_name=_("language"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="missions",
    )
    language_hint = models.CharField(
        _("hint on the language"),
        max_length=80,
        blank=True,
        help_text=_("Region or dialect, while the language is not certain."),
    )
    mode = models.CharField(_("mode"), max_length=8, choices=Mode.choices, default=Mode.ON_SITE)
    subject = models.CharField(
        _("occasion"), max_length=12, choices=Subject.choices, default=Subject.AUTHORITY
    )
    institution = models.ForeignKey(
        Institution,
        verbose_name=_("institution"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="missions",
    )
    place = models.CharField(
        _("place"), max_length=120, blank=True, help_text=_("Of the appointment, no client's home.")
    )
    client_code = models.CharField(
        _("client code"),
        max_length=20,
        blank=True,
        help_text=_("The institution's own short code, no name."),
    )

    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"), help_text=_("As planned."))
    is_time_known = models.BooleanField(
        _("time of day is known"),
        default=True,
        help_text=_("Off for missions logged later by their day alone."),
    )
    actual_minutes = models.PositiveSmallIntegerField(
        _("actual minutes"), null=True, blank=True, validators=[MinValueValidator(1)]
    )

    interpreter = models.ForeignKey(
        Interpreter,
        verbose_name=_("interpreter"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="missions",
    )
    pool = models.CharField(
        _("pool"),
        max_length=12,
        choices=[(p.value, p.label) for p in (Pool.VOLUNTEER, Pool.INTERNAL, Pool.GUIDE)],
        blank=True,
        help_text=_("Stays when the person is forgotten."),
    )
    logged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("logged by"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    objects = MissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("mission")
        verbose_name_plural = _("missions")
        ordering = ("-starts_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="interpreters_mission_ends_after_start",
                violation_error_message=_("The mission ends before it begins."),
            ),
            models.CheckConstraint(
                condition=Q(actual_minutes__isnull=True) | Q(actual_minutes__gte=1),
                name="interpreters_mission_minutes_positive",
                violation_error_message=_("A mission takes at least one minute."),
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(actual_minutes__isnull=False),
                name="interpreters_mission_done_has_minutes",
                violation_error_message=_("Enter the actual minutes of a mission that is done."),
            ),
            # Done is free either way: when a person is forgotten, the mission still counts.
            models.CheckConstraint(
                condition=~Q(state__in=("requested", "open")) | Q(interpreter__isnull=True),
                name="interpreters_mission_open_is_free",
                violation_error_message=_("An open mission has no interpreter yet."),
            ),
            models.CheckConstraint(
                condition=~Q(state="assigned") | Q(interpreter__isnull=False),
                name="interpreters_mission_assigned_to_one",
                violation_error_message=_("An assigned mission needs its interpreter."),
            ),
            models.CheckConstraint(
                condition=Q(outcome="") | Q(state__in=("done", "cancelled", "unfilled")),
                name="interpreters_mission_outcome_at_end",
                violation_error_message=_("The outcome is known when the mission is over."),
            ),
            models.CheckConstraint(
                condition=Q(kind="guide")
                | ~Q(state__in=("open", "assigned", "done"))
                | Q(language__isnull=False),
                name="interpreters_mission_language_known",
                violation_error_message=_("Find out the language before anybody is asked."),
            ),
            models.CheckConstraint(
                condition=Q(pool="")
                | Q(kind="guide", pool="guide")
                | Q(kind="interpreter", pool__in=("volunteer", "internal")),
                name="interpreters_mission_pool_fits_kind",
                violation_error_message=_("This pool does not do this kind of mission."),
            ),
        )
        indexes = (
            models.Index(fields=("state", "starts_at"), name="interpreters_mission_state"),
            models.Index(fields=("interpreter", "starts_at"), name="interpreters_mission_person"),
        )

    def __str__(self) -> str:
        return self.reference

    @property
    def planned_minutes(self) -> int:
        return int((self.ends_at - self.starts_at) / timedelta(minutes=1))

    @property
    def day(self) -> date:
        return timezone.localdate(self.starts_at)

    @property
    def minutes(self) -> int:
        return self.actual_minutes or self.planned_minutes


class MissionTallyQuerySet(TallyQuerySet):
    def of_kind(self, kind: str) -> Self:
        return self.filter(kind=kind)


class MissionTally(Tally):
    """So many missions in a period, from before the log."""

    kind = models.CharField(
        _("kind"), max_length=12, choices=Kind.choices, default=Kind.INTERPRETER
    )
    minutes = models.PositiveIntegerField(_("minutes in all"), null=True, blank=True)

    objects = MissionTallyQuerySet.as_manager()

    class Meta(Tally.Meta):
        verbose_name = _("tally of missions")
        verbose_name_plural = _("tallies of missions")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.period}: {self.count}"
