from measures.models.check_up import Finding, FocusGroup, ForumComment, MeasureProfile
from measures.models.concept import ActionField, Concept, Goal
from measures.models.evaluation import Evaluation
from measures.models.evaluation_request import EvaluationReply, EvaluationRequest, EvaluationRound
from measures.models.indicator import Indicator, IndicatorCell, IndicatorValue
from measures.models.lineage import MeasureLink
from measures.models.measure import Measure, TargetGroup
from measures.models.participation import FundingSource, Participant
from measures.models.planning import Attachment, ConceptDocument, Milestone
from measures.models.report import FrozenError, ImplementationReport, ReportFile, ShortVersion
from measures.models.report_rendering import ReportRendering
from measures.models.revision import MadeDraft, Revision, RevisionDecision
from measures.models.table_import import TableImport

__all__ = [
    "ActionField",
    "Attachment",
    "Concept",
    "ConceptDocument",
    "Evaluation",
    "EvaluationReply",
    "EvaluationRequest",
    "EvaluationRound",
    "Finding",
    "FocusGroup",
    "ForumComment",
    "FrozenError",
    "FundingSource",
    "Goal",
    "ImplementationReport",
    "Indicator",
    "IndicatorCell",
    "IndicatorValue",
    "MadeDraft",
    "Measure",
    "MeasureLink",
    "MeasureProfile",
    "Milestone",
    "Participant",
    "ReportFile",
    "ReportRendering",
    "Revision",
    "RevisionDecision",
    "ShortVersion",
    "TableImport",
    "TargetGroup",
]
