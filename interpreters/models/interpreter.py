"""People who interpret, accompany or practise German with somebody, and the pools they belong to.

They are volunteers or colleagues: their names are for the office only and stand on no public page.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Self

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from directory.models import Language
from interpreters.models.tally import days_in_order
from kit_portal.common.models import Timestamped, Viewer


class Pool(models.TextChoices):
    VOLUNTEER = "volunteer", _("Volunteer interpreters")
    INTERNAL = "internal", _("Internal interpreters (staff)")
    GUIDE = "guide", _("Integration guides")
    PARTNER = "partner", _("Language partners")


class InterpreterQuerySet(models.QuerySet["Interpreter"]):
    def visible_to(self, user: Viewer) -> Self:
        """The one door: nobody but the office's staff sees the people of the pools."""
        allowed = user.has_perm("interpreters.view_interpreter")  # type: ignore[union-attr,attr-defined]
        return self.all() if allowed else self.none()

    def in_pool(self, *pools: str, today: date) -> Self:
        """Members of any of ``pools`` on that day (of any pool at all if none is named)."""
        memberships = PoolMembership.objects.current(today=today)
        if pools:
            memberships = memberships.filter(pool__in=pools)
        return self.filter(Exists(memberships.filter(interpreter=OuterRef("pk"))))

    def available(self, *, today: date) -> Self:
        return self.exclude(paused_until__gte=today)

    def speaking(self, language: Language) -> Self:
        return self.filter(
            spoken_languages__language=language, spoken_languages__may_interpret=True
        )

    def at_address(self, email: str) -> Self:
        return self.filter(email__iexact=email)

    def by_name(self) -> Self:
        return self.order_by(Lower("name"))


