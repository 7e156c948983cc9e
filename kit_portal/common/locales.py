"""What a page needs to know of a language."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings


@dataclass(frozen=True)
class SiteLanguage:
    code: str
    name: str

    @property
    def direction(self) -> str:
        return direction_of(self.code)


def direction_of(code: str) -> str:
    return "rtl" if code.split("-")[0] in settings.LANGUAGES_BIDI else "ltr"


def site_languages() -> list[SiteLanguage]:
    """The languages this office chose, in the order of the menu, by their own names."""
    return [SiteLanguage(code, str(name)) for code, name in settings.LANGUAGES]
