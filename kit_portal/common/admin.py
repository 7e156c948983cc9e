"""Admin bases: one fieldset per language, publishing, and tables nobody may edit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django.conf import settings
from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.db import models
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from modeltranslation.admin import TranslationAdmin
from modeltranslation.translator import translator
from modeltranslation.utils import build_localized_fieldname

from kit_portal.common.stale_edits import KeepsOthersEdits


class TranslatedAdmin(KeepsOthersEdits, TranslationAdmin):  # type: ignore[type-arg,misc]
    """German first and open; every other site language in a closed ``<details>`` of its own.

    The untranslated fields stand between, in the order of ``fieldsets``, ``fields`` or the model.
    """

    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        if self.fieldsets:
            return self._plain_and_translated(
                [(name, dict(options)) for name, options in self.fieldsets]
            )
        fields = [f for f in self._declared_fields(request, obj) if f not in self._translated()]
        return self._plain_and_translated([(None, {"fields": fields})])

    def _translated(self) -> list[str]:
        options = translator.get_options_for_model(self.model)
        named = set(options.get_field_names())
        return [f.name for f in self.model._meta.get_fields() if f.name in named]

    def _declared_fields(self, request: HttpRequest, obj: Model | None) -> list[str]:
        if self.fields:
            return [str(f) for f in self.fields]
        columns = {
            build_localized_fieldname(name, code)
            for name in self._translated()
            for code in settings.MODELTRANSLATION_LANGUAGES
        }
        editable = [
            f.name
            for f in (*self.model._meta.fields, *self.model._meta.many_to_many)
            if f.editable and not f.auto_created and f.name not in columns
        ]
        hidden = set(self.exclude or ())
        readonly = [str(f) for f in self.get_readonly_fields(request, obj)]
        return [f for f in editable if f not in hidden] + [f for f in readonly if f not in editable]

    def _plain_and_translated(self, fieldsets: list[tuple[Any, dict[str, Any]]]) -> Any:
        translated = self._translated()
        for _name, options in fieldsets:
            options["fields"] = [f for f in options["fields"] if f not in translated]
        by_language = [
            (
                name,
                {
                    "fields": [build_localized_fieldname(f, code) for f in translated],
                    "classes": [] if code == settings.LANGUAGE_CODE else ["collapse", "language"],
                },
            )
            for code, name in settings.LANGUAGES
        ]
        kept = [pair for pair in fieldsets if pair[1]["fields"]]
        return [by_language[0], *kept, *by_language[1:]]


class PublishingMixin:
    """Publish and withdraw, in the list and on the page; who and when are recorded by the model."""

    actions: Sequence[Any] = ("publish_selected", "withdraw_selected")

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **options: Any
    ) -> HttpResponse:
        context["publication"] = context.get("original")
        return super().render_change_form(request, context, *args, **options)  # type: ignore[misc,no-any-return]

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """After everything typed has been saved, and in the same transaction."""
        if "_publish" in request.POST:
            obj.publish(at=timezone.now(), by=request.user)
            messages.success(request, _("Published."))
            return HttpResponseRedirect(request.get_full_path())
        if "_withdraw" in request.POST:
            obj.withdraw()
            messages.success(request, _("Withdrawn from the public."))
            return HttpResponseRedirect(request.get_full_path())
        return super().response_change(request, obj)  # type: ignore[misc,no-any-return]

    @admin.action(description=_("Publish selected"), permissions=["change"])
    def publish_selected(self, request: HttpRequest, queryset: Any) -> None:
        count = 0
        for thing in queryset.drafts():
            thing.publish(at=timezone.now(), by=request.user)
            count += 1
        messages.success(
            request, ngettext("%d entry published.", "%d entries published.", count) % count
        )

    @admin.action(description=_("Withdraw selected from the public"), permissions=["change"])
    def withdraw_selected(self, request: HttpRequest, queryset: Any) -> None:
        count = 0
        for thing in queryset.filter(published_at__isnull=False):  # whoever else may see it
            thing.withdraw()
            count += 1
        messages.success(
            request, ngettext("%d entry withdrawn.", "%d entries withdrawn.", count) % count
        )


class CappedPaginator(Paginator):  # type: ignore[type-arg]
    """Counts no further than ``CAP``, so that a list of 30,000 opens as fast as one of 300.

    What lies beyond is found by searching and filtering; the page says so.
    """

    CAP = 1000

    @cached_property
    def _counted(self) -> int:
        rows = cast("QuerySet[Any]", self.object_list).order_by()
        return len(rows.values_list("pk")[: self.CAP + 1])

    @cached_property
    def count(self) -> int:
        return min(self._counted, self.CAP)

    @property
    def is_capped(self) -> bool:
        return self._counted > self.CAP


class LongListAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """For tables that grow to tens of thousands of rows."""

    paginator = CappedPaginator
    list_per_page = 50
    show_full_result_count = False


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """For logs and results: look, filter, search, but never write."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
