from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.forms import BaseInlineFormSet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kit_portal.common.admin import PublishingMixin, ReadOnlyAdmin, TranslatedAdmin
from measures.admin_lists import EXPLAINED_STATUSES, ActionFieldFilter, change_status
from measures.indicator_sources import source_choices
from measures.models import (
    ActionField,
    Attachment,
    Concept,
    ConceptDocument,
    Evaluation,
    FocusGroup,
    FundingSource,
    Goal,
    ImplementationReport,
    Indicator,
    IndicatorCell,
    IndicatorValue,
    Measure,
    Milestone,
    Participant,
    ReportRendering,
    TargetGroup,
)
from measures.models.runtime import runtime_warnings

# --- inlines: German only; the other languages have their place on the row's own page ---------


class GermanInline(admin.TabularInline):  # type: ignore[type-arg]
    extra = 0
    show_change_link = True
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}


class ActionFieldInline(GermanInline):
    model = ActionField
    fields = ("number", "title_de")


class FocusGroupInline(GermanInline):
    model = FocusGroup
    fields = ("position", "slug", "name_de")


class GoalInline(GermanInline):
    model = Goal
    fields = ("number", "text_de")


class ParticipantInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Participant
    extra = 1
    autocomplete_fields = ("organisation",)


class EvaluationInline(admin.StackedInline):  # type: ignore[type-arg]
    model = Evaluation
    extra = 0
    show_change_link = True
    fields = (("year", "verdict"), "reasoning_de", ("evaluated_by", "evaluated_on"))
    readonly_fields = ("evaluated_by", "evaluated_on")


class FundingSourceInline(admin.TabularInline):  # type: ignore[type-arg]
    model = FundingSource
    extra = 0


class AttachmentInline(GermanInline):
    model = Attachment
    fields = ("position", "title_de", "url", "file")


class ConceptDocumentInline(GermanInline):
    model = ConceptDocument
    fields = ("position", "title_de", "file")


class MilestoneInline(GermanInline):
    model = Milestone
    fields = ("title_de", "due_on", "reached_on")


class IndicatorValueInline(admin.TabularInline):  # type: ignore[type-arg]
    model = IndicatorValue
    extra = 1
    show_change_link = True
    fields = ("year", "as_of", "value", "whole", "is_break", "note", "counted", "override_reason")
    readonly_fields = ("counted",)


class IndicatorCellInline(admin.TabularInline):  # type: ignore[type-arg]
    model = IndicatorCell
    extra = 2


# --- filters -----------------------------------------------------------------------------------


