"""An office's accent colour and the shades that keep text on it readable."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LEAST_CONTRAST = 4.5  # WCAG 2.2, 1.4.3 Contrast (Minimum)
WHITE, DARK_GROUND = "#ffffff", "#15181c"


def rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2 definition: 0 (black) to 1 (white)."""
    parts = [channel / 255 for channel in rgb(colour)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio, WCAG 2.2 definition: 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def mix(colour: str, other: str, share: float) -> str:
    """Return ``colour`` with ``share`` (0–1) of ``other`` mixed in."""
    pairs = zip(rgb(colour), rgb(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def lightened_for(colour: str, ground: str) -> str:
    """Return the first lighter shade of ``colour`` that is readable on the dark ``ground``."""
    for step in range(21):
        shade = mix(colour, WHITE, step / 20)
        if contrast(shade, ground) >= LEAST_CONTRAST + 1:
            return shade
    return WHITE


def validate_accent(value: str) -> None:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
        raise ValidationError(_("Write the colour as # and six digits, for example #0b5d7a."))
    if (ratio := contrast(value, WHITE)) < LEAST_CONTRAST:
        raise ValidationError(
            _(
                "White text on this colour has a contrast of %(ratio).1f; at least 4.5 is "
                "needed. Choose a darker one."
            ),
            params={"ratio": ratio},
        )


def theme_css(accent: str) -> str:
    """Return the style sheet that gives ``portal.css`` an office's colours, light and dark."""
    bright = lightened_for(accent, DARK_GROUND)
    light = {
        "accent": accent,
        "accent-strong": mix(accent, "#000000", 0.25),
        "accent-soft": mix(accent, WHITE, 0.9),
        "on-accent": WHITE,
    }
    dark = {
        "accent": bright,
        "accent-strong": mix(bright, WHITE, 0.35),
        "accent-soft": mix(accent, DARK_GROUND, 0.72),
        "on-accent": "#0b0d10",
    }
    return (
        f":root{{{_declarations(light)}}}"
        f"@media (prefers-color-scheme:dark){{:root{{{_declarations(dark)}}}}}"
    )


def _declarations(shades: dict[str, str]) -> str:
    return "".join(f"--office-{name}:{colour};" for name, colour in shades.items())
