"""A measure's history across concepts, and what became of a whole concept."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kit_portal.common.charts import NARROW, Bar, Chart, horizontal_bars
from kit_portal.common.models import Viewer
from kit_portal.common.prepared import run_prepared_for
from kit_portal.common.translation_queries import without_other_languages
from measures.models import Concept, Measure, MeasureLink
from measures.river import River, river_of


@dataclass(frozen=True)
class History:
    """All steps that lead to a measure or away from it, in the order of time."""

    measure: Measure
    steps: Sequence[MeasureLink]

    def __bool__(self) -> bool:
        return bool(self.steps)

    @property
    def measures(self) -> list[Measure]:
        """Everything that the measure was or became, each once, oldest concept first."""
        found = {step.predecessor_id: step.predecessor for step in self.steps}
        found |= {step.successor.pk: step.successor for step in self.steps if step.successor}
        return sorted(found.values(), key=_by_time)

    @property
    def river(self) -> River:
        return river_of(self.measures, self.steps, here=self.measure)


def history_of(measure: Measure, *, viewer: Viewer) -> History:
    """Return the ancestors and descendants of ``measure`` as far as ``viewer`` may see them.

    A step with a hidden end is left out, and with it what lies only behind it. Two queries at the
    most, however long the history is.
    """
    ways = run_prepared_for(viewer, _ways)
    wanted = {
        *_reached(measure.pk, ways, forward=True),
        *_reached(measure.pk, ways, forward=False),
    }
    if not wanted:
        return History(measure, [])
    steps = _in_full(MeasureLink.objects.filter(pk__in=wanted))
    return History(measure, sorted(steps, key=_in_order))


def _ways(viewer: Viewer) -> QuerySet[MeasureLink]:
    rows = MeasureLink.objects.visible_to(viewer).order_by("pk")
    return rows.only("pk", "predecessor_id", "successor_id")


def _in_full(links: QuerySet[MeasureLink]) -> list[MeasureLink]:
    joined = ("predecessor", "predecessor__concept", "successor", "successor__concept")
    return list(without_other_languages(links.select_related(*joined), *joined))


def _reached(start: int, ways: Iterable[MeasureLink], *, forward: bool) -> set[int]:
    """Return the keys of the links on all ways from ``start`` in one direction of time."""
    leaving: dict[int | None, list[MeasureLink]] = defaultdict(list)
    for way in ways:
        leaving[way.predecessor_id if forward else way.successor_id].append(way)
    found: set[int] = set()
    waiting: list[int | None] = [start]
    while waiting:
        # What was followed once is taken out: not even a circle, were there one, holds us up.
        for way in leaving.pop(waiting.pop(), []):
            found.add(way.pk)
            waiting.append(way.successor_id if forward else way.predecessor_id)
    return found


def _by_time(measure: Measure) -> tuple[int, str]:
    return measure.concept.period_from, measure.number_key


def _in_order(step: MeasureLink) -> tuple[tuple[int, str], bool, tuple[int, str]]:
    end = _by_time(step.successor) if step.successor else (0, "")
    return _by_time(step.predecessor), step.successor is None, end


# --- what became of a concept --------------------------------------------------------------------


@dataclass(frozen=True)
class Fate:
    """A measure of the old concept with its steps; none where nothing has been decided."""

    measure: Measure
    steps: Sequence[MeasureLink]

    @property
    def kinds(self) -> set[str]:
        return {step.kind for step in self.steps} or {UNDECIDED}


UNDECIDED = "undecided"


@dataclass(frozen=True)
class Fates:
    """``rows`` are those asked for, ``all_rows`` those that are counted."""

    all_rows: Sequence[Fate]
    rows: Sequence[Fate]

    @property
    def undecided(self) -> list[Fate]:
        return [fate for fate in self.all_rows if not fate.steps]

    @property
    def counts(self) -> list[tuple[str, str, int]]:
        """(kind, its name, how many measures), undecided ones last; a kind of none is left out."""
        counted = Counter(kind for fate in self.all_rows for kind in fate.kinds)
        named = [(kind.value, str(kind.label)) for kind in MeasureLink.Kind]
        named.append((UNDECIDED, _("nothing decided yet")))
        return [(kind, label, counted[kind]) for kind, label in named if counted[kind]]

    @property
    def chart(self) -> Chart:
        decided = len(self.all_rows) - len(self.undecided)
        title = _("What became of the measures: decided for %(decided)d of %(total)d") % {
            "decided": decided,
            "total": len(self.all_rows),
        }
        bars = [
            Bar(label, count, series=6 if kind == UNDECIDED else 1)
            for kind, label, count in self.counts
        ]
        return horizontal_bars(
            title,
            bars,
            label_heading=_("What became of it"),
            value_heading=_("Measures"),
            width=NARROW,
        )


def fates_of(concept: Concept, *, viewer: Viewer, kind: str = "", field: int = 0) -> Fates:
    """Return what became of each measure of ``concept`` that ``viewer`` may see.

    ``kind`` (or ``UNDECIDED``) and the number of an action ``field`` narrow the rows only.
    """
    measures = without_other_languages(
        Measure.objects.visible_to(viewer)
        .in_concept(concept)
        .select_related("goal__action_field")
        .order_by("goal__action_field__number", "number_key"),
        "goal__action_field",
    )
    links = MeasureLink.objects.visible_to(viewer).filter(predecessor__concept=concept)
    steps: dict[int, list[MeasureLink]] = defaultdict(list)
    for step in sorted(_in_full(links), key=_in_order):
        steps[step.predecessor_id].append(step)
    all_rows = []
    for measure in measures:
        measure.concept = concept
        all_rows.append(Fate(measure, steps[measure.pk]))
    rows = [
        fate
        for fate in all_rows
        if (not kind or kind in fate.kinds)
        and (not field or fate.measure.goal.action_field.number == field)
    ]
    return Fates(all_rows, rows)
