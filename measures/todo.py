"""What the measures tell the staff desk."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from kit_portal.accounts.models import User
from kit_portal.common.todo import Todo
from measures.models import (
    EvaluationReply,
    EvaluationRequest,
    Indicator,
    Measure,
    ReportRendering,
)

# Last year's evaluation is due with the report, which the council gets before the summer.
DUE_MONTH = 4
# A link that ends within these days still leaves time for a reminder, or for more days.
EXPIRES_SOON = timedelta(days=7)


def todos(user: User, *, now: datetime) -> list[Todo]:
    """Return what ``user`` may see to: missing evaluations, and reports that did not come out."""
    found = []
    if user.has_perm("measures.change_evaluation"):
        today = timezone.localdate(now)
        year = today.year - 1
        found += _round_todos(now)
        missing = Measure.objects.published().in_force_in(year).not_evaluated_in(year).count()
        found.append(
            Todo(
                _("measures without an evaluation for last year"),
                missing,
                reverse("measures:evaluation_round", args=(year,)),
                urgent=today.month >= DUE_MONTH,
            )
        )
    if user.has_perm("measures.change_indicatorvalue"):
        found += _indicator_todos(today=timezone.localdate(now))
    if user.has_perm("measures.add_implementationreport"):
        found.append(
            Todo(
                _("implementation reports that could not be made"),
                ReportRendering.objects.broken(now=now).count(),
                reverse("measures:report_desk"),
                urgent=True,
            )
        )
    return found


def _round_todos(now: datetime) -> list[Todo]:
    """Return, for each year, replies to settle and links that end before all is handed in."""
    waiting = (
        EvaluationReply.objects.submitted()
        .values_list("request__year")
        .annotate(count=Count("pk"))
        .order_by("request__year")
    )
    found = [
        Todo(
            format_lazy(_("replies of participants to settle ({year})"), year=year),
            count,
            reverse("measures:replies", args=(year,)),
        )
        for year, count in waiting
    ]
    expiring = (
        EvaluationRequest.objects.expiring(now=now, within=EXPIRES_SOON)
        .unfinished()
        .values_list("year")
        .annotate(count=Count("pk"))
        .order_by("year")
    )
    return found + [
        Todo(
            format_lazy(
                _("participants’ links that end soon, with answers missing ({year})"), year=year
            ),
            count,
            reverse("measures:participants", args=(year,)),
        )
        for year, count in expiring
    ]


def _indicator_todos(*, today: date) -> list[Todo]:
    year = today.year - 1
    missing = Indicator.objects.in_force_in(year).without_value_for(year)
    failing = Indicator.objects.filter(counting_failed_since__isnull=False)
    return [
        Todo(
            _("indicators without a value for last year"),
            missing.count(),
            reverse("measures:indicator_year", args=(year,)),
            urgent=today.month >= DUE_MONTH,
        ),
        Todo(
            _("indicators that the portal could not count"),
            failing.count(),
            reverse("measures:indicator_desk"),
            urgent=True,
        ),
    ]
