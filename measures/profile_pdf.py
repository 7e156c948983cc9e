"""A measure profile as a PDF of one A4 page (PDF/UA-1)."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from django.core.cache import cache
from django.template.loader import render_to_string
from django.utils.translation import get_language, override

from directory.colours import mix
from directory.models import Office
from kit_portal.common.pdf import STYLES, render_pdf
from measures.models import MeasureProfile

TEMPLATE, STYLESHEET = "measures/profile_pdf/page.html", "profile.css"
# Sizes of type (profile.css) that are tried one after the other; nobody should have to read less.
SIZES = ("large", "medium", "small", "smallest")
SECTIONS = (
    *("objective", "target_group", "steps", "responsible", "partners"),
    *("resources", "schedule", "success_criteria"),
)
KEEP = 30 * 24 * 3600  # seconds; made again at once where it was forgotten
TOO_LONG = b""


class ProfileTooLongError(Exception):
    """The texts do not fit on one page in the smallest type."""


class _SecondPageError(Exception):
    """Not a failure: this size of type is too large."""


def profile_pdf(profile: MeasureProfile, *, language: str) -> bytes:
    """Return the page; the same content is laid out once only, whoever asks.

    Raises ProfileTooLongError where the texts do not fit, PdfUnavailableError where the text
    libraries are missing.
    """
    context = context_of(profile, language=language)
    key = f"profile-pdf-{_content_hash(context, language)}"
    pdf: bytes | None = cache.get(key)
    if pdf is None:
        pdf = _fitted(context, language)
        cache.set(key, pdf, KEEP)
    if pdf == TOO_LONG:
        raise ProfileTooLongError
    return pdf


def context_of(profile: MeasureProfile, *, language: str) -> dict[str, Any]:
    """What the page shows is public: the office's own drafts show on the web page only."""
    office = Office.objects.current()
    with override(language):
        return {
            "profile": profile,
            "sections": sections_of(profile),
            "group": profile.focus_group,
            "findings": list(profile.findings.published().order_by("position", "pk")),
            "office": office,
            "accent": office.accent,
            "accent_soft": mix(office.accent, "#ffffff", 0.88),
        }


def sections_of(profile: MeasureProfile) -> list[tuple[str, str]]:
    """Return (field, its heading) of the fields that have been filled in, in the form's order."""
    return [
        (name, str(MeasureProfile._meta.get_field(name).verbose_name))  # type: ignore[union-attr]
        for name in SECTIONS
        if getattr(profile, name)
    ]


def _content_hash(context: dict[str, Any], language: str) -> str:
    with override(language):
        html = render_to_string(TEMPLATE, {**context, "language": language, "size": ""})
    style = (STYLES / STYLESHEET).read_text(encoding="utf-8")
    return sha256(f"{language}\0{html}\0{style}".encode()).hexdigest()


def _fitted(context: dict[str, Any], language: str) -> bytes:
    """Return the page in the largest type that fits, or ``TOO_LONG``."""
    for size in SIZES:
        try:
            return render_pdf(
                TEMPLATE,
                {**context, "size": size},
                language=language,
                stylesheet=STYLESHEET,
                on_page=_only_one,
            )
        except _SecondPageError:
            continue
    return TOO_LONG


def _only_one(page: int) -> None:
    if page > 1:
        raise _SecondPageError


def file_name(profile: MeasureProfile) -> str:
    return f"{profile.slug}-{get_language()}.pdf"
