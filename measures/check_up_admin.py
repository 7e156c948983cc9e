"""The administration of the Check Up and of the revision."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from kit_portal.common.admin import PublishingMixin, ReadOnlyAdmin, TranslatedAdmin
from measures.admin import GermanInline, PublishedFilter
from measures.models import (
    Finding,
    FocusGroup,
    ForumComment,
    MeasureLink,
    MeasureProfile,
    RevisionDecision,
)


class FindingInline(GermanInline):
    model = Finding
    fields = ("position", "kind", "text_de")


class MeasureProfileInline(GermanInline):
    model = MeasureProfile
    fields = ("position", "slug", "title_de")


class ForumCommentInline(GermanInline):
    model = ForumComment
    fields = ("forum", "text_de", "is_public")


@admin.register(FocusGroup)
class FocusGroupAdmin(TranslatedAdmin):
    list_display = ("name", "concept", "position")
    list_filter = ("concept",)
    search_fields = ("name_de", "slug")
    inlines = (FindingInline, MeasureProfileInline)


@admin.register(Finding)
class FindingAdmin(PublishingMixin, TranslatedAdmin):
    list_display = ("text", "kind", "focus_group", "is_public")
    list_filter = ("kind", "focus_group__concept", "focus_group", PublishedFilter)
    list_select_related = ("focus_group",)
    search_fields = ("text_de",)
    autocomplete_fields = ("measures",)

    @admin.display(description=_("published"), boolean=True)
    def is_public(self, finding: Finding) -> bool:
        return finding.is_published


@admin.register(MeasureProfile)
class MeasureProfileAdmin(PublishingMixin, TranslatedAdmin):
    list_display = ("title", "focus_group", "measure", "is_public")
    list_filter = ("focus_group__concept", "focus_group", PublishedFilter)
    list_select_related = ("focus_group__concept", "measure")
    search_fields = ("title_de", "slug", "summary_de")
    prepopulated_fields = {"slug": ("title_de",)}
    autocomplete_fields = ("findings",)
    readonly_fields = ("measure",)
    inlines = (ForumCommentInline,)

    @admin.display(description=_("published"), boolean=True)
    def is_public(self, profile: MeasureProfile) -> bool:
        return profile.is_published


@admin.register(MeasureLink)
class MeasureLinkAdmin(TranslatedAdmin):
    list_display = ("predecessor", "kind", "successor", "resolution", "decided_on")
    list_filter = ("kind", "predecessor__concept")
    list_select_related = ("predecessor", "successor")
    search_fields = ("predecessor__number", "predecessor__title_de", "successor__title_de")
    autocomplete_fields = ("predecessor", "successor")


@admin.register(RevisionDecision)
class RevisionDecisionAdmin(ReadOnlyAdmin):
    list_display = ("measure", "kind", "numbers", "resolution", "decided_by", "carried_out_at")
    list_filter = ("revision", "kind")
    list_select_related = ("measure", "decided_by", "revision__new_concept")
    search_fields = ("measure__number", "measure__title_de", "reason")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("revision__old_concept")
