"""The council paper (Vorlage) that brings an implementation report before the council.

It is written in the council's language, German; its number is left blank for the council's office.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from directory.colours import mix
from kit_portal.common.pdf import render_pdf
from measures.council_paper_docx import as_docx
from measures.council_paper_entries import (
    Comparison,
    CouncilPaper,
    FundingEntry,
    Section,
    comparison_of,
    funding_of,
)
from measures.council_paper_texts import (
    annexes,
    changes,
    facts,
    finances,
    resolution,
    subject_of,
)
from measures.report_entries import Report

__all__ = [
    "Comparison",
    "CouncilPaper",
    "FundingEntry",
    "as_docx",
    "as_pdf",
    "comparison_of",
    "funding_of",
    "paper_of",
]


def paper_of(
    report: Report,
    *,
    funding: Sequence[FundingEntry],
    comparison: Comparison | None = None,
    today: date,
) -> CouncilPaper:
    """Return the paper for ``report``; ``comparison`` says what changed since the last one."""
    with override(settings.LANGUAGE_CODE):
        sections: list[Section] = [resolution(report), facts(report)]
        if comparison:
            sections.append(changes(comparison))
        sections += [finances(funding, today=today), annexes(report)]
        return CouncilPaper(
            kind=_("Council paper"),
            subject=subject_of(report),
            office=str(report.office.name),
            municipality=report.office.municipality,
            accent=report.office.accent,
            facts=[
                (_("Paper number"), ""),
                (_("Date"), date_format(today)),
                (_("Responsible unit"), _responsible(report)),
            ],
            sections=sections,
            language=settings.LANGUAGE_CODE,
        )


def _responsible(report: Report) -> str:
    office = report.office
    return ", ".join(filter(None, [str(office.name), office.address, office.email]))


def as_pdf(paper: CouncilPaper) -> bytes:
    """Return the paper as PDF/UA. Raises PdfUnavailableError where the libraries are missing."""
    context = {
        "paper": paper,
        "accent": paper.accent,
        "accent_soft": mix(paper.accent, "#ffffff", 0.88),
    }
    return render_pdf(
        "measures/council_paper/paper.html",
        context,
        language=paper.language,
        stylesheet="council_paper.css",
    )
