from measures.models.check_up import FocusGroup, MeasureProfile
from measures.models.concept import ActionField, Concept, Goal
from measures.models.evaluation import Evaluation
from measures.models.indicator import Indicator, IndicatorValue
from measures.models.measure import Measure, Milestone, Participant
from measures.models.report import ImplementationReport

__all__ = [
    "ActionField",
    "Concept",
    "Evaluation",
    "FocusGroup",
    "Goal",
    "ImplementationReport",
    "Indicator",
    "IndicatorValue",
    "Measure",
    "MeasureProfile",
    "Milestone",
    "Participant",
]
