from modeltranslation.translator import TranslationOptions, register

from newsletters.models import Issue, IssueItem, ItemAttachment, Newsletter


@register(Newsletter)
class NewsletterTranslation(TranslationOptions):
    fields = ("name", "description")


@register(Issue)
class IssueTranslation(TranslationOptions):
    fields = ("subject", "intro")


@register(IssueItem)
class IssueItemTranslation(TranslationOptions):
    fields = ("title", "text", "picture_alt")


@register(ItemAttachment)
class ItemAttachmentTranslation(TranslationOptions):
    fields = ("title",)
