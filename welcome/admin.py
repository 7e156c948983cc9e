"""The welcome site: pages as an indented tree, events, announcements, feedback, figures."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from kit_portal.common.admin import PublishingMixin, TranslatedAdmin
from kit_portal.common.models import PublishableQuerySet
from welcome.feedback import answer_feedback
from welcome.models import Announcement, Event, Feedback, Figure, Page
from welcome.models.page import PageQuerySet
from welcome.tasks import send_feedback_answer

PUBLICATION = (_("Publication"), {"fields": ("published_at", "published_by", "modified_at")})
PUBLICATION_FIELDS = ("published_at", "published_by", "modified_at")


class TreeChangeList(ChangeList):
    """Each page below its parent, unless somebody sorts by a column."""

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Page]) -> Any:
        if self.params.get("o"):
            return super().get_ordering(request, queryset)
        return ["tree_ordering"]


class CheckedFilter(admin.SimpleListFilter):
    title = _("checked within a year")
    parameter_name = "checked"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("no", _("No"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "no":
            return queryset.unreviewed_since(timezone.localdate() - timedelta(days=365))
        return queryset


@admin.register(Page)
class PageAdmin(PublishingMixin, TranslatedAdmin):
    list_display = ("indented_title", "position", "show_on_home", "published_at", "reviewed_on")
    list_display_links = ("indented_title",)
    list_editable = ("position", "show_on_home")
    list_filter = (("published_at", admin.EmptyFieldListFilter), CheckedFilter, "topics")
    list_per_page = 200  # a tree cut in pieces is no tree
    search_fields = ("title_de", "slug")
    prepopulated_fields = {"slug": ("title_de",)}
    autocomplete_fields = ("contact_points", "topics")
    readonly_fields = PUBLICATION_FIELDS
    actions = (*PublishingMixin.actions, "mark_as_checked")
    fieldsets = (
        (_("Place in the tree"), {"fields": ("parent", "position", "slug", "key")}),
        (_("Look"), {"fields": ("icon", "show_on_home")}),
        (_("Links"), {"fields": ("contact_points", "topics")}),
        (_("Check"), {"fields": ("reviewed_on",)}),
        PUBLICATION,
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Page]:
        return Page.objects.in_tree_order()

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return TreeChangeList

    @admin.display(description=_("title"))
    def indented_title(self, page: Page) -> str:
        return format_html("{}{}", "\u2003" * page.tree_depth, page.title)

    @admin.action(description=_("Publish selected"), permissions=["change"])
    def publish_selected(self, request: HttpRequest, queryset: PublishableQuerySet) -> None:
        """From the top down, so that a whole branch can be published at once."""
        count = 0
        for page in queryset.drafts().order_by("tree_depth"):
            try:
                page.publish(at=timezone.now(), by=request.user)
            except ValidationError as error:
                messages.warning(request, f"{page}: {error.messages[0]}")
            else:
                count += 1
        messages.success(
            request, ngettext("%d entry published.", "%d entries published.", count) % count
        )

    @admin.action(description=_("Mark as checked today"), permissions=["change"])
    def mark_as_checked(self, request: HttpRequest, queryset: PageQuerySet) -> None:
        for page in queryset:
            page.review(on=timezone.localdate())


@admin.register(Event)
class EventAdmin(PublishingMixin, TranslatedAdmin):
    list_display = ("title", "starts_at", "place", "published_at", "cancelled_at")
    list_filter = (
        ("published_at", admin.EmptyFieldListFilter),
        ("cancelled_at", admin.EmptyFieldListFilter),
        "topics",
    )
    date_hierarchy = "starts_at"
    ordering = ("-starts_at",)
    search_fields = ("title_de", "place")
    prepopulated_fields = {"slug": ("title_de",)}
    autocomplete_fields = ("topics", "languages", "contact_point", "organiser")
    readonly_fields = ("cancelled_at", *PUBLICATION_FIELDS)
    actions = (*PublishingMixin.actions, "cancel_selected", "reinstate_selected")
    fieldsets = (
        (_("When"), {"fields": ("slug", "starts_at", "ends_at", "all_day", "cancelled_at")}),
        (_("Where"), {"fields": ("place", "contact_point")}),
        (_("Who and what"), {"fields": ("organiser", "topics", "languages", "is_free")}),
        (_("Registration"), {"fields": ("registration_url", "registration_email")}),
        PUBLICATION,
    )

    @admin.action(description=_("Cancel selected"), permissions=["change"])
    def cancel_selected(self, request: HttpRequest, queryset: QuerySet[Event]) -> None:
        for event in queryset:
            event.cancel(at=timezone.now())

    @admin.action(description=_("Let selected take place after all"), permissions=["change"])
    def reinstate_selected(self, request: HttpRequest, queryset: QuerySet[Event]) -> None:
        for event in queryset:
            event.reinstate()


@admin.register(Announcement)
class AnnouncementAdmin(PublishingMixin, TranslatedAdmin):
    list_display = ("title", "shown_from", "shown_until", "is_urgent", "published_at")
    list_filter = (("published_at", admin.EmptyFieldListFilter), "is_urgent")
    search_fields = ("title_de",)
    prepopulated_fields = {"slug": ("title_de",)}
    readonly_fields = PUBLICATION_FIELDS
    fieldsets = (
        (_("When"), {"fields": ("slug", "shown_from", "shown_until", "is_urgent")}),
        PUBLICATION,
    )


@admin.register(Feedback)
class FeedbackAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """What people wrote stays as it is; the office sets the state and writes the answer."""

    list_display = ("received_at", "kind", "language", "state", "beginning")
    list_filter = ("state", "kind", "language")
    date_hierarchy = "received_at"
    search_fields = ("text", "answer")
    readonly_fields = (
        "received_at",
        "kind",
        "language",
        "page_address",
        "email",
        "text",
        "answered_at",
        "answered_by",
        "answer_mailed_at",
    )
    fieldsets = (
        (_("Message"), {"fields": readonly_fields[:6]}),
        (_("Answer"), {"fields": ("state", "answer", *readonly_fields[6:])}),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.display(description=_("message"))
    def beginning(self, feedback: Feedback) -> str:
        return feedback.text[:80]

    def save_model(
        self, request: HttpRequest, obj: Feedback, form: ModelForm[Any], change: bool
    ) -> None:
        """The state “answered” sends the answer to whoever left an address, once a wording."""
        if obj.state != Feedback.State.ANSWERED:
            super().save_model(request, obj, form, change)
            return
        if not form.changed_data:
            return
        stored = Feedback.objects.get(pk=obj.pk)
        answer_feedback(stored, obj.answer, at=timezone.now(), by=request.user)
        send_feedback_answer.delay_on_commit(stored.pk)


@admin.register(Figure)
class FigureAdmin(TranslatedAdmin):
    list_display = ("label", "indicator", "position")
    list_editable = ("position",)
    list_select_related = ("indicator",)
    autocomplete_fields = ("indicator",)
    fieldsets = ((None, {"fields": ("indicator", "position")}),)
