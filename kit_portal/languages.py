"""The languages the portal can speak. The set is fixed in code, because every translated column
exists in each of them; an office chooses its subset with SITE_LANGUAGES.

Names are the languages' own. ``de-simple`` (Leichte Sprache) uses the registered BCP 47 variant
``simple``; Django knows neither it nor Kurmanji, so both are added to its table.
"""

from django.conf.locale import LANG_INFO

ALL_LANGUAGES = [
    ("de", "Deutsch"),
    ("de-simple", "Leichte Sprache"),
    ("en", "English"),
    ("da", "Dansk"),
    ("pl", "Polski"),
    ("tr", "Türkçe"),
    ("ru", "Русский"),
    ("uk", "Українська"),
    ("ar", "العربية"),
    ("fa", "فارسی"),
    ("kmr", "Kurmancî"),
]
RIGHT_TO_LEFT = ["ar", "fa"]


def teach_django_our_languages() -> None:
    """Add the two languages that Django's own table lacks, and our spelling of the names."""
    LANG_INFO.setdefault(
        "de-simple",
        {
            "bidi": False,
            "code": "de-simple",
            "name": "German (easy)",
            "name_local": "Leichte Sprache",
        },
    )
    LANG_INFO.setdefault(
        "kmr",
        {"bidi": False, "code": "kmr", "name": "Kurmanji", "name_local": "Kurmancî"},
    )
    for code, name in ALL_LANGUAGES:
        LANG_INFO[code]["name_local"] = name
