from modeltranslation.translator import TranslationOptions, register

from welcome.models import Announcement, Event, Figure, Page


@register(Page)
class PageTranslation(TranslationOptions):
    fields = ("title", "summary", "body")


@register(Event)
class EventTranslation(TranslationOptions):
    fields = ("title", "summary", "description")


@register(Announcement)
class AnnouncementTranslation(TranslationOptions):
    fields = ("title", "text")


@register(Figure)
class FigureTranslation(TranslationOptions):
    fields = ("label",)
