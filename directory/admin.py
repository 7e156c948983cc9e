"""The office, whom it works with, where people can go and who answers for what."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from directory.models import (
    ContactPoint,
    Language,
    LanguageAlias,
    LanguageCover,
    Office,
    OpeningHours,
    Organisation,
    Quarter,
    Responsibility,
    StaffRole,
    Topic,
)
from kit_portal.common.admin import PublishingMixin, TranslatedAdmin


class OpeningHoursInline(admin.TabularInline):  # type: ignore[type-arg]
    model = OpeningHours
    extra = 1


class ResponsibilityInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Responsibility
    autocomplete_fields = ("topic",)
    extra = 1


class LanguageAliasInline(admin.TabularInline):  # type: ignore[type-arg]
    model = LanguageAlias
    extra = 1


class LanguageCoverInline(admin.TabularInline):  # type: ignore[type-arg]
    model = LanguageCover
    fk_name = "have"
    autocomplete_fields = ("need",)
    extra = 1


@admin.register(Office)
class OfficeAdmin(TranslatedAdmin):
    """One row: its list leads straight to it."""

    fieldsets = (
        (_("Identity"), {"fields": ("short_name", "municipality", "municipality_key")}),
        (
            _("Address and contact"),
            {"fields": ("street", "postal_code", "locality", "phone", "email", "website")},
        ),
        (_("Imprint"), {"fields": ("responsible",)}),
        (_("Look"), {"fields": ("logo", "accent")}),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not Office.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if office := Office.objects.first():
            return redirect("admin:directory_office_change", office.pk)
        if self.has_add_permission(request):
            return redirect("admin:directory_office_add")
        nothing: HttpResponse = super().changelist_view(request, extra_context)
        return nothing


@admin.register(Organisation)
class OrganisationAdmin(TranslatedAdmin):
    list_display = ("name", "kind", "parent", "is_active")
    list_filter = ("kind", "is_active")
    list_select_related = ("parent",)
    search_fields = ("name", "short_name")
    prepopulated_fields = {"slug": ("name",)}
    autocomplete_fields = ("parent",)
    fieldsets = (
        (None, {"fields": ("name", "short_name", "slug", "kind", "parent", "is_active")}),
        (_("Contact"), {"fields": ("email", "phone", "website")}),
    )


@admin.register(Quarter)
class QuarterAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("name", "position")
    list_editable = ("position",)
    search_fields = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}


@admin.register(Topic)
class TopicAdmin(TranslatedAdmin):
    list_display = ("name", "roles")
    list_filter = (("responsibilities", admin.EmptyFieldListFilter),)
    search_fields = ("name_de", "slug")
    prepopulated_fields = {"slug": ("name_de",)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Topic]:
        return Topic.objects.with_roles()

    @admin.display(description=_("Responsible"))
    def roles(self, topic: Topic) -> str:
        return ", ".join(one.staff_role.name for one in topic.responsibilities.all())


@admin.register(StaffRole)
class StaffRoleAdmin(TranslatedAdmin):
    list_display = ("name", "email", "phone", "room", "holder", "position")
    list_editable = ("position",)
    list_select_related = ("holder",)
    search_fields = ("name_de",)
    prepopulated_fields = {"slug": ("name_de",)}
    inlines = (ResponsibilityInline,)
    fieldsets = (
        (None, {"fields": ("slug", "position")}),
        (_("Contact"), {"fields": ("email", "phone", "room")}),
        (_("Internal"), {"fields": ("holder",)}),
    )


@admin.register(ContactPoint)
class ContactPointAdmin(PublishingMixin, TranslatedAdmin):
    list_display = ("name", "organisation", "locality", "published_at", "modified_at")
    list_filter = (("published_at", admin.EmptyFieldListFilter), "topics", "is_step_free")
    list_select_related = ("organisation",)
    search_fields = ("name_de", "summary_de", "street")
    prepopulated_fields = {"slug": ("name_de",)}
    autocomplete_fields = ("organisation", "topics", "languages")
    inlines = (OpeningHoursInline,)
    readonly_fields = ("published_at", "published_by", "modified_at")
    fieldsets = (
        (None, {"fields": ("slug", "organisation", "topics")}),
        (
            _("Address"),
            {"fields": ("street", "postal_code", "locality", "latitude", "longitude")},
        ),
        (_("Contact"), {"fields": ("phone", "email", "website", "needs_appointment")}),
        (_("Languages spoken"), {"fields": ("languages",)}),
        (_("Accessibility"), {"fields": ("is_step_free", "has_accessible_toilet")}),
        (_("Publication"), {"fields": ("published_at", "published_by", "modified_at")}),
    )


@admin.register(Language)
class LanguageAdmin(TranslatedAdmin):
    list_display = ("name", "autonym", "tag", "iso639_3", "script", "parent", "is_requestable")
    list_filter = ("is_requestable", "script", "is_right_to_left")
    list_select_related = ("parent",)
    search_fields = ("name_de", "name_en", "autonym", "tag", "aliases__text")
    autocomplete_fields = ("parent", "retired_by")
    inlines = (LanguageAliasInline, LanguageCoverInline)
    fieldsets = (
        (None, {"fields": ("tag", "iso639_3", "autonym", "script", "is_right_to_left")}),
        (_("Use"), {"fields": ("parent", "is_requestable", "retired_by")}),
    )
