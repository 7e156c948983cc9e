"""The yearly question sent to participants: a personal link, and what they answered."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory.models import Organisation
from kit_portal.common.days import at_clock, parse_clock
from kit_portal.common.models import Timestamped
from kit_portal.common.tokens import HASH_LENGTH, derive_token, draw_link, hash_token
from measures.models.concept import YEARS
from measures.models.evaluation import Evaluation
from measures.models.measure import Measure, MeasureQuerySet
from measures.models.participation import Participant

PERSONAL_LINK = "measures.evaluation-request"
# A round ends with the quarter before the report is due; later ones get this many days.
LAST_DAY = (3, 31)
LATE_ROUND = timedelta(days=28)
MAIL_PAUSE = timedelta(days=7)


class EvaluationRound(Timestamped):
    """What the office settled for one year's round; a year without a row has the defaults."""

    year = models.PositiveSmallIntegerField(_("year"), unique=True, validators=YEARS)
    ends_on = models.DateField(_("ends on"))
    reminds = models.BooleanField(
        _("remind automatically"),
        default=True,
        help_text=_("Who has not handed in everything gets one mail a week."),
    )

    class Meta:
        verbose_name = _("evaluation round")
        verbose_name_plural = _("evaluation rounds")
        ordering = ("-year",)

    def __str__(self) -> str:
        return str(self.year)

    @classmethod
    def of(cls, year: int, *, today: date) -> Self:
        """Return the year's row, or an unsaved one with a last day that leaves time to answer."""
        usual = date(year + 1, *LAST_DAY)
        default = usual if usual - today >= LATE_ROUND / 2 else today + LATE_ROUND
        return cls.objects.filter(year=year).first() or cls(year=year, ends_on=default)  # type: ignore[return-value]


class EvaluationRequestQuerySet(models.QuerySet["EvaluationRequest"]):
    def of_year(self, year: int) -> Self:
        return self.filter(year=year)

    def valid(self, *, now: datetime) -> Self:
        """Whose link opens something: not withdrawn, not expired."""
        return self.filter(withdrawn_at__isnull=True, expires_at__gt=now)

    def by_link(self, token: str) -> Self:
        """Whose personal link carries ``token``; looked up by its hash."""
        return self.filter(link_hash=hash_token(token))

    def waiting_for_mail(self, *, now: datetime) -> Self:
        return self.valid(now=now).exclude(to_mail="")

    def may_be_reminded(self, *, now: datetime) -> Self:
        """Not written to for a week, and no mail is on its way."""
        return self.valid(now=now).filter(to_mail="", mailed_at__lte=now - MAIL_PAUSE)

    def unfinished(self) -> Self:
        """Who still owes something: has ``open_measures``, asked of many in one query."""
        Role = Participant.Role  # noqa: N806  a class
        evaluated = Evaluation.objects.filter(
            measure=OuterRef("measure"), year=OuterRef(OuterRef("year"))
        )
        handed_in = EvaluationReply.objects.handed_in().filter(
            measure=OuterRef("measure"), request=OuterRef(OuterRef("pk"))
        )
        owed = Participant.objects.filter(
            ~Exists(evaluated),
            ~Exists(handed_in),
            Q(measure__concept__period_to__gte=OuterRef("year"))
            | Q(measure__concept__period_to__isnull=True),
            organisation=OuterRef("organisation"),
            measure__in=Measure.objects.visible_to(AnonymousUser()),
            measure__concept__period_from__lte=OuterRef("year"),
        )
        led, shared = owed.filter(role=Role.LEAD), owed.filter(role=Role.PARTNER)
        return self.filter(Exists(led) | Q(includes_partners=True) & Exists(shared))

    def expiring(self, *, now: datetime, within: timedelta) -> Self:
        return self.valid(now=now).filter(expires_at__lte=now + within)

    def to_address(self, email: str) -> Self:
        return self.filter(email__iexact=email)


