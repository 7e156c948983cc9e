"""What every page loads: small, mirrored by itself, from nowhere else, and icons that exist."""

import gzip
import re
from pathlib import Path

from welcome.models import Page

ROOT = Path(__file__).parent.parent
STATIC = ROOT / "kit_portal/static"
SHEETS = ["kern/kern.css", "css/portal.css"]
FIRST_VIEW = [*SHEETS, "js/portal.js", "img/icons.svg", "img/favicon.svg"]
# KERN draws its ticks from borders; a tick is the same in every script.
PHYSICAL = re.compile(
    r"[;{]\s*(?:(?:margin|padding|border)-(?:left|right)[a-z-]*|left|right)\s*:"
    r"|(?:text-align|float|clear)\s*:\s*(?:left|right)\b"
)


def _drawn_icons():
    return set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "img/icons.svg").read_text()))


def test_style_sheets_mirror_by_themselves():
    found = {name: PHYSICAL.findall((STATIC / name).read_text()) for name in SHEETS}

    assert found == {name: [] for name in SHEETS}


def test_style_sheets_load_nothing_from_elsewhere():
    """The content security policy allows neither data: images nor other hosts."""
    addresses = {
        address
        for name in SHEETS
        for address in re.findall(r"url\(\s*['\"]?([^)'\"]+)", (STATIC / name).read_text())
    }

    assert addresses
    assert {a for a in addresses if not (STATIC / "kern" / a).is_file()} == set()


def test_first_view_leaves_room_for_the_page():
    """Of the 60 kB that a first view may transfer, at most 25 are look."""
    size = sum(len(gzip.compress((STATIC / name).read_bytes(), 9)) for name in FIRST_VIEW)

    assert size <= 25_000


def test_icons_named_in_templates_are_drawn():
    templates = [path.read_text() for path in (ROOT / "templates").rglob("*.html")]
    named = {
        name
        for text in templates
        for pattern in (
            r'_icon\.html" with name="([\w-]+)"',
            r'icon="([\w-]+)"',
            r"#([\w-]+)\"></use>",
        )
        for name in re.findall(pattern, text)
    }

    assert named - _drawn_icons() == set()


def test_icons_of_pages_are_drawn():
    offered = set(dict(Page._meta.get_field("icon").flatchoices))

    assert offered - _drawn_icons() == set()
