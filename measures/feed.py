"""What is new in the published measures, as an Atom feed (RFC 4287) in the reader's language."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed, get_tag_uri
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from directory.models import Office
from measures.models import Evaluation, Measure, Milestone

MOST_ENTRIES = 50
# One click in the admin saves a measure, then its evaluation: both are one change, and the later
# words say more.
ONE_CHANGE = timedelta(minutes=1)


def feed_of_changes() -> Atom1Feed:
    """One entry per measure, whatever happened to it last. Whoever reads it is not signed in."""
    office = Office.objects.current()
    feed = Atom1Feed(
        title=_("Measures: what is new"),
        link=_absolute(reverse("measures:list")),
        feed_url=_absolute(reverse("measures:feed")),
        feed_guid=get_tag_uri(f"{settings.SITE_URL}/measures/{get_language()}", None),
        description=None,
        author_name=office.name,
        language=get_language(),
    )
    measures = list(_last_changed())
    evaluations, milestones = _evaluations_of(measures), _milestones_of(measures)
    for measure in measures:
        words, moment = what_changed(
            measure, evaluations=evaluations[measure.pk], milestones=milestones[measure.pk]
        )
        feed.add_item(
            title=str(measure),
            link=_absolute(measure.get_absolute_url()),
            description=words,
            pubdate=public_since(measure),
            updateddate=moment,
            unique_id=_entry_id(measure),
        )
    return feed


def what_changed(
    measure: Measure, *, evaluations: Iterable[Evaluation], milestones: Iterable[Milestone]
) -> tuple[str, datetime]:
    """Return what happened last in words, and when."""
    events = [
        (_("The text or the facts were edited."), measure.modified_at),
        (_("The measure was published."), public_since(measure)),
        *(
            (_("Milestone reached: %s") % milestone.title, milestone.modified_at)
            for milestone in milestones
        ),
        *(
            (
                _("Evaluated for %(year)d: %(verdict)s")
                % {"year": row.year, "verdict": row.get_verdict_display()},
                row.modified_at,
            )
            for row in evaluations
        ),
    ]
    last = max(moment for _words, moment in events)
    telling = [words for words, moment in events if last - moment <= ONE_CHANGE]
    return telling[-1], last


def public_since(measure: Measure) -> datetime:
    moments = (measure.published_at, measure.concept.published_at)
    return max(moment for moment in moments if moment)


def _last_changed() -> Iterable[Measure]:
    evaluated = Evaluation.objects.filter(measure=OuterRef("pk")).order_by("-modified_at")
    reached = _reached().filter(measure=OuterRef("pk")).order_by("-modified_at")
    changed = Greatest(
        "modified_at",
        "published_at",
        "concept__published_at",
        Coalesce(Subquery(evaluated.values("modified_at")[:1]), F("modified_at")),
        Coalesce(Subquery(reached.values("modified_at")[:1]), F("modified_at")),
    )
    public = Measure.objects.published().select_related("concept")
    return public.order_by(changed.desc(), "pk")[:MOST_ENTRIES]


def _reached() -> QuerySet[Milestone]:
    return Milestone.objects.filter(reached_on__isnull=False)


def _evaluations_of(measures: list[Measure]) -> dict[int, list[Evaluation]]:
    found: dict[int, list[Evaluation]] = defaultdict(list)
    for row in Evaluation.objects.filter(measure__in=measures).order_by("modified_at"):
        found[row.measure_id].append(row)
    return found


def _milestones_of(measures: list[Measure]) -> dict[int, list[Milestone]]:
    found: dict[int, list[Milestone]] = defaultdict(list)
    for row in _reached().filter(measure__in=measures).order_by("modified_at"):
        found[row.measure_id].append(row)
    return found


def _absolute(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


def _entry_id(measure: Measure) -> str:
    """It stays when number, title or address change (RFC 4151)."""
    address = f"{settings.SITE_URL}/measures/{measure.pk}/{get_language()}"
    return get_tag_uri(address, measure.created_at)
