"""What holds for the whole house, whoever built a room of it."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.template.loader import get_template
from django.utils.functional import Promise
from django.utils.translation import check_for_language

from kit_portal.tracked import TRACKED_MODELS

ROOT = Path(__file__).resolve().parent.parent
OURS = {
    "kit_portal",
    "directory",
    "measures",
    "roundtable",
    "interpreters",
    "welcome",
    "newsletters",
}
TEMPLATES = sorted(
    str(path.relative_to(ROOT / "templates"))
    for path in (ROOT / "templates").rglob("*")
    if path.suffix in {".html", ".txt"}
)


def test_no_migration_is_missing(db):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.parametrize("name", TEMPLATES)
def test_template_compiles(name):
    get_template(name)


@pytest.mark.parametrize("name", TEMPLATES)
def test_template_keeps_the_rules_of_the_house(name):
    source = (ROOT / "templates" / name).read_text()

    assert not re.search(r"\{% blocktrans(late)?(?![^%]*\btrimmed\b)", source), "trimmed is missing"
    if not name.startswith(("mail/", "layouts/mail", "layouts/document")):
        assert not re.search(r"\sstyle=|\son[a-z]+=\"|<style", source), "inline style or script"


@pytest.mark.parametrize("code", [code for code, _name in settings.LANGUAGES])
def test_every_site_language_has_a_compiled_catalogue(code):
    assert check_for_language(code)


def test_every_model_is_named_in_words_that_are_translated():
    ours = [m for m in apps.get_models() if m.__module__.split(".")[0] in OURS]

    unnamed = [m.__name__ for m in ours if not isinstance(m._meta.verbose_name, Promise)]

    assert unnamed == []


def test_readme_names_commands_that_exist():
    readme = (ROOT / "README.md").read_text()
    usage = (ROOT / "run").read_text()

    named = set(re.findall(r"\./run ([a-z]+)", readme))

    assert {"demo", "test"} <= named
    assert [word for word in named if not re.search(rf"^  {word}\b", usage, re.MULTILINE)] == []


def test_every_tracked_model_exists():
    for tracked in TRACKED_MODELS:
        apps.get_model(tracked if isinstance(tracked, str) else tracked["model"])
