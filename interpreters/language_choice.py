"""Finding the language that somebody typed: by any of its names, whatever the spelling."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.conf import settings

from directory.language_table import fold
from directory.models import Language
from kit_portal.common.translation_queries import column


@dataclass(frozen=True)
class LanguageNames:
    """The requestable languages and their groups, with all the words that lead to each.

    Made once per form: two queries whatever the number of languages.
    """

    languages: list[Language]
    by_word: dict[str, Language] = field(repr=False)

    @classmethod
    def read(cls) -> LanguageNames:
        known = Language.objects.filter(retired_by__isnull=True).prefetch_related("aliases")
        languages = list(known.by_name())
        by_word: dict[str, Language] = {}
        # Own names win over other names, and groups over their members: “فارسی” is both Farsi's
        # own name and that of all Persian, so it has to be asked which.
        groups_first = sorted(languages, key=lambda language: language.is_requestable)
        for words in (_own_names, _other_names):
            for language in groups_first:
                for word in words(language):
                    by_word.setdefault(fold(word), language)
        return cls(languages, by_word)

    def find(self, text: str) -> Language | None:
        """Return the language or group meant by ``text``; None if it is not exactly one."""
        return self.by_word.get(fold(text))

    def near(self, text: str, *, limit: int = 5) -> list[Language]:
        """Return languages of which some name contains ``text``, for “did you mean”."""
        part = fold(text)
        found = {one.pk: one for word, one in self.by_word.items() if part and part in word}
        return list(found.values())[:limit]

    def varieties(self, group: Language) -> list[Language]:
        return [one for one in self.languages if one.parent_id == group.pk]

    @property
    def requestable(self) -> list[Language]:
        return [one for one in self.languages if one.is_requestable]

    def suggestions(self) -> list[tuple[str, str]]:
        """Return (word, note) for a ``<datalist>``: what may be typed and what it leads to."""
        pairs: dict[str, str] = {}
        for language in self.languages:
            if not language.is_requestable and not self.varieties(language):
                continue  # German: nobody has to ask for it
            pairs.setdefault(language.name, language.autonym)
            for alias in language.aliases.all():
                pairs.setdefault(alias.text, language.name)
        return list(pairs.items())


def _own_names(language: Language) -> Iterable[str]:
    codes = (None, settings.LANGUAGE_CODE, "en")
    names = [getattr(language, column("name", code)) for code in codes]
    return [name for name in (*names, language.tag) if name]


def _other_names(language: Language) -> Iterable[str]:
    aliases = [alias.text for alias in language.aliases.all()]
    return [name for name in (language.autonym, *aliases) if name]