class PublishedFilter(admin.SimpleListFilter):
    title = _("publication")
    parameter_name = "public"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("published")), ("no", _("draft"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() is None:
            return queryset
        return queryset.filter(published_at__isnull=self.value() == "no")


class NotEvaluatedFilter(admin.SimpleListFilter):
    title = _("not evaluated in")
    parameter_name = "missing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        this_year = timezone.localdate().year
        return [(str(year), str(year)) for year in range(this_year, this_year - 3, -1)]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.not_evaluated_in(int(year)) if (year := self.value()) else queryset


# --- admins ------------------------------------------------------------------------------------


@admin.register(Concept)
class ConceptAdmin(PublishingMixin, TranslatedAdmin):
    list_display = ("title", "period", "adopted_by", "adopted_on", "is_public")
    list_filter = (PublishedFilter,)
    search_fields = ("title_de", "subtitle", "slug")
    prepopulated_fields = {"slug": ("period_from",)}
    inlines = (ConceptDocumentInline, ActionFieldInline, FocusGroupInline)

    @admin.display(description=_("published"), boolean=True)
    def is_public(self, concept: Concept) -> bool:
        return concept.is_published


@admin.register(ActionField)
class ActionFieldAdmin(TranslatedAdmin):
    list_display = ("number", "title", "concept")
    list_filter = ("concept",)
    search_fields = ("title_de", "guiding_principle_de")
    inlines = (GoalInline,)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("concept",) if obj else ()  # its measures' numbers are unique in that concept


@admin.register(Goal)
class GoalAdmin(TranslatedAdmin):
    list_display = ("full_number", "text", "action_field")
    list_filter = ("action_field__concept", "action_field")
    list_select_related = ("action_field__concept",)
    search_fields = ("text_de", "action_field__title_de")
    autocomplete_fields = ("action_field",)

    @admin.display(description=_("number"), ordering="number")
    def full_number(self, goal: Goal) -> str:
        return f"{goal.action_field.number}.{goal.number}"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("action_field",) if obj else ()


@admin.register(Measure)
class MeasureAdmin(PublishingMixin, TranslatedAdmin):
    actions = (*PublishingMixin.actions, change_status)
    list_display = ("number", "title", "period", "status", "modified_at", "is_public")
    list_display_links = ("number", "title")
    list_filter = (
        "concept",
        "status",
        PublishedFilter,
        NotEvaluatedFilter,
        ActionFieldFilter,
        "topics",
    )
    list_select_related = ("concept",)
    search_fields = ("number", "title_de", "description_de", "organisations__name")
    autocomplete_fields = ("goal", "topics", "target_groups", "quarter")
    inlines = (
        ParticipantInline,
        FundingSourceInline,
        EvaluationInline,
        MilestoneInline,
        AttachmentInline,
    )
    fieldsets = (
        (_("Place in the concept"), {"fields": ("goal", "number", "status")}),
        (
            _("Who, where, when"),
            {
                "fields": (
                    "target_groups",
                    "quarter",
                    "place",
                    "starts_on",
                    "ends_on",
                    "is_permanent",
                    "topics",
                )
            },
        ),
        (_("Texts"), {"fields": ("title", "description")}),
        (_("Internal"), {"fields": ("internal_notes",)}),
    )

    @admin.display(description=_("concept"), ordering="concept")
    def period(self, measure: Measure) -> str:
        return measure.concept.period

    @admin.display(description=_("public"), boolean=True)
    def is_public(self, measure: Measure) -> bool:
        return measure.is_public

    def formfield_for_choice_field(
        self, db_field: Any, request: HttpRequest | None, **options: Any
    ) -> Any:
        if db_field.name == "status":
            options["choices"] = EXPLAINED_STATUSES
            options["widget"] = forms.RadioSelect
        return super().formfield_for_choice_field(db_field, request, **options)

    def save_model(self, request: HttpRequest, obj: Measure, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        for warning in runtime_warnings(obj):
            messages.warning(request, warning)

    def save_formset(
        self,
        request: HttpRequest,
        form: Any,
        formset: BaseInlineFormSet[Any, Any, Any],
        change: bool,
    ) -> None:
        if formset.model is Evaluation:
            for row in formset.forms:
                if row.has_changed():
                    sign(row.instance, request)
        super().save_formset(request, form, formset, change)


@admin.register(Evaluation)
class EvaluationAdmin(TranslatedAdmin):
    list_display = ("measure", "year", "verdict", "evaluated_by", "evaluated_on")
    list_filter = ("year", "verdict", "measure__concept")
    list_select_related = ("measure", "evaluated_by")
    search_fields = ("measure__number", "measure__title_de", "reasoning_de")
    autocomplete_fields = ("measure",)
    readonly_fields = ("evaluated_by", "evaluated_on")

    def save_model(self, request: HttpRequest, obj: Evaluation, form: Any, change: bool) -> None:
        sign(obj, request)
        super().save_model(request, obj, form, change)


def sign(evaluation: Evaluation, request: HttpRequest) -> None:
    evaluation.evaluated_by = request.user  # type: ignore[assignment]  # the admin's door
    evaluation.evaluated_on = timezone.localdate()


@admin.register(TargetGroup)
class TargetGroupAdmin(TranslatedAdmin):
    list_display = ("name", "position")
    list_editable = ("position",)
    search_fields = ("name_de", "slug")
    prepopulated_fields = {"slug": ("name_de",)}


@admin.register(ConceptDocument)
class ConceptDocumentAdmin(TranslatedAdmin):
    list_display = ("title", "concept", "position")
    list_filter = ("concept",)


@admin.register(Attachment)
class AttachmentAdmin(TranslatedAdmin):
    list_display = ("title", "measure", "url")
    search_fields = ("title_de", "measure__number", "measure__title_de")
    list_select_related = ("measure",)
    autocomplete_fields = ("measure",)


@admin.register(Milestone)
class MilestoneAdmin(TranslatedAdmin):
    list_display = ("title", "measure", "due_on", "reached_on")
    list_filter = ("due_on", "measure__concept")
    list_select_related = ("measure",)
    search_fields = ("title_de", "measure__number", "measure__title_de")
    autocomplete_fields = ("measure",)


@admin.register(Indicator)
class IndicatorAdmin(TranslatedAdmin):
    list_display = ("name", "kind", "measure", "concept", "is_public")
    list_filter = ("kind", "is_public", "concept")
    list_select_related = ("measure", "concept")
    search_fields = ("name_de", "slug", "measure__number", "measure__title_de")
    autocomplete_fields = ("measure",)
    inlines = (IndicatorValueInline,)

    def formfield_for_dbfield(
        self, db_field: models.Field[Any, Any], request: HttpRequest | None, **options: Any
    ) -> Any:
        if db_field.name == "source_key":
            return forms.ChoiceField(
                label=db_field.verbose_name,
                help_text=db_field.help_text,
                required=False,
                choices=[("", _("no, by hand")), *source_choices()],
            )
        return super().formfield_for_dbfield(db_field, request, **options)


@admin.register(IndicatorValue)
class IndicatorValueAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Reached from the indicator: one value with its parts by sex, age or quarter."""

    list_display = ("indicator", "year", "as_of", "value", "whole", "is_break")
    list_filter = ("year", "is_break")
    list_select_related = ("indicator",)
    search_fields = ("indicator__name_de", "indicator__slug")
    autocomplete_fields = ("indicator",)
    readonly_fields = ("counted", "counted_at")
    inlines = (IndicatorCellInline,)


@admin.register(ImplementationReport)
class ImplementationReportAdmin(ReadOnlyAdmin):
    """For looking only: reports are written, adopted and corrected at their desk."""

    list_display = ("year", "concept", "version", "state", "adopted_on", "resolution_number")
    list_filter = ("state", "concept")
    list_select_related = ("concept",)
    exclude = ("snapshot",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("snapshot")


@admin.register(ReportRendering)
class ReportRenderingAdmin(ReadOnlyAdmin):
    list_display = ("report", "language", "state", "requested_by", "finished_at")
    list_filter = ("state", "language")
    list_select_related = ("report", "requested_by")


# What is registered elsewhere uses the inlines and filters above, so it comes last.
from measures import check_up_admin, round_admin  # noqa: E402, F401
