"""What was understood of a folder: its files, each column, what was settled, and what became of rows."""

from dataclasses import dataclass, field
from pathlib import Path

from world.files.cleaning.tally import Tally
from world.files.columns.typed import Typed


@dataclass(frozen=True, slots=True)
class FileRead:
    table: str
    file: str
    told: str
    rows: int


@dataclass(frozen=True, slots=True)
class ColumnRead:
    table: str
    file: str
    column: str
    field: str
    """Ours; empty for a column that is not used."""
    why: str


@dataclass(slots=True)
class Understanding:
    """Filled while a folder is read, so that what was understood up to a refusal is there."""

    folder: Path
    files: list[FileRead] = field(default_factory=list)
    columns: list[ColumnRead] = field(default_factory=list)
    settled: list[str] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)
    rows: int = 0
    """Of the sales as they were read, with what was taken from them below."""
    units: float = 0.0

    def add(self, typed: Typed, rows: dict[int, int]) -> None:
        """`rows`: by the place of a file in the table."""
        table = typed.spec.name
        for place, source in enumerate(typed.sources):
            raw = source.raw
            self.files.append(FileRead(table, raw.file, raw.told, rows.get(place, 0)))
            for name, claim in source.columns.claims.items():
                self.columns.append(ColumnRead(table, raw.file, claim.column, name, claim.why))
            for column in source.columns.unused:
                self.columns.append(ColumnRead(table, raw.file, column, "", "says nothing that is asked"))
            for place_there, column in source.columns.unknown:
                why = "tells rows apart, and is not used" if place_there in source.words else "not known, and not used"
                self.columns.append(ColumnRead(table, raw.file, column, "", why))
        self.settled += [f"{table}: {name}: {said}" for name, said in typed.said.items()]
