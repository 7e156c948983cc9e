"""Bodies and who belongs to them.

A body is the round table, its board and working groups, and those it speaks to: committees, the
council, departments. A membership is held by a person or by an organisation, for a time.
"""

from __future__ import annotations

from datetime import date
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, F, Q, When
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory.models import Organisation
from kit_portal.common.models import Timestamped, Viewer
from kit_portal.common.private_files import is_document, private_storage, unguessable_path
from kit_portal.common.translation_queries import translated_order
from roundtable.models.door import account_of, may_view_all


class BodyQuerySet(models.QuerySet["Body"]):
    def visible_to(self, user: Viewer) -> Self:
        """The door: internal bodies exist only for their members and for staff."""
        if may_view_all(user, self.model):
            return self.all()
        return self.filter(Q(is_internal=False) | Q(pk__in=Body.objects.with_member(user)))

    def with_member(self, user: Viewer, *, today: date | None = None) -> Self:
        """Bodies in which ``user`` has a membership on ``today`` (the local day if not given)."""
        account = account_of(user)
        if account is None:
            return self.none()
        memberships = Membership.objects.active(today or timezone.localdate())
        return self.filter(pk__in=memberships.filter(person_id=account).values("body"))

    def active(self) -> Self:
        return self.filter(is_active=True)

    def round_tables(self) -> Self:
        return self.active().filter(kind=Body.Kind.ROUND_TABLE).order_by("founded_on", "pk")

    def filing_motions(self) -> Self:
        return self.active().filter(kind__in=Body.FILING)

    def receiving_motions(self) -> Self:
        return self.active().exclude(kind__in=Body.FILING)

    def by_name(self) -> Self:
        return self.order_by(translated_order("name"))

    def by_kind(self) -> Self:
        """The round table first, as in ``Kind``, then by name."""
        ranks = [When(kind=kind, then=rank) for rank, kind in enumerate(Body.Kind.values)]
        return self.order_by(Case(*ranks), translated_order("name"))


class Body(Timestamped):
    class Kind(models.TextChoices):
        ROUND_TABLE = "round_table", _("Round table")
        BOARD = "board", _("Board")
        WORKING_GROUP = "working_group", _("Working group")
        COMMITTEE = "committee", _("Committee")
        COUNCIL = "council", _("Council")
        DEPARTMENT = "department", _("Department")

    # The kinds that file motions; the others receive them.
    FILING = (Kind.ROUND_TABLE, Kind.BOARD, Kind.WORKING_GROUP)

    slug = models.SlugField(_("short address"), max_length=80, unique=True)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    name = models.CharField(_("name"), max_length=160)
    short_name = models.CharField(_("short name"), max_length=40, blank=True)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("part of"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="parts",
    )
    description = models.TextField(_("description"), blank=True, help_text=_("Markdown."))

    founded_on = models.DateField(_("founded on"), null=True, blank=True)
    rules = models.FileField(
        _("rules of procedure"),
        storage=private_storage,
        upload_to=unguessable_path,
        validators=[is_document],
        blank=True,
        help_text=_("Shown to everybody who may see the body."),
    )
    is_internal = models.BooleanField(
        _("internal"),
        default=False,
        help_text=_("Only members and staff learn that this body, its meetings and motions exist."),
    )
    is_active = models.BooleanField(_("active"), default=True)

    objects = BodyQuerySet.as_manager()

    class Meta:
        verbose_name = _("body")
        verbose_name_plural = _("bodies")
        ordering = ("slug",)
        constraints = (
            models.CheckConstraint(
                condition=~Q(parent=F("id")),
                name="roundtable_body_not_its_own_part",
                violation_error_message=_("A body cannot be part of itself."),
            ),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{reverse('roundtable:home')}#{self.slug}"


class MembershipQuerySet(models.QuerySet["Membership"]):
    def visible_to(self, user: Viewer) -> Self:
        """The door: organisations are public, people only if they agreed.

        Members of a body know each other, and everybody knows their own memberships.
        """
        if may_view_all(user, self.model):
            return self.all()
        in_view = self.filter(body__in=Body.objects.visible_to(user))
        public = Q(organisation__isnull=False) | Q(consents_to_be_shown=True)
        account = account_of(user)
        if account is None:
            return in_view.filter(public)
        return self.filter(
            Q(pk__in=in_view.filter(public).values("pk"))
            | Q(body__in=Body.objects.with_member(user))
            | Q(person_id=account)
        )

    def active(self, today: date) -> Self:
        return self.filter(starts_on__lte=today).filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=today)
        )

    def ending_between(self, first: date, last: date) -> Self:
        return self.filter(ends_on__range=(first, last))

    def of_account(self, user: Viewer) -> Self:
        account = account_of(user)
        return self.none() if account is None else self.filter(person_id=account)

    def by_role(self) -> Self:
        """The chair first, as in ``Role``, then by name."""
        ranks = [When(role=role, then=rank) for rank, role in enumerate(Membership.Role.values)]
        return self.order_by(Case(*ranks), Lower("organisation__name"), "person_name", "pk")

    def of_organisations(self) -> Self:
        return self.filter(organisation__isnull=False)

    def of_people(self) -> Self:
        return self.filter(organisation__isnull=True)

    def of_individuals(self) -> Self:
        """People who speak for themselves and not as delegate or substitute of an organisation."""
        return self.of_people().filter(represents__isnull=True)


