"""The implementation report as an accessible PDF."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import override

from directory.colours import mix
from kit_portal.common.pdf import render_pdf
from measures.charts import fields_chart, status_chart, verdict_chart
from measures.models import Evaluation, ImplementationReport
from measures.report_entries import Report

Stage = ImplementationReport.Stage
Teller = Callable[[str, int], None]

# Where each stage begins and ends on the way to 100 %, measured with reports of 10 to 100 pages.
LAYOUT_FROM, LAYOUT_TO, WRITING = 8, 88, 90


def render_report_pdf(report: Report, *, tell: Teller | None = None) -> bytes:
    """Return the PDF/UA of ``report``. ``tell`` hears of (stage, percent) all the time.

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
        on_progress=on_stage,
        on_page=on_page,
    )


def expected_pages(report: Report) -> int:
    """A guess that only the progress bar relies on."""
    indicators = len(report.indicators) + sum(len(m.indicators) for m in report.measures)
    return 6 + len(report.fields) + round(0.45 * len(report.measures) + 0.4 * indicators)


def context_of(report: Report) -> dict[str, Any]:
    """Return what the template shows, charts included, in the current language."""
    return {
        "report": report,
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
