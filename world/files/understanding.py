"""What was understood of a folder: its files, each column, what was settled, and what became of rows."""

from dataclasses import dataclass, field
from pathlib import Path

from domain.folder_check import CheckedColumn, CheckedFile
from world.files.cleaning.tally import Tally
from world.files.columns.fields import TableSpec
from world.files.columns.typed import Typed
from world.files.reading.tables import RawTable, Reading


@dataclass(slots=True)
class Understanding:
    """Filled while a folder is read, so that what was understood up to a refusal is there."""

    folder: Path
    headers: list[tuple[TableSpec, str, tuple[str, ...]]] = field(default_factory=list)
    """Of each file read, whether or not its columns were understood."""
    files: list[CheckedFile] = field(default_factory=list)
    columns: list[CheckedColumn] = field(default_factory=list)
    settled: list[str] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)
    rows_used: int = 0
    units_used: float = 0.0

    def saw(self, spec: TableSpec, raw: RawTable) -> None:
        self.headers.append((spec, raw.file, raw.header))

    def add(self, reading: Reading, typed: Typed, counts: str = "") -> None:
        """`counts`: a query of the rows of each file and how many of them each field has, where no table says it."""
        table = typed.spec.name
        known = [f'count("{name}")' for name in typed.fields]
        query = counts or f"select file, count(*), {', '.join(known)} from {table} group by file"
        by_file = {row[0]: row[1:] for row in reading.sql.execute(query).fetchall()}
        for place, source in enumerate(typed.sources):
            raw = source.raw
            rows, *filled = by_file.get(place, (0, *(0 for _ in typed.fields)))
            empty = {name: int(rows - count) for name, count in zip(typed.fields, filled, strict=True)}
            self.files.append(CheckedFile(table=table, file=raw.file, read_as=raw.told, rows=int(rows)))
            for name, claim in source.columns.claims.items():
                self._column(table, raw.file, claim.column, name, claim.why, empty[name])
            for column in source.columns.unused:
                self._column(table, raw.file, column, "", "says nothing that is asked")
            for at, column in source.columns.unknown:
                why = "tells rows apart, else not used" if at in source.words else "not known, and not used"
                self._column(table, raw.file, column, "", why)
        self.settled += [f"{table}: {name}: {said}" for name, said in typed.said.items()]

    def forget(self) -> None:
        """Of the tables and what became of rows; headers stay, as the files were read."""
        self.files.clear()
        self.columns.clear()
        self.settled.clear()
        self.tally.entries.clear()
        self.tally.notes.clear()

    def _column(self, table: str, file: str, column: str, name: str, why: str, empty: int = 0) -> None:
        self.columns.append(CheckedColumn(table=table, file=file, column=column, field=name, why=why, empty=empty))
