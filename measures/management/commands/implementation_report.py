from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from kit_portal.common.pdf import PdfUnavailableError
from measures.models import Concept
from measures.report import collect_report
from measures.report_pdf import render_report_pdf


class Command(BaseCommand):
    help = "Write the implementation report of a year as an accessible PDF."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("year", type=int)
        parser.add_argument("--output", type=Path, required=True, help="the file to write")
        parser.add_argument("--language", default=settings.LANGUAGE_CODE)
        parser.add_argument("--concept", help="its short address, if several cover the year")

    def handle(self, *args: Any, **options: Any) -> None:
        language, output = options["language"], options["output"]
        if language not in dict(settings.LANGUAGES):
            raise CommandError(f"“{language}” is none of: {', '.join(dict(settings.LANGUAGES))}.")
        if not output.parent.is_dir():
            raise CommandError(f"There is no folder {output.parent}.")
        report = collect_report(
            concept_for(options["year"], slug=options["concept"]),
            year=options["year"],
            language=language,
            today=timezone.localdate(),
        )
        try:
            output.write_bytes(render_report_pdf(report, tell=self._tell))
        except PdfUnavailableError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{output}: {len(report.measures)} measures, {report.evaluated} evaluated"
        )

    def _tell(self, stage: str, percent: int) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"\r{percent:3} % {stage:<12}", ending="")


def concept_for(year: int, *, slug: str | None = None) -> Concept:
    """Return the published concept of that address, or the only one that covers ``year``."""
    found: list[Concept] = list(Concept.objects.published().covering(year))
    fitting = [concept for concept in found if slug in (None, concept.slug)]
    if not fitting:
        known = ", ".join(concept.slug for concept in found) or "none"
        raise CommandError(f"No such published concept covers {year} (those that do: {known}).")
    if len(fitting) > 1:
        slugs = ", ".join(concept.slug for concept in fitting)
        raise CommandError(f"Several concepts cover {year}; choose one by --concept: {slugs}.")
    (concept,) = fitting
    return concept
