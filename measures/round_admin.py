"""The rounds' logs in the admin, to look up and never to write: their work has its own pages."""

from __future__ import annotations

from django.contrib import admin

from kit_portal.common.admin import ReadOnlyAdmin
from measures.models import EvaluationReply, EvaluationRequest


@admin.register(EvaluationRequest)
class EvaluationRequestAdmin(ReadOnlyAdmin):
    list_display = (
        "organisation",
        "year",
        "email",
        "mailed_at",
        "reminders",
        "expires_at",
        "withdrawn_at",
    )
    list_filter = ("year",)
    list_select_related = ("organisation",)
    search_fields = ("organisation__name", "email")


@admin.register(EvaluationReply)
class EvaluationReplyAdmin(ReadOnlyAdmin):
    list_display = ("measure", "request", "state", "verdict", "submitted_at", "settled_by")
    list_filter = ("state", "request__year")
    list_select_related = ("measure", "request__organisation", "settled_by")
    search_fields = ("measure__number", "measure__title_de", "request__organisation__name")
