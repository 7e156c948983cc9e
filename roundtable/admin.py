"""The office's work on bodies, meetings and motions."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin, messages
from django.db import models
from django.db.models import Model, QuerySet
from django.forms import BaseModelFormSet, ModelForm
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from kit_portal.accounts.models import User
from kit_portal.common.admin import PublishingMixin, TranslatedAdmin
from roundtable.agenda_order import arrange_agenda
from roundtable.forms import AgendaRowForm, MotionStepForm
from roundtable.models import (
    AgendaDocument,
    AgendaItem,
    Body,
    Meeting,
    Membership,
    Motion,
    MotionStep,
)
from roundtable.models.bodies import MembershipQuerySet
from roundtable.models.meetings import MeetingQuerySet
from roundtable.models.motions import MotionQuerySet, MotionStatus
from roundtable.numbering import give_meeting_number
from roundtable.todo import PATIENCE, TERM_WARNING
from roundtable.workflow import StepError, advance_motion, submit_motion


class AgendaItemInline(admin.TabularInline):  # type: ignore[type-arg]
    """Numbers follow from the order until the invitation is sent."""

    model = AgendaItem
    form = AgendaRowForm
    extra = 1
    fields = ("part", "position", "title_de", "public_title_de", "duration")
    ordering = ("-part", "order")
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[AgendaItem]:
        return super().get_queryset(request).select_related("meeting")


class AgendaDocumentInline(admin.TabularInline):  # type: ignore[type-arg]
    model = AgendaDocument
    extra = 1


class MotionStepInline(admin.TabularInline):  # type: ignore[type-arg]
    """What has been stays; one step can be added."""

    model = MotionStep
    form = MotionStepForm
    extra = 1
    max_num = 99
    fields = ("status", "reached_on", "note", "recorded_by")
    readonly_fields = ("recorded_by",)
    verbose_name, verbose_name_plural = _("next step"), _("steps")

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        can_go_on = isinstance(obj, Motion) and not obj.is_draft and bool(obj.next_statuses)
        return can_go_on and super().has_add_permission(request, cast("Motion", obj))

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class WhenFilter(admin.SimpleListFilter):
    title = _("when")
    parameter_name = "when"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("coming", gettext("coming")),
            ("past", gettext("past")),
            ("unfinished", gettext("over, not marked as held")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        meetings, now = cast("MeetingQuerySet", queryset), timezone.now()
        match self.value():
            case "coming":
                return meetings.ahead(now)
            case "past":
                return meetings.past(now)
            case "unfinished":
                return meetings.unfinished(now)
        return queryset


class AgendaFilter(admin.SimpleListFilter):
    title = _("agenda")
    parameter_name = "agenda"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("missing", gettext("missing"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "missing":
            return cast("MeetingQuerySet", queryset).without_agenda()
        return queryset


class WaitingFilter(admin.SimpleListFilter):
    title = _("waiting")
    parameter_name = "waiting"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("long", gettext("30 days or longer without a next step"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "long":
            return cast("MotionQuerySet", queryset).waiting_since(timezone.localdate() - PATIENCE)
        return queryset


class TermFilter(admin.SimpleListFilter):
    title = _("term")
    parameter_name = "ending"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("now", gettext("current")), ("soon", gettext("ends within 60 days"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        today = timezone.localdate()
        memberships = cast("MembershipQuerySet", queryset)
        match self.value():
            case "now":
                return memberships.active(today)
            case "soon":
                return memberships.ending_between(today, today + TERM_WARNING)
        return queryset


@admin.register(Body)
class BodyAdmin(TranslatedAdmin):
    list_display = ("name", "kind", "parent", "members", "is_internal", "is_active")
    list_filter = ("kind", "is_active", "is_internal")
    list_select_related = ("parent",)
    search_fields = ("name_de", "short_name")
    prepopulated_fields = {"slug": ("name_de",)}

    @admin.display(description=_("members"))
    def members(self, body: Body) -> str:
        """A link: dozens of rows of eight fields make no inline."""
        address = reverse("admin:roundtable_membership_changelist")
        return format_html(
            '<a href="{}?ending=now&amp;body__id__exact={}">{}</a>', address, body.pk, _("show")
        )


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("member_name", "body", "role", "represents", "starts_on", "ends_on")
    list_filter = (TermFilter, "body", "role", "consents_to_be_shown")
    list_select_related = ("body", "person", "organisation", "represents")
    search_fields = ("person_name", "person__name", "organisation__name")
    autocomplete_fields = ("person", "organisation", "represents")
    date_hierarchy = "starts_on"


@admin.register(Meeting)
class MeetingAdmin(PublishingMixin, TranslatedAdmin):
    list_display = ("starts_at", "body", "number", "state", "is_public", "is_out")
    list_filter = (WhenFilter, AgendaFilter, "body", "state", "is_public")
    list_select_related = ("body",)
    search_fields = ("title_de", "place")
    date_hierarchy = "starts_at"
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    inlines = (AgendaItemInline,)

    @admin.display(boolean=True, description=_("published"))
    def is_out(self, meeting: Meeting) -> bool:
        return meeting.is_published

    def save_model(
        self, request: HttpRequest, obj: Meeting, form: ModelForm[Meeting], change: bool
    ) -> None:
        super().save_model(request, obj, form, change)
        if obj.number is None:
            give_meeting_number(obj)

    def save_formset(
        self,
        request: HttpRequest,
        form: ModelForm[Meeting],
        formset: BaseModelFormSet[AgendaItem, AgendaRowForm],
        change: bool,
    ) -> None:
        """Not row by row: an item that takes another's place needs the whole agenda."""
        formset.save(commit=False)
        for gone in formset.deleted_objects:
            gone.delete()
        rows = [row for row in formset.forms if row.instance.pk or row.has_changed()]
        kept = [row for row in rows if row not in formset.deleted_forms]
        arrange_agenda(
            form.instance,
            wanted=[(row.instance, row.cleaned_data["position"]) for row in kept],
            # Who orders the agenda and sends the invitation with one click means both.
            keep_numbers=form.initial.get("state", Meeting.State.PLANNED) != Meeting.State.PLANNED,
        )