class EvaluationRequest(Timestamped):
    """One organisation asked about its measures of one year, by one personal link."""

    class Mail(models.TextChoices):
        """What is to be written to the organisation next; a task sends it and clears this."""

        NONE = "", _("nothing")
        REQUEST = "request", _("request")
        REMINDER = "reminder", _("reminder")
        RETURNED = "returned", _("what was returned")

    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("organisation"),
        on_delete=models.CASCADE,
        related_name="evaluation_requests",
    )
    year = models.PositiveSmallIntegerField(_("year"), validators=YEARS)
    includes_partners = models.BooleanField(
        _("also measures where it is a partner"),
        default=False,
        help_text=_("Otherwise only those that it leads."),
    )
    email = models.EmailField(_("e-mail address"))
    language = models.CharField(_("language"), max_length=12, default=settings.LANGUAGE_CODE)

    link_nonce = models.CharField(max_length=32, editable=False)
    link_hash = models.CharField(max_length=HASH_LENGTH, unique=True, editable=False)
    expires_at = models.DateTimeField(_("valid until"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("asked by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    to_mail = models.CharField(
        _("mail to be sent"), max_length=8, choices=Mail.choices, default=Mail.REQUEST, blank=True
    )
    mailed_at = models.DateTimeField(
        _("last written to"), null=True, blank=True, help_text=_("The request or a reminder.")
    )
    reminders = models.PositiveSmallIntegerField(_("reminders"), default=0)

    objects = EvaluationRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for evaluations")
        verbose_name_plural = _("requests for evaluations")
        ordering = ("-year", "organisation__name")
        constraints = (
            # A withdrawn request is renewed, not asked anew: what was handed in stays with it.
            models.UniqueConstraint(
                fields=("organisation", "year"),
                name="measures_asked_once",
                violation_error_message=_("The organisation has been asked for this year already."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.organisation} {self.year}"

    @property
    def link_token(self) -> str:
        """The secret of the link, the same in the request and in every reminder.

        Raises LookupError where no known key fits: ``draw_link`` first.
        """
        return derive_token(self.link_nonce, self.link_hash, purpose=PERSONAL_LINK)

    def draw_link(self) -> None:
        """Take a new link; the earlier one opens nothing once this is saved."""
        self.link_nonce, self.link_hash = draw_link(purpose=PERSONAL_LINK)

    @property
    def last_day(self) -> date:
        return timezone.localdate(self.expires_at - timedelta(seconds=1))

    def is_valid(self, *, now: datetime) -> bool:
        return self.withdrawn_at is None and self.expires_at > now

    @property
    def roles(self) -> tuple[str, ...]:
        """In which roles the organisation is asked; whoever only pays never is."""
        Role = Participant.Role  # noqa: N806  a class
        return (Role.LEAD, Role.PARTNER) if self.includes_partners else (Role.LEAD,)

    def measures(self) -> MeasureQuerySet:
        """What the link shows: public measures of that year in which the organisation has a part.

        A link is no account, so the door is the public's.
        """
        part = Participant.objects.filter(
            measure=OuterRef("pk"), organisation=self.organisation_id, role__in=self.roles
        )
        visible: MeasureQuerySet = Measure.objects.visible_to(AnonymousUser())
        return visible.in_force_in(self.year).filter(Exists(part)).in_order()

    def open_measures(self) -> MeasureQuerySet:
        """What the office still waits for: not handed in, and not evaluated by itself."""
        done = EvaluationReply.objects.filter(measure=OuterRef("pk"), request=self).handed_in()
        return self.measures().not_evaluated_in(self.year).filter(~Exists(done))


def end_of(day: date) -> datetime:
    """Return the moment when a link that is valid through ``day`` expires."""
    return at_clock(day + timedelta(days=1), parse_clock("00:00"))


class EvaluationReplyQuerySet(models.QuerySet["EvaluationReply"]):
    def submitted(self) -> Self:
        """What the office has to settle."""
        return self.filter(state=EvaluationReply.State.SUBMITTED)

    def handed_in(self) -> Self:
        return self.filter(state__in=EvaluationReply.HANDED_IN)


class EvaluationReply(Timestamped):
    """What a participant says of one measure; it counts only after the office accepted it."""

    class State(models.TextChoices):
        DRAFT = "draft", _("begun")
        SUBMITTED = "submitted", _("handed in")
        RETURNED = "returned", _("returned")
        ACCEPTED = "accepted", _("accepted")

    HANDED_IN = (State.SUBMITTED, State.ACCEPTED)

    request = models.ForeignKey(
        EvaluationRequest,
        verbose_name=_("request for evaluations"),
        on_delete=models.CASCADE,
        related_name="replies",
    )
    measure = models.ForeignKey(
        Measure,
        verbose_name=_("measure"),
        on_delete=models.CASCADE,
        related_name="evaluation_replies",
    )
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.DRAFT)
    verdict = models.CharField(
        _("verdict"), max_length=8, choices=Evaluation.Verdict.choices, blank=True
    )
    reasoning = models.TextField(_("reasoning"), blank=True)
    figures = models.JSONField(
        _("figures"),
        default=dict,
        blank=True,
        help_text="{indicator’s key: {“value”: decimal text, “whole”: decimal text or empty}}",
    )
    still_correct = models.BooleanField(
        _("nothing has changed"),
        default=False,
        help_text=_("What the portal says of the measure is still correct."),
    )
    remark = models.TextField(
        _("remark of the office"), blank=True, help_text=_("Why it was returned.")
    )
    submitted_at = models.DateTimeField(_("handed in on"), null=True, blank=True)
    settled_at = models.DateTimeField(_("settled on"), null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("settled by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    objects = EvaluationReplyQuerySet.as_manager()

    class Meta:
        verbose_name = _("reply of a participant")
        verbose_name_plural = _("replies of participants")
        ordering = ("request", "measure__number_key")
        constraints = (
            models.UniqueConstraint(
                fields=("request", "measure"),
                name="measures_reply_once",
                violation_error_message=_("There is a reply to this measure already."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=("draft", "returned")) | ~Q(verdict=""),
                name="measures_reply_has_verdict",
                violation_error_message=_("Choose a verdict before you hand it in."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=("draft", "returned"))
                | ~Q(verdict__in=("modify", "ended"))
                | ~Q(reasoning=""),
                name="measures_reply_has_reason",
                violation_error_message=_("Say why: the council will ask what is to change."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.measure_id} {self.get_state_display()}"

    def move(self, state: str, **values: Any) -> None:
        """Note a new state; the caller holds the request's lock and knows the old one."""
        for name, value in {"state": state, **values}.items():
            setattr(self, name, value)
        self.save()
