"""The admin's list of measures: filter by action field, change many statuses at once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from measures.models import ActionField, Measure

EXPLAINED_STATUSES = [
    (
        status.value,
        format_lazy("{}: {}", status.label, Measure.STATUS_EXPLAINED[status]),
    )
    for status in Measure.Status
]


class StatusForm(forms.Form):
    status = forms.ChoiceField(
        label=_("New status"), choices=EXPLAINED_STATUSES, widget=forms.RadioSelect
    )


class ActionFieldFilter(admin.SimpleListFilter):
    """The fields of the chosen concept, or of all with their years: each concept has a field 1."""

    title = _("action field")
    parameter_name = "field"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        fields = ActionField.objects.select_related("concept")
        concept = request.GET.get("concept__id__exact", "")
        if concept.isdecimal():
            return [(str(row.pk), str(row)) for row in fields.filter(concept=int(concept))]
        return [(str(row.pk), f"{row.concept.period}: {row}") for row in fields]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        chosen = self.value()
        return queryset.filter(goal__action_field=int(chosen)) if chosen else queryset


@admin.action(description=_("Change the status of selected"), permissions=["change"])
def change_status(
    model_admin: admin.ModelAdmin[Measure], request: HttpRequest, queryset: Any
) -> HttpResponse | None:
    """Ask which status; change nothing before that has been confirmed."""
    form = StatusForm(request.POST if "confirmed" in request.POST else None)
    if not form.is_valid():
        context = {
            **model_admin.admin_site.each_context(request),
            "title": _("Change the status"),
            "opts": model_admin.opts,
            "measures": queryset,
            "form": form,
        }
        return TemplateResponse(request, "admin/measures/change_status.html", context)
    status = form.cleaned_data["status"]
    for measure in (changing := list(queryset.exclude(status=status))):
        measure.status = status
        measure.save(update_fields=["status", "modified_at"])
    counted = ngettext(
        "%d measure has a new status.", "%d measures have a new status.", len(changing)
    )
    messages.success(request, counted % len(changing))
    return None