class Interpreter(Timestamped):
    name = models.CharField(_("name"), max_length=150)
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    district = models.CharField(
        _("district"), max_length=80, blank=True, help_text=_("Part of the town, for short ways.")
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="interpreter",
    )

    comes_on_site = models.BooleanField(_("on site"), default=True)
    takes_phone = models.BooleanField(_("by phone"), default=False)
    takes_video = models.BooleanField(_("by video"), default=False)
    max_missions_per_month = models.PositiveSmallIntegerField(
        _("missions a month at most"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Empty: no limit."),
    )
    paused_until = models.DateField(
        _("pauses until"), null=True, blank=True, help_text=_("The last day of the pause.")
    )
    notes = models.TextField(
        _("internal notes"), blank=True, help_text=_("The person may ask to read this.")
    )

    objects = InterpreterQuerySet.as_manager()

    class Meta:
        verbose_name = _("interpreter")
        verbose_name_plural = _("interpreters")
        ordering = (Lower("name"), "pk")
        constraints = (
            models.UniqueConstraint(
                Lower("email"),
                condition=~Q(email=""),
                name="interpreters_person_email_once",
                violation_error_message=_("Somebody with this e-mail address is entered already."),
            ),
            models.CheckConstraint(
                condition=Q(comes_on_site=True) | Q(takes_phone=True) | Q(takes_video=True),
                name="interpreters_person_reachable",
                violation_error_message=_("Choose at least one way: on site, by phone, by video."),
            ),
            models.CheckConstraint(
                condition=Q(max_missions_per_month__isnull=True) | Q(max_missions_per_month__gte=1),
                name="interpreters_person_limit_positive",
                violation_error_message=_("A limit of missions is at least one."),
            ),
        )

    def __str__(self) -> str:
        return self.name

    def pools_on(self, day: date) -> set[str]:
        return set(self.memberships.current(today=day).values_list("pool", flat=True))


class PoolMembershipQuerySet(models.QuerySet["PoolMembership"]):
    def current(self, *, today: date) -> Self:
        begun = Q(joined_on__isnull=True) | Q(joined_on__lte=today)
        return self.filter(begun, Q(left_on__isnull=True) | Q(left_on__gte=today))

    def count_by_pool(self) -> Counter[str]:
        rows = self.order_by().values_list("pool").annotate(models.Count("pk"))
        return Counter(dict(rows))


class PoolMembership(models.Model):
    """One person in one pool. Who is in several pools has several of these."""

    interpreter = models.ForeignKey(
        Interpreter,
        verbose_name=_("interpreter"),
        on_delete=models.CASCADE,
        related_name="memberships",
    )
    pool = models.CharField(_("pool"), max_length=12, choices=Pool.choices)
    joined_on = models.DateField(
        _("since"), null=True, blank=True, help_text=_("Empty: since before these records.")
    )
    left_on = models.DateField(
        _("until"), null=True, blank=True, help_text=_("The last day; empty: still a member.")
    )

    objects = PoolMembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("pool membership")
        verbose_name_plural = _("pool memberships")
        ordering = ("pool", "joined_on")
        constraints = (
            models.UniqueConstraint(
                fields=("interpreter", "pool"),
                name="interpreters_in_pool_once",
                violation_error_message=_("This person is in this pool already."),
            ),
            models.CheckConstraint(
                condition=days_in_order("joined_on", "left_on"),
                name="interpreters_left_after_joining",
                violation_error_message=_("The last day lies before the first."),
            ),
        )

    def __str__(self) -> str:
        return self.get_pool_display()

    def is_current(self, *, today: date) -> bool:
        has_joined = self.joined_on is None or self.joined_on <= today
        return has_joined and (self.left_on is None or self.left_on >= today)


class SpokenLanguageQuerySet(models.QuerySet["SpokenLanguage"]):
    def offered(self, *, today: date) -> Self:
        """What the pools can interpret on that day; German goes without saying."""
        interpreters = Interpreter.objects.in_pool(Pool.VOLUNTEER, Pool.INTERNAL, today=today)
        return self.filter(
            may_interpret=True, language__is_requestable=True, interpreter__in=interpreters
        )

    def count_by_language(self) -> Counter[int]:
        """Map the languages' keys to the number of people who speak them."""
        rows = self.order_by().values_list("language").annotate(models.Count("pk"))
        return Counter(dict(rows))


class SpokenLanguage(models.Model):
    """Levels of the Common European Framework of Reference (Council of Europe), plus native."""

    class Level(models.TextChoices):
        A1 = "A1", "A1"
        A2 = "A2", "A2"
        B1 = "B1", "B1"
        B2 = "B2", "B2"
        C1 = "C1", "C1"
        C2 = "C2", "C2"
        NATIVE = "native", _("native language")

    class Basis(models.TextChoices):
        SELF = "self", _("the person's own word")
        TEST = "test", _("test")
        CERTIFICATE = "certificate", _("certificate")
        OFFICE = "office", _("the office's impression")

    interpreter = models.ForeignKey(
        Interpreter,
        verbose_name=_("interpreter"),
        on_delete=models.CASCADE,
        related_name="spoken_languages",
    )
    language = models.ForeignKey(
        Language, verbose_name=_("language"), on_delete=models.PROTECT, related_name="speakers"
    )
    level = models.CharField(_("level"), max_length=8, choices=Level.choices)
    basis = models.CharField(
        _("known from"), max_length=12, choices=Basis.choices, default=Basis.SELF
    )
    verified_on = models.DateField(_("checked on"), null=True, blank=True)
    may_interpret = models.BooleanField(
        _("may interpret"),
        default=True,
        help_text=_("Off: the person speaks it, but is not asked to interpret it."),
    )

    objects = SpokenLanguageQuerySet.as_manager()

    class Meta:
        verbose_name = _("language spoken")
        verbose_name_plural = _("languages spoken")
        ordering = ("language__tag",)
        constraints = (
            models.UniqueConstraint(
                fields=("interpreter", "language"),
                name="interpreters_language_once",
                violation_error_message=_("This language is entered for this person already."),
            ),
        )

    def __str__(self) -> str:
        return str(self.get_level_display())
