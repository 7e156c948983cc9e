"""``manage.py messages``: the message catalogues, without GNU gettext."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from kit_portal.common import catalogues
from kit_portal.common.catalogue_sources import collect

SHOWN = 8  # faults of the same kind in the same language


class Command(BaseCommand):
    help = "Collect, compile and check the message catalogues of all languages."
    requires_system_checks = ()  # the catalogues come before everything else

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("all", help="extract, compile and check")
        verbs.add_parser("extract", help="bring the .po files up to date with the sources")
        verbs.add_parser("compile", help="write the .mo files")
        verbs.add_parser("check", help="fail unless every catalogue is complete and sound")
        todo = verbs.add_parser("todo", help="write what a language lacks as JSON")
        todo.add_argument("language", choices=all_languages())
        todo.add_argument("--output", type=Path, help="a file; default: the screen")
        fill = verbs.add_parser("fill", help="take the translations from such a JSON file")
        fill.add_argument("language", choices=all_languages())
        fill.add_argument("file", type=Path)

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        if verb in {"all", "extract"}:
            self.extract()
        if verb in {"all", "compile"}:
            self.compile()
        if verb in {"all", "check"}:
            self.judge()
        if verb == "todo":
            self.todo(options["language"], output=options["output"])
        if verb == "fill":
            self.fill(options["language"], file=options["file"])

    def extract(self) -> None:
        messages = collected_messages()
        for language in all_languages():
            catalogues.update_catalogue(folder(), language, messages)
        self.stdout.write(f"{len(messages)} messages in {len(all_languages())} languages.")

    def compile(self) -> None:
        changed = [code for code in all_languages() if catalogues.compile_catalogue(folder(), code)]
        self.stdout.write(f"Compiled: {', '.join(changed) or 'nothing has changed'}.")

    def judge(self) -> None:
        messages = collected_messages()
        found = [
            fault
            for language in all_languages()
            for fault in catalogues.faults(folder(), language, messages)
        ]
        self.refuse(found)
        self.stdout.write(f"{len(messages)} messages are complete in all languages.")

    def todo(self, language: str, *, output: Path | None) -> None:
        rows = catalogues.untranslated(folder(), language)
        text = json.dumps(rows, ensure_ascii=False, indent=1) + "\n"
        if output:
            output.write_text(text, encoding="utf-8")
            self.stdout.write(f"{len(rows)} entries of {language} are written to {output}.")
        else:
            self.stdout.write(text)

    def fill(self, language: str, *, file: Path) -> None:
        rows = json.loads(file.read_text(encoding="utf-8"))
        refused = catalogues.fill_catalogue(folder(), language, rows)
        self.stdout.write(f"{len(rows) - len(refused)} entries of {language} are filled.")
        self.refuse(refused)

    def refuse(self, found: list[catalogues.Fault]) -> None:
        """Fail if there are faults; of many that are alike, name the first."""
        alike: dict[tuple[str, str], list[str]] = {}
        for fault in found:
            alike.setdefault((fault.language, fault.reason), []).append(fault.msgid)
        for (language, reason), msgids in alike.items():
            for msgid in msgids[:SHOWN]:
                self.stderr.write(f"{language}: {reason}: {msgid!r}")
            if len(msgids) > SHOWN:
                self.stderr.write(f"{language}: {reason}: … and {len(msgids) - SHOWN} more")
        if found:
            raise CommandError(f"{len(found)} faults in the catalogues (see above).")


def folder() -> Path:
    return Path(settings.LOCALE_PATHS[0])


def all_languages() -> list[str]:
    return [code for code, _name in settings.SITE_LANGUAGES_ALL]


def collected_messages() -> Catalog:
    return collect(Path(settings.BASE_DIR))
