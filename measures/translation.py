from modeltranslation.translator import TranslationOptions, register

from measures.models import (
    ActionField,
    Attachment,
    Concept,
    ConceptDocument,
    Evaluation,
    Finding,
    FocusGroup,
    ForumComment,
    Goal,
    ImplementationReport,
    Indicator,
    Measure,
    MeasureLink,
    MeasureProfile,
    Milestone,
    TargetGroup,
)


@register(Concept)
class ConceptTranslation(TranslationOptions):
    fields = ("title", "description")


@register(ActionField)
class ActionFieldTranslation(TranslationOptions):
    fields = ("title", "guiding_principle")


@register(Goal)
class GoalTranslation(TranslationOptions):
    fields = ("text",)


@register(Measure)
class MeasureTranslation(TranslationOptions):
    fields = ("title", "description")


@register(TargetGroup)
class TargetGroupTranslation(TranslationOptions):
    fields = ("name",)


@register(ConceptDocument)
class ConceptDocumentTranslation(TranslationOptions):
    fields = ("title",)


@register(Attachment)
class AttachmentTranslation(TranslationOptions):
    fields = ("title",)


@register(Finding)
class FindingTranslation(TranslationOptions):
    fields = ("text",)


@register(Milestone)
class MilestoneTranslation(TranslationOptions):
    fields = ("title",)


@register(Evaluation)
class EvaluationTranslation(TranslationOptions):
    fields = ("reasoning",)


@register(ImplementationReport)
class ImplementationReportTranslation(TranslationOptions):
    fields = ("foreword",)


@register(Indicator)
class IndicatorTranslation(TranslationOptions):
    fields = ("name", "definition", "unit")


@register(FocusGroup)
class FocusGroupTranslation(TranslationOptions):
    fields = ("name",)


@register(MeasureProfile)
class MeasureProfileTranslation(TranslationOptions):
    fields = (
        "title",
        "summary",
        "objective",
        "target_group",
        "steps",
        "resources",
        "schedule",
        "success_criteria",
    )


@register(ForumComment)
class ForumCommentTranslation(TranslationOptions):
    fields = ("text",)


@register(MeasureLink)
class MeasureLinkTranslation(TranslationOptions):
    fields = ("reason",)
