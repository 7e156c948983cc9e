"""Newsletters and their readers; issues and deliveries to look at (they are made at the desk)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from kit_portal.common.admin import LongListAdmin, ReadOnlyAdmin, TranslatedAdmin
from newsletters import subscription
from newsletters.export import export_response
from newsletters.forms import NewsletterForm, SubscriberForm
from newsletters.models import (
    Bounce,
    Consent,
    Delivery,
    Issue,
    Newsletter,
    Subscriber,
    Subscription,
)
from newsletters.models.newsletter import SECTIONS
from newsletters.preferences import try_again
from newsletters.privacy import erase


class SubscriptionInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Subscription
    extra = 0
    can_delete = False
    fields = readonly_fields = ("newsletter", "requested_at", "confirmed_at", "left_at")

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ConsentInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Consent
    extra = 0
    can_delete = False
    fields = readonly_fields = ("at", "newsletter", "event", "source", "text_version", "language")

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class BounceInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Bounce
    extra = 0
    can_delete = False
    fields = readonly_fields = ("at", "kind", "source", "status", "reason")

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class LanguageFilter(admin.SimpleListFilter):
    title = _("language")
    parameter_name = "language"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(code, str(name)) for code, name in settings.LANGUAGES]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(language=self.value()) if self.value() else queryset


class NewsletterFilter(admin.SimpleListFilter):
    title = _("newsletter")
    parameter_name = "newsletter"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(newsletter.slug, newsletter.name) for newsletter in Newsletter.objects.all()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if not self.value():
            return queryset
        newsletter = Newsletter.objects.filter(slug=self.value()).first()
        return queryset.having(newsletter) if newsletter else queryset.none()  # type: ignore[attr-defined]


@admin.register(Newsletter)
class NewsletterAdmin(TranslatedAdmin):
    form = NewsletterForm
    list_display = ("name", "rhythm", "weekday", "send_time", "has_archive", "is_active")
    fieldsets = (
        (None, {"fields": ("slug", "sections", "has_archive", "is_active", "position")}),
        (
            _("Rhythm"),
            {
                "fields": (
                    *("rhythm", "weekday", "send_time", "lead_hours", "late_hours"),
                    "resends_unclear",
                )
            },
        ),
        (_("Consent"), {"fields": ("proof_months", "notes_network")}),
        (
            _("Sender"),
            {"fields": ("sender_name", "from_email", "reply_to", "list_id", "dkim_selector")},
        ),
        (_("Release"), {"fields": ("needs_second_person",)}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """The links of mails sent long ago contain the short address: it stays."""
        return ("slug",) if obj else ()

    def get_prepopulated_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        return {} if obj else {"slug": ("name_de",)}


@admin.register(Subscriber)
class SubscriberAdmin(LongListAdmin):
    """Adding somebody here says that the office holds their consent."""

    list_display = ("email", "language", "state", "newsletter_count", "created_at")
    list_filter = ("state", LanguageFilter, NewsletterFilter)
    search_fields = ("email",)
    readonly_fields = ("email", "topics", "created_at", "mailed_at", "proof")
    fields = (
        *("email", "language", "state", "paused_until", "topics"),
        *("created_at", "mailed_at", "proof"),
    )
    inlines = (SubscriptionInline, ConsentInline, BounceInline)
    actions = ("unsubscribe", "send_again", "export_csv", "export_xlsx")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Subscriber]:
        return Subscriber.objects.with_newsletters()

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """A whole address is looked up by its key, however it is spelt; else any part of one."""
        whole = queryset.by_address(search_term)  # type: ignore[attr-defined]
        if "@" in search_term.strip("@") and whole.exists():
            return whole, False
        return super().get_search_results(request, queryset, search_term)

    @admin.display(description=_("newsletters"))
    def newsletter_count(self, subscriber: Subscriber) -> int:
        return subscriber.newsletter_count

    @admin.display(description=_("leaves out"))
    def topics(self, subscriber: Subscriber) -> str:
        return ", ".join(str(SECTIONS[section]) for section in subscriber.omitted) or "–"

    @admin.display(description=_("proof of consent"))
    def proof(self, subscriber: Subscriber) -> SafeString:
        return format_html(
            '<a href="{}">PDF</a> · <a href="{}">JSON</a>',
            reverse("newsletters:proof_pdf", args=[subscriber.pk]),
            reverse("newsletters:proof", args=[subscriber.pk]),
        )

    def get_form(
        self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        if obj is None:
            kwargs |= {"form": SubscriberForm, "fields": SubscriberForm.Meta.fields}
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        return super().get_fields(request, obj) if obj else ("email", "language", "newsletters")

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        return super().get_readonly_fields(request, obj) if obj else ()

    def get_inlines(self, request: HttpRequest, obj: Model | None) -> Any:
        return self.inlines if obj else ()

    def save_model(
        self, request: HttpRequest, obj: Subscriber, form: forms.ModelForm[Any], change: bool
    ) -> None:
        if change:
            super().save_model(request, obj, form, change)
            return
        entered = subscription.add_confirmed(
            obj.email,
            newsletters=form.cleaned_data["newsletters"],
            language=obj.language,
            source=Consent.Source.STAFF,
            at=timezone.now(),
        )
        obj.pk, obj.address_hash = entered.pk, entered.address_hash
        obj.refresh_from_db()

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """The consent log, otherwise untouchable, goes with the person (Art. 17 DSGVO)."""
        to_delete, counts, _needed, protected = super().get_deleted_objects(objs, request)
        return to_delete, counts, set(), protected

    def delete_model(self, request: HttpRequest, obj: Subscriber) -> None:
        erase(obj.email, now=timezone.now())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Subscriber]) -> None:
        for subscriber in queryset:
            erase(subscriber.email, now=timezone.now())

    @admin.action(description=_("Unsubscribe selected from everything"), permissions=["change"])
    def unsubscribe(self, request: HttpRequest, queryset: QuerySet[Subscriber]) -> None:
        count = 0
        for subscriber in queryset:
            everything = Newsletter.objects.all()
            source = Consent.Source.STAFF
            ended = subscription.leave(subscriber, everything, source=source, now=timezone.now())
            count += bool(ended)
        done = ngettext("%d subscriber left.", "%d subscribers left.", count) % count
        messages.success(request, done)

    @admin.action(description=_("Send again to selected"), permissions=["change"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Subscriber]) -> None:
        """Their mails came back; their mailboxes work again."""
        count = sum(try_again(subscriber) for subscriber in queryset)
        done = ngettext("%d subscriber gets mails again.", "%d subscribers get mails again.", count)
        messages.success(request, done % count)

    @admin.action(description=_("Export selected (CSV)"), permissions=["change"])
    def export_csv(self, request: HttpRequest, queryset: QuerySet[Subscriber]) -> HttpResponse:
        return export_response("csv", queryset)

    @admin.action(description=_("Export selected (XLSX)"), permissions=["change"])
    def export_xlsx(self, request: HttpRequest, queryset: QuerySet[Subscriber]) -> HttpResponse:
        return export_response("xlsx", queryset)


@admin.register(Issue)
class IssueAdmin(ReadOnlyAdmin):
    list_display = ("slot", "newsletter", "state", "scheduled_for", "progress", "desk", "rows")
    list_filter = ("state", "newsletter")
    list_per_page = 50
    show_full_result_count = False
    fields = (
        *("newsletter", "slot", "subject", "state", "composed_at", "scheduled_for"),
        *("released_at", "released_by", "audience_count", "finished_at", "published_at"),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Issue]:
        return Issue.objects.with_done().select_related("newsletter")

    @admin.display(description=_("progress"))
    def progress(self, issue: Issue) -> str:
        return "–" if issue.audience_count is None else f"{issue.done} / {issue.audience_count}"

    @admin.display(description=_("desk"))
    def desk(self, issue: Issue) -> SafeString:
        url = reverse("newsletters:issue", args=[issue.pk])
        return format_html('<a href="{}">{}</a>', url, _("Open at the desk"))

    @admin.display(description=_("deliveries"))
    def rows(self, issue: Issue) -> SafeString:
        url = reverse("admin:newsletters_delivery_changelist")
        return format_html('<a href="{}?issue__id__exact={}">{}</a>', url, issue.pk, _("List"))


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin, LongListAdmin):
    list_display = (
        *("subscriber", "issue", "language", "state", "attempts", "next_attempt_at"),
        *("smtp_code", "error", "sent_at"),
    )
    list_filter = ("state", LanguageFilter, "issue__newsletter")
    list_select_related = ("subscriber", "issue__newsletter")
    search_fields = ("subscriber__email", "message_id")
    fields = (
        *("issue", "subscriber", "language", "state", "attempts", "next_attempt_at"),
        *("message_id", "handed_over_at", "is_journaled", "resent_at"),
        *("smtp_code", "enhanced_code", "error", "sent_at"),
    )


@admin.register(Consent)
class ConsentAdmin(ReadOnlyAdmin, LongListAdmin):
    list_display = ("at", "subscriber", "newsletter", "event", "source", "text_version")
    list_filter = ("event", "source", "newsletter")
    list_select_related = ("subscriber", "newsletter")
    ordering = ("-at", "-pk")
    search_fields = ("subscriber__email",)
