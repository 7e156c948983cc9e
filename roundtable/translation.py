from modeltranslation.translator import TranslationOptions, register

from roundtable.models import AgendaItem, Body, Meeting, Motion


@register(Body)
class BodyTranslation(TranslationOptions):
    fields = ("name", "description")


@register(Meeting)
class MeetingTranslation(TranslationOptions):
    fields = ("title",)


@register(AgendaItem)
class AgendaItemTranslation(TranslationOptions):
    fields = ("title", "public_title", "text")


@register(Motion)
class MotionTranslation(TranslationOptions):
    fields = ("title", "text", "reason")
