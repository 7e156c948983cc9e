from modeltranslation.translator import TranslationOptions, register

from directory.models import ContactPoint, Language, Office, Organisation, StaffRole, Topic


@register(Office)
class OfficeTranslation(TranslationOptions):
    fields = ("name", "claim")


@register(Organisation)
class OrganisationTranslation(TranslationOptions):
    fields = ("description",)


@register(Topic)
class TopicTranslation(TranslationOptions):
    fields = ("name", "description")


@register(StaffRole)
class StaffRoleTranslation(TranslationOptions):
    fields = ("name",)


@register(ContactPoint)
class ContactPointTranslation(TranslationOptions):
    fields = (
        "name",
        "summary",
        "description",
        "directions",
        "hours_note",
        "accessibility_note",
    )


@register(Language)
class LanguageTranslation(TranslationOptions):
    fields = ("name",)
