"""What became of rows that are not taken as they stand: how many, how many units, and where to look."""

from dataclasses import dataclass, field
from typing import Literal

Fate = Literal["left out", "replaced", "changed", "unknown"]
"""`left out`: counted nowhere. `replaced`: a later row stands for it. `changed`: taken otherwise than it is written.
`unknown`: the days it is of count as not reported."""


@dataclass(frozen=True, slots=True)
class Example:
    where: str
    """File and line."""
    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    kind: str
    """A short name for programs, such as `total`."""
    fate: Fate
    said: str
    rows: int
    units: float
    examples: tuple[Example, ...] = ()


@dataclass(slots=True)
class Tally:
    entries: list[Entry] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What was understood of the whole table and had to be settled."""

    def rows(self, *fates: Fate) -> int:
        return sum(entry.rows for entry in self.entries if entry.fate in fates)

    def units(self, *fates: Fate) -> float:
        return sum(entry.units for entry in self.entries if entry.fate in fates)
