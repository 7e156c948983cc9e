from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import override

from kit_portal.common.loading import LoadError
from kit_portal.office_data.load import load_office


class Command(BaseCommand):
    help = "Load an office's data from a folder of YAML files, for example demo/flensburg."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *, folder: Path, verbosity: int = 1, **options: Any) -> None:
        try:
            data = load_office(folder, now=timezone.now())
        except LoadError as error:
            raise CommandError(str(error)) from None
        if data.is_unchanged:
            self.stdout.write(f"Nothing to do: everything in {folder} is there already.")
            return
        for word, counts in (
            ("new", data.created),
            ("changed", data.changed),
            ("removed", data.removed),
        ):
            if counts:
                self.stdout.write(f"{counts.total()} {word}")
                if verbosity > 1:
                    self.stdout.writelines(_by_model(counts))


def _by_model(counts: Counter[type[Model]]) -> list[str]:
    with override("en"):
        return [f"  {count} {model._meta.verbose_name_plural}\n" for model, count in counts.items()]
