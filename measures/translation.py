from modeltranslation.translator import TranslationOptions, register

from measures.models import (
    ActionField,
    Concept,
    Evaluation,
    FocusGroup,
    Goal,
    Indicator,
    Measure,
    MeasureProfile,
    Milestone,
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
    fields = ("title", "description", "target_group")


@register(Milestone)
class MilestoneTranslation(TranslationOptions):
    fields = ("title",)


@register(Evaluation)
class EvaluationTranslation(TranslationOptions):
    fields = ("reasoning",)


@register(Indicator)
class IndicatorTranslation(TranslationOptions):
    fields = ("name", "definition", "unit")


@register(FocusGroup)
class FocusGroupTranslation(TranslationOptions):
    fields = ("name",)


@register(MeasureProfile)
class MeasureProfileTranslation(TranslationOptions):
    fields = ("title", "summary")
