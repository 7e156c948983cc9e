"""The administration of the pools: people with all that belongs to them, missions, tallies."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin
from django.db.models import Count, Max, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from interpreters.forget import forget_interpreter
from interpreters.models import (
    Credential,
    Institution,
    Interpreter,
    Mission,
    MissionRequest,
    MissionTally,
    Partnership,
    PartnershipTally,
    Pool,
    PoolMembership,
    SpokenLanguage,
)
from interpreters.models.credential import CredentialQuerySet
from interpreters.models.interpreter import InterpreterQuerySet
from interpreters.reference import next_reference
from interpreters.todo import EXPIRES_SOON


class PoolMembershipInline(admin.TabularInline):  # type: ignore[type-arg]
    model = PoolMembership
    extra = 0


class SpokenLanguageInline(admin.TabularInline):  # type: ignore[type-arg]
    model = SpokenLanguage
    autocomplete_fields = ("language",)
    extra = 0


class CredentialInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Credential
    extra = 0


class MissionRequestInline(admin.StackedInline):  # type: ignore[type-arg]
    """Who asked: to read and call back. Changes would be another request."""

    model = MissionRequest
    extra = 0
    can_delete = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class PoolFilter(admin.SimpleListFilter):
    title, parameter_name = _("pool"), "pool"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [*Pool.choices, ("none", _("left all pools"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> InterpreterQuerySet:
        people, today = cast("InterpreterQuerySet", queryset), timezone.localdate()
        if self.value() == "none":
            return people.exclude(pk__in=people.in_pool(today=today))
        return people.in_pool(self.value() or "", today=today) if self.value() else people


class ValidityFilter(admin.SimpleListFilter):
    title, parameter_name = _("validity"), "validity"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("soon", _("expires within 60 days")), ("expired", _("has expired"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> CredentialQuerySet:
        credentials, today = cast("CredentialQuerySet", queryset), timezone.localdate()
        if self.value() == "soon":
            newest = credentials.newest_of_kind()
            return newest.expiring(today=today, until=today + EXPIRES_SOON)
        if self.value() == "expired":
            return credentials.newest_of_kind().expired(today=today)
        return credentials


@admin.register(Interpreter)
class InterpreterAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("name", "pools", "languages", "district", "last_mission", "paused_until")
    list_filter = (PoolFilter, "spoken_languages__language", "takes_phone", "takes_video")
    search_fields = ("name", "email", "district")
    inlines = (PoolMembershipInline, SpokenLanguageInline, CredentialInline)
    autocomplete_fields = ("user",)
    fieldsets = (
        (None, {"fields": ("name", "email", "phone", "district", "user")}),
        (_("Missions"), {"fields": ("comes_on_site", "takes_phone", "takes_video")}),
        (_("Limits"), {"fields": ("max_missions_per_month", "paused_until")}),
        (_("Internal"), {"fields": ("notes",), "classes": ("collapse",)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Interpreter]:
        people = Interpreter.objects.visible_to(cast("Any", request.user))
        done = Q(missions__state=Mission.State.DONE)
        return people.annotate(
            last_mission_at=Max("missions__starts_at", filter=done)
        ).prefetch_related("memberships", "spoken_languages__language")

    @admin.display(description=_("Pools"))
    def pools(self, person: Interpreter) -> str:
        today = timezone.localdate()
        current = [one for one in person.memberships.all() if one.is_current(today=today)]
        return ", ".join(one.get_pool_display() for one in current)

    @admin.display(description=_("Languages"))
    def languages(self, person: Interpreter) -> str:
        spoken = [one for one in person.spoken_languages.all() if one.may_interpret]
        return ", ".join(f"{one.language} {one.get_level_display()}" for one in spoken)

    @admin.display(description=_("Last mission"), ordering="last_mission_at")
    def last_mission(self, person: Any) -> Any:
        return person.last_mission_at and timezone.localdate(person.last_mission_at)

    def delete_model(self, request: HttpRequest, obj: Interpreter) -> None:
        forget_interpreter(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Interpreter]) -> None:
        for person in queryset:
            forget_interpreter(person)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """Nothing: the log would keep the names of people who asked to be forgotten."""
        return []


@admin.register(Credential)
class CredentialAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("interpreter", "kind", "seen_on", "valid_until")
    list_filter = (ValidityFilter, "kind")
    list_select_related = ("interpreter",)
    autocomplete_fields = ("interpreter",)
    date_hierarchy = "valid_until"


@admin.register(Institution)
class InstitutionAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("title", "kind", "is_approved", "number_of_missions")
    list_filter = ("is_approved", "kind")
    search_fields = ("name", "organisation__name")
    autocomplete_fields = ("organisation",)
    actions = ("approve_selected",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Institution]:
        return Institution.objects.with_title().annotate(mission_count=Count("missions"))

    @admin.display(description=_("Missions"), ordering="mission_count")
    def number_of_missions(self, institution: Any) -> int:
        count: int = institution.mission_count
        return count

    @admin.action(description=_("Approve selected"), permissions=["change"])
    def approve_selected(self, request: HttpRequest, queryset: QuerySet[Institution]) -> None:
        queryset.update(is_approved=True)


@admin.register(Mission)
class MissionAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("reference", "starts_at", "state", "language", "institution", "interpreter")
    list_filter = ("state", "kind", "pool", "mode", "subject", "language")
    search_fields = ("reference", "client_code", "institution__name", "interpreter__name")
    date_hierarchy = "starts_at"
    autocomplete_fields = ("language", "institution", "interpreter")
    readonly_fields = ("reference", "logged_by", "created_at", "modified_at")
    inlines = (MissionRequestInline,)
    fieldsets = (
        (None, {"fields": ("reference", "kind", "state", "outcome")}),
        (_("What"), {"fields": ("language", "language_hint", "subject", "mode")}),
        (_("Where"), {"fields": ("institution", "place", "client_code")}),
        (_("When"), {"fields": ("starts_at", "ends_at", "is_time_known", "actual_minutes")}),
        (_("Who"), {"fields": ("interpreter", "pool")}),
        (_("Record"), {"fields": ("logged_by", "created_at", "modified_at")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Mission]:
        return Mission.objects.visible_to(cast("Any", request.user)).for_list()

    def save_model(self, request: HttpRequest, obj: Mission, form: Any, change: bool) -> None:
        if not change:
            obj.reference = next_reference(year=timezone.localdate().year)
            obj.logged_by = cast("Any", request.user)
        super().save_model(request, obj, form, change)


class TallyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_filter = ("last_day",)

    @admin.display(description=_("Period"), ordering="last_day")
    def shown_period(self, tally: Any) -> str:
        period: str = tally.period
        return period


@admin.register(MissionTally)
class MissionTallyAdmin(TallyAdmin):
    list_display = ("shown_period", "kind", "count", "is_at_least", "minutes", "source")


@admin.register(PartnershipTally)
class PartnershipTallyAdmin(TallyAdmin):
    list_display = ("shown_period", "count", "is_at_least", "source")


@admin.register(Partnership)
class PartnershipAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("learner_code", "learner_language", "state", "volunteer", "started_on")
    list_filter = ("state", "learner_language", "end_reason")
    list_select_related = ("learner_language", "volunteer")
    search_fields = ("learner_code", "volunteer__name")
    autocomplete_fields = ("learner_language", "volunteer")
    date_hierarchy = "started_on"
