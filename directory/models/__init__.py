from directory.models.contact_point import ContactPoint, OpeningHours
from directory.models.language import Language, LanguageAlias, LanguageCover
from directory.models.office import Office
from directory.models.organisation import Organisation
from directory.models.quarter import Quarter
from directory.models.topic import Responsibility, StaffRole, Topic

__all__ = [
    "ContactPoint",
    "Language",
    "LanguageAlias",
    "LanguageCover",
    "Office",
    "OpeningHours",
    "Organisation",
    "Quarter",
    "Responsibility",
    "StaffRole",
    "Topic",
]
