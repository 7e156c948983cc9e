"""What each section of a draft would hold, in a few words, for whoever chooses among them."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from datetime import datetime

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from measures.funding_horizon import horizon_of
from measures.models import ImplementationReport
from measures.models.report import SECTIONS, all_sections
from measures.report_entries import Report
from measures.report_run import content_of


def contents_of(draft: ImplementationReport, *, now: datetime) -> list[tuple[str | Promise, str]]:
    """Return (title, what is in it) of every section, chosen or not."""
    whole = copy(draft)
    whole.sections = all_sections()
    said = _said(content_of(whole, language=settings.LANGUAGE_CODE, now=now))
    return [(title, said[key]) for key, title in SECTIONS.items()]


def _said(report: Report) -> Mapping[str, str]:
    comparison, check_up = report.comparison, report.check_up
    indicators = len(report.indicators) + sum(len(m.indicators) for m in report.measures)
    horizon = horizon_of(report)
    return {
        "foreword": _("%d characters") % len(report.foreword.value),
        "summary": _("%(evaluated)d of %(total)d measures evaluated")
        % {"evaluated": report.evaluated, "total": len(report.measures)},
        "comparison": (
            _("%(new)d new, %(verdicts)d judged otherwise, %(ended)d ended")
            % {
                "new": len(comparison.new),
                "verdicts": len(comparison.verdicts),
                "ended": len(comparison.ended),
            }
            if comparison
            else ""
        ),
        "measures": _("%(measures)d measures in %(fields)d action fields")
        % {"measures": len(report.measures), "fields": len(report.fields)},
        "indicators": _("%(own)d of the concept, %(all)d in all")
        % {"own": len(report.indicators), "all": indicators},
        "check_up": (
            _("%(answered)d of %(total)d findings answered")
            % {"answered": check_up.answered, "total": len(check_up.findings)}
            if check_up
            else ""
        ),
        "funding": _("%d funding sources that still run") % len(horizon.rows),
        "participants": _("%d organisations") % len(report.organisations),
    }
