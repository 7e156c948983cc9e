"""The implementation report as an accessible PDF."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import override

from directory.colours import mix
from kit_portal.common.pdf import render_pdf
from measures.charts import fields_chart, status_chart, verdict_chart
from measures.funding_horizon import Horizon, horizon_of
from measures.models import Evaluation, ReportRendering
from measures.models.report import SECTIONS
from measures.report_attachments import attachments_of
from measures.report_entries import Report

Stage = ReportRendering.Stage
ANCHORS = {"check_up": "check-up"}
BEFORE_MEASURES = {"foreword", "summary", "comparison"}
Teller = Callable[[str, int], None]

# Where each stage begins and ends on the way to 100 %, measured with reports of 10 to 100 pages.
LAYOUT_FROM, LAYOUT_TO, WRITING = 8, 88, 90


def render_report_pdf(report: Report, *, tell: Teller | None = None) -> bytes:
    """Return ``report`` as PDF/UA-1 and PDF/A-3a in one, its figures as CSV inside.

    ``tell`` hears of (stage, percent) all the time.

    Raises PdfUnavailableError where the text libraries are missing.
    """
    say = tell or (lambda stage, percent: None)
    expected = expected_pages(report)

    def on_page(page: int) -> None:
        share = min(page / expected, 1)
        say(Stage.LAYOUT, LAYOUT_FROM + round(share * (LAYOUT_TO - LAYOUT_FROM)))

    def on_stage(stage: str) -> None:
        if stage == "layout":
            say(Stage.LAYOUT, LAYOUT_FROM)
        elif stage == "writing":
            say(Stage.WRITING, WRITING)

    with override(report.language):
        context = context_of(report)
    return render_pdf(
        "measures/report/report.html",
        context,
        language=report.language,
        stylesheet="report.css",
        attachments=attachments_of(report),
        archival=True,
        on_progress=on_stage,
        on_page=on_page,
    )


def expected_pages(report: Report) -> int:
    """A guess that only the progress bar relies on."""
    indicators = len(report.indicators) + sum(len(m.indicators) for m in report.measures)
    return 6 + len(report.fields) + round(0.45 * len(report.measures) + 0.4 * indicators)


def shown_sections(report: Report, horizon: Horizon) -> list[str]:
    """Return the chosen sections that have something to say."""
    empty = {
        "foreword": not report.foreword,
        "comparison": report.comparison is None,
        "indicators": not report.indicators,
        "check_up": report.check_up is None,
        "funding": not horizon.rows,
    }
    return [key for key in report.sections if not empty.get(key)]


def context_of(report: Report) -> dict[str, Any]:
    """Return what the template shows, charts included, in the current language."""
    horizon = horizon_of(report)
    shown = shown_sections(report, horizon)
    chapters = [(ANCHORS.get(key, key), SECTIONS[key]) for key in shown if key != "measures"]
    before = [chapter for chapter in chapters if chapter[0] in BEFORE_MEASURES]
    return {
        "report": report,
        "shown": shown,
        "chapters": {"before": before, "after": [c for c in chapters if c not in before]},
        "numbers": {measure.number for measure in report.measures},
        "horizon": horizon,
        "accent": report.office.accent,
        "accent_soft": mix(report.office.accent, "#ffffff", 0.88),
        "verdict_chart": verdict_chart(report.by_verdict, year=report.year),
        "status_chart": status_chart(report.by_status),
        "fields_chart": fields_chart(
            [(f"{field.number} {field.title}", len(field.measures)) for field in report.fields],
        ),
        "to_modify": report.with_verdict(Evaluation.Verdict.MODIFY),
        "to_end": report.with_verdict(Evaluation.Verdict.ENDED),
        "counts": {
            "total": len(report.measures),
            "evaluated": report.evaluated,
            **{verdict.value: report.by_verdict[verdict] for verdict in Evaluation.Verdict},
        },
    }