class Membership(Timestamped):
    class Role(models.TextChoices):
        CHAIR = "chair", _("Chair")
        DEPUTY_CHAIR = "deputy_chair", _("Deputy chair")
        BOARD_MEMBER = "board_member", _("Board member")
        MEMBER = "member", _("Member")
        DELEGATE = "delegate", _("Delegate")
        SUBSTITUTE = "substitute", _("Substitute")

    body = models.ForeignKey(
        Body, verbose_name=_("body"), on_delete=models.PROTECT, related_name="memberships"
    )
    role = models.CharField(_("role"), max_length=16, choices=Role.choices, default=Role.MEMBER)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="body_memberships",
        help_text=_("Opens the non-public part of the agenda to this person."),
    )
    person_name = models.CharField(
        _("name of the person"),
        max_length=150,
        blank=True,
        help_text=_("As it is shown; needed for people without an account."),
    )
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("member organisation"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="body_memberships",
        help_text=_("If an organisation is the member and not a person."),
    )
    represents = models.ForeignKey(
        Organisation,
        verbose_name=_("represents"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="delegates",
        help_text=_("The organisation for which this person speaks."),
    )

    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(
        _("until"), null=True, blank=True, help_text=_("The last day; open as long as it lasts.")
    )
    consents_to_be_shown = models.BooleanField(
        _("agrees to be shown in public"),
        default=False,
        help_text=_("Without consent the person is counted, but not named."),
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ("body", "starts_on", "pk")
        constraints = (
            models.CheckConstraint(
                condition=(
                    Q(organisation__isnull=False, person__isnull=True, person_name="")
                    | Q(organisation__isnull=True, person__isnull=False)
                    | (Q(organisation__isnull=True) & ~Q(person_name=""))
                ),
                name="roundtable_member_is_person_or_organisation",
                violation_error_message=_("Enter either a person or a member organisation."),
            ),
            models.CheckConstraint(
                condition=Q(organisation__isnull=True) | Q(represents__isnull=True),
                name="roundtable_only_people_represent",
                violation_error_message=_("Only a person can represent an organisation."),
            ),
            models.CheckConstraint(
                condition=~Q(role__in=("delegate", "substitute")) | Q(represents__isnull=False),
                name="roundtable_delegate_of_somebody",
                violation_error_message=_("Whom does this delegate or substitute represent?"),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="roundtable_membership_ends_after_start",
                violation_error_message=_("The membership ends before it starts."),
            ),
            models.UniqueConstraint(
                fields=("body", "person"),
                condition=Q(ends_on__isnull=True, person__isnull=False),
                name="roundtable_person_once_in_body",
                violation_error_message=_("This person is a member of this body already."),
            ),
            models.UniqueConstraint(
                fields=("body", "organisation"),
                condition=Q(ends_on__isnull=True, organisation__isnull=False),
                name="roundtable_organisation_once_in_body",
                violation_error_message=_("This organisation is a member of this body already."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.member_name} · {self.get_role_display()}"

    def clean(self) -> None:
        """A second membership beside one that ended is fine; two at the same time are not."""
        if self.starts_on and (self.person_id or self.organisation_id) and self._overlaps():
            raise ValidationError(_("There is another membership in this body at the same time."))

    def _overlaps(self) -> bool:
        if self.person_id is not None:
            same = Q(person_id=self.person_id)
        else:
            same = Q(organisation_id=self.organisation_id)
        others = Membership.objects.filter(same, body_id=self.body_id).exclude(pk=self.pk)
        ongoing = Q(ends_on__isnull=True) | Q(ends_on__gte=self.starts_on)
        begun = Q(starts_on__lte=self.ends_on) if self.ends_on else Q()
        return others.filter(ongoing & begun).exists()

    @property
    def member_name(self) -> str:
        if self.organisation is not None:
            return self.organisation.name
        return self.person_name or str(self.person)
