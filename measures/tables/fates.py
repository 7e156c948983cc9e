"""What becomes of a row, as it is shown before anything is written."""

from __future__ import annotations

from dataclasses import dataclass, field

NEW, CHANGED, UNCHANGED, FAULTY = "new", "changed", "unchanged", "faulty"
SHOWN = 240  # letters of a long text that a change shows


@dataclass(frozen=True)
class Change:
    label: str
    old: str
    new: str


@dataclass
class Fate:
    """One row of the file. ``faults`` are triples of place, message and remedy."""

    table: str
    number: int
    name: str
    fate: str = UNCHANGED
    changes: list[Change] = field(default_factory=list)
    faults: list[tuple[str, str, str]] = field(default_factory=list)

    def blame(self, place: str, message: str, remedy: str) -> None:
        self.fate = FAULTY
        self.faults.append((place, message, remedy))


def excerpt(change: Change) -> Change:
    """Shorten long texts to what stands around the first letter that differs."""
    if max(len(change.old), len(change.new)) <= SHOWN:
        return change
    pairs = zip(change.old, change.new, strict=False)
    same = next((i for i, (old, new) in enumerate(pairs) if old != new), None)
    if same is None:
        same = min(len(change.old), len(change.new))
    first = max(0, same - SHOWN // 4)

    def cut(text: str) -> str:
        part = text[first : first + SHOWN]
        start = "…" if first else ""
        return f"{start}{part}{'…' if first + SHOWN < len(text) else ''}"

    return Change(change.label, cut(change.old), cut(change.new))
