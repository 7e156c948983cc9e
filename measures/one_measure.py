"""What stands on a measure's page: everything that its viewer may see of one measure."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from directory.models import Topic
from kit_portal.common.models import Viewer
from kit_portal.common.prepared import run_prepared_for
from kit_portal.common.translation_queries import without_other_languages
from measures.history import history_of
from measures.models import (
    Attachment,
    Evaluation,
    FundingSource,
    Measure,
    Milestone,
    Participant,
    TargetGroup,
)
from measures.overview import indicators_of, participants_by_role


def measure_contents(slug: str, number: str, *, viewer: Viewer) -> dict[str, Any] | None:
    """Return the parts by name; None where ``viewer`` may see no such measure.

    Whoever passes the measure's own door sees what belongs to it; indicators have another one.
    """
    measure = next(iter(run_prepared_for(viewer, _measure, slug, number)), None)
    if measure is None:
        return None
    return {
        "measure": measure,
        "concept_url": measure.concept.get_absolute_url(),
        "action_field": measure.goal.action_field,
        "roles": participants_by_role(run_prepared_for(viewer, _participants, measure.pk)),
        "evaluations": run_prepared_for(viewer, _evaluations, measure.pk),
        "milestones": run_prepared_for(viewer, _milestones, measure.pk),
        "target_groups": run_prepared_for(viewer, _target_groups, measure.pk),
        "funding_sources": run_prepared_for(viewer, _funding_sources, measure.pk),
        "attachments": run_prepared_for(viewer, _attachments, measure.pk),
        "topics": run_prepared_for(viewer, _topics, measure.pk),
        "indicators": indicators_of(measure, viewer=viewer),
        "history": history_of(measure, viewer=viewer),
    }


def _measure(viewer: Viewer, slug: str, number: str) -> QuerySet[Measure]:
    joined = ("concept", "goal", "goal__action_field", "quarter")
    visible = Measure.objects.visible_to(viewer).select_related(*joined)
    return without_other_languages(visible, *joined).filter(concept__slug=slug, number=number)


def _participants(viewer: Viewer, measure: int) -> QuerySet[Participant]:
    rows = Participant.objects.filter(measure=measure).select_related("organisation")
    return without_other_languages(rows, "organisation")


def _evaluations(viewer: Viewer, measure: int) -> QuerySet[Evaluation]:
    return without_other_languages(Evaluation.objects.filter(measure=measure))


def _milestones(viewer: Viewer, measure: int) -> QuerySet[Milestone]:
    return without_other_languages(Milestone.objects.filter(measure=measure))


def _target_groups(viewer: Viewer, measure: int) -> QuerySet[TargetGroup]:
    return without_other_languages(TargetGroup.objects.filter(measures=measure))


def _funding_sources(viewer: Viewer, measure: int) -> QuerySet[FundingSource]:
    return FundingSource.objects.filter(measure=measure).by_end()


def _attachments(viewer: Viewer, measure: int) -> QuerySet[Attachment]:
    return without_other_languages(Attachment.objects.filter(measure=measure))


def _topics(viewer: Viewer, measure: int) -> QuerySet[Topic]:
    return without_other_languages(Topic.objects.filter(measures=measure))
