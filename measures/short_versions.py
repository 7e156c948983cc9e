"""The report on one page: who translated it from which German text, and is that still the text?"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from django.conf import settings
from django.db import transaction

from measures.models import ImplementationReport, ShortVersion
from measures.models.report import report_is_frozen
from measures.report_text import NO_TEXT, Text

GERMAN = settings.LANGUAGE_CODE


def hash_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def short_version_in(language: str, versions: Mapping[str, ShortVersion]) -> Text:
    """Return the one in ``language``, else the German one, else an empty text."""
    version = versions.get(language) or versions.get(GERMAN)
    return Text(version.text, version.language) if version else NO_TEXT


def is_outdated(language: str, versions: Mapping[str, ShortVersion]) -> bool:
    """Whether the German text has changed, or gone, since this one was made from it."""
    version = versions.get(language)
    if language == GERMAN or version is None:
        return False
    german = versions.get(GERMAN)
    return version.source_sha256 != hash_of(german.text if german else "")


def outdated_languages(report: ImplementationReport) -> list[str]:
    versions = {version.language: version for version in report.short_versions.all()}
    return [code for code, _name in settings.LANGUAGES if is_outdated(code, versions)]


@transaction.atomic
def write_short_version(
    report: ImplementationReport, *, language: str, text: str, made_from: str
) -> None:
    """Store the text in ``language``, made from the German text ``made_from``; empty removes it.

    Raises FrozenError once the report is adopted.
    """
    ImplementationReport.objects.hold(report.concept_id)
    if ImplementationReport.objects.adopted().filter(pk=report.pk).exists():
        raise report_is_frozen()
    if not text:
        ShortVersion.objects.filter(report=report, language=language).delete()
        return
    ShortVersion.objects.update_or_create(
        report=report,
        language=language,
        defaults={"text": text, "source_sha256": hash_of(made_from)},
    )