@admin.register(AgendaItem)
class AgendaItemAdmin(TranslatedAdmin):
    list_display = ("number", "title", "meeting")
    list_filter = ("part", "meeting__body")
    list_select_related = ("meeting__body",)
    search_fields = ("title_de", "text_de", "result")
    readonly_fields = ("meeting", "number")
    fields = ("meeting", "number", "duration", "presenter", "result")
    inlines = (AgendaDocumentInline,)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Items are added in their meeting, where they get their number."""
        return False

    @admin.display(description=_("number"))
    def number(self, item: AgendaItem) -> str:
        return item.number


@admin.register(Motion)
class MotionAdmin(TranslatedAdmin):
    list_display = ("number_or_draft", "title", "status", "body", "addressed_to", "submitted_on")
    list_filter = (WaitingFilter, "status", "body", "addressed_to")
    list_select_related = ("body", "addressed_to")
    search_fields = ("number", "title_de", "text_de")
    autocomplete_fields = ("author", "body", "addressed_to", "agenda_item", "measure")
    readonly_fields = ("number", "status_explained", "submitted_on")
    fieldsets = (
        (_("Status"), {"fields": ("number", "status_explained", "submitted_on")}),
        (
            _("Motion"),
            {"fields": ("title", "text", "reason", "body", "author", "addressed_to")},
        ),
        (_("Result"), {"fields": ("agenda_item", "result", "measure")}),
    )
    inlines = (MotionStepInline,)
    actions = ("submit_selected",)

    @admin.display(description=_("number"), ordering="number")
    def number_or_draft(self, motion: Motion) -> str:
        return motion.number or motion.get_status_display()

    @admin.display(description=_("status"))
    def status_explained(self, motion: Motion) -> str:
        return f"{motion.get_status_display()}: {motion.explanation}"

    def get_formset_kwargs(
        self, request: HttpRequest, obj: Motion, inline: Any, prefix: str
    ) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_formset_kwargs(request, obj, inline, prefix)
        return kwargs | ({"form_kwargs": {"motion": obj}} if inline.model is MotionStep else {})

    def save_model(
        self, request: HttpRequest, obj: Motion, form: ModelForm[Motion], change: bool
    ) -> None:
        """Only what was edited: the motion may have been submitted while the page stood open."""
        if change:
            obj.save(update_fields=[*form.changed_data, "modified_at"])
        else:
            obj.save()

    @admin.action(description=_("Submit selected: number and publish"), permissions=["change"])
    def submit_selected(self, request: HttpRequest, queryset: MotionQuerySet) -> None:
        count = 0
        for motion in queryset.order_by("created_at", "pk"):
            try:
                submit_motion(motion, on=timezone.localdate(), by=cast("User", request.user))
                count += 1
            except StepError as error:
                messages.error(request, f"{motion}: {error}")
        messages.success(
            request, ngettext("%d motion submitted.", "%d motions submitted.", count) % count
        )

    def save_formset(
        self,
        request: HttpRequest,
        form: ModelForm[Motion],
        formset: BaseModelFormSet[MotionStep, MotionStepForm],
        change: bool,
    ) -> None:
        for step in formset.save(commit=False):
            try:
                advance_motion(
                    form.instance,
                    to=MotionStatus(step.status),
                    on=step.reached_on,
                    note=step.note,
                    by=cast("User", request.user),
                )
            except StepError as error:
                messages.error(request, str(error))
