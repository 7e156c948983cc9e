from modeltranslation.translator import TranslationOptions, register

from newsletters.models import Issue, IssueItem, Newsletter


@register(Newsletter)
class NewsletterTranslation(TranslationOptions):
    fields = ("name", "description")


@register(Issue)
class IssueTranslation(TranslationOptions):
    fields = ("subject", "intro")


@register(IssueItem)
class IssueItemTranslation(TranslationOptions):
    fields = ("title", "text")
