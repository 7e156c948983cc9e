"""The administration of the Check Up and of the revision."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from kit_portal.common.admin import PublishingMixin, TranslatedAdmin
from measures.admin import GermanInline, PublishedFilter
from measures.models import (
    Finding,
    FocusGroup,
    ForumComment,
    MeasureLink,
    MeasureProfile,
    Revision,
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


@admin.register(Revision)
class RevisionAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Begun in the wizard; here it can be given up. Measures and links stay what they are."""

    list_display = ("__str__", "resolution", "begun_by", "created_at")
    list_select_related = ("old_concept", "new_concept", "begun_by")
    fields = ("old_concept", "new_concept", "resolution", "begun_by")
    readonly_fields = ("old_concept", "new_concept", "begun_by")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
