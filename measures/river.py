"""The drawing of a measure's history: one column a concept, time in reading direction.

Geometry in SVG user units (one unit is one CSS pixel at full width); drawing is the template's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from kit_portal.common.charts import NARROW
from measures.models import Concept, Measure, MeasureLink

TOP, ROW, STONE_WIDTH, STONE_HEIGHT = 40, 52, 84, 32
END = 16  # how far the mark of an end stands from its stone


@dataclass(frozen=True)
class Column:
    label: str
    x: float


@dataclass(frozen=True)
class Stone:
    """A measure, by its number."""

    number: str
    is_here: bool
    x: float
    y: float
    label_x: float
    label_y: float


@dataclass(frozen=True)
class Flow:
    """A step between two measures; with ``end_x`` it leads to an end."""

    kind: str
    path: str
    end_x: float | None = None
    end_y: float = 0


@dataclass(frozen=True)
class River:
    title: str
    columns: Sequence[Column]
    stones: Sequence[Stone]
    flows: Sequence[Flow]
    height: int
    width: int = NARROW
    stone_width: int = STONE_WIDTH
    stone_height: int = STONE_HEIGHT


def river_of(measures: Sequence[Measure], steps: Sequence[MeasureLink], *, here: Measure) -> River:
    """Draw ``steps`` between ``measures``, which come in the order of time."""
    concepts: list[Concept] = list(dict.fromkeys(measure.concept for measure in measures))
    rtl = get_language_bidi()
    # Room at the far end for the mark of an end.
    space = (NARROW - STONE_WIDTH - 2 * END) / max(len(concepts) - 1, 1)
    rows: dict[Concept, int] = dict.fromkeys(concepts, 0)
    places: dict[int, tuple[float, float]] = {}
    stones = []
    for measure in measures:
        x = concepts.index(measure.concept) * space
        x = NARROW - STONE_WIDTH - x if rtl else x
        y = TOP + rows[measure.concept] * ROW
        rows[measure.concept] += 1
        places[measure.pk] = (x, y)
        middle = (round(x + STONE_WIDTH / 2, 1), y + STONE_HEIGHT / 2 + 5)
        stones.append(Stone(measure.number, measure.pk == here.pk, round(x, 1), y, *middle))
    columns = [
        Column(
            str(concept.period_from),
            round(
                (NARROW - i * space - STONE_WIDTH / 2) if rtl else i * space + STONE_WIDTH / 2, 1
            ),
        )
        for i, concept in enumerate(concepts)
    ]
    flows = [_flow(step, places, rtl=rtl) for step in steps]
    return River(_title(measures, steps), columns, stones, flows, TOP + max(rows.values()) * ROW)


def _flow(step: MeasureLink, places: dict[int, tuple[float, float]], *, rtl: bool) -> Flow:
    sign = -1 if rtl else 1
    x, y = places[step.predecessor_id]
    x, y = (x if rtl else x + STONE_WIDTH), y + STONE_HEIGHT / 2
    if step.successor_id is None:
        end = round(x + sign * END, 1)
        return Flow(step.kind, f"M{x:.1f} {y:.1f}H{end}", end, y)
    to_x, to_y = places[step.successor_id]
    to_x, to_y = (to_x + STONE_WIDTH if rtl else to_x), to_y + STONE_HEIGHT / 2
    bend = (x + to_x) / 2
    path = f"M{x:.1f} {y:.1f}C{bend:.1f} {y:.1f} {bend:.1f} {to_y:.1f} {to_x:.1f} {to_y:.1f}"
    return Flow(step.kind, path)


def _title(measures: Sequence[Measure], steps: Sequence[MeasureLink]) -> str:
    """Say the drawing's message; the steps themselves stand below as text."""
    first, last = measures[0], measures[-1]
    if first.concept == last.concept:
        return _("Measure %(number)s of %(year)d was ended") % {
            "number": first.number,
            "year": first.concept.period_from,
        }
    return _("From %(first)d to %(last)d: %(measures)d measures, %(steps)d steps") % {
        "first": first.concept.period_from,
        "last": last.concept.period_from,
        "measures": len(measures),
        "steps": len(steps),
    }
