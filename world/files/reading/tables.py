"""The files of a folder as tables of DuckDB, with the file and the line of every row."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from domain.errors import DataFault
from world.files.reading.finding import ending_of
from world.files.reading.layout import Layout, layout_of, line_of
from world.files.reading.spreadsheet import as_csv
from world.files.reading.text import as_utf8
from world.files.reading.zones import INSTANTS, UTC, local_sql, zones_of

if TYPE_CHECKING:
    import duckdb

_WORKBOOKS: Final = (".xlsx", ".xls", ".ods")
_UTC: Final = (UTC, "Etc/UTC", "Z", "GMT", "+00:00")
_DELIMITERS: Final = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}


@dataclass(frozen=True, slots=True)
class RawTable:
    """One file. Its columns are `c0`, `c1`, ... in the order of `header`, its rows numbered from 0 by `row`."""

    name: str
    """Of the table or view in DuckDB."""
    file: str
    header: tuple[str, ...]
    types: tuple[str, ...]
    """As DuckDB names them; text for all but Parquet."""
    told: str
    """How it was read: encoding, what parts its cells, the sheet."""
    delimiter: str
    """Empty for a workbook and for Parquet."""
    text: Path | None
    layout: Layout | None
    plain: bool
    """Whether each row is one line."""
    in_utc: frozenset[int] = frozenset()
    """Places of columns that held instants, and are read by the clocks of UTC."""

    def line(self, row: int) -> int:
        """The line of a row counted from 0, as an editor or a spreadsheet shows it; of Parquet the row, from 1."""
        if self.text is None or self.layout is None:
            return row + 1
        return self.layout.skipped + row + 1 if self.plain else line_of(self.text, self.layout, row)

    @property
    def unit(self) -> str:
        return "row" if self.text is None else "line"


class Reading:
    """Reads files into one connection; copies lie in `scratch`, which outlives it."""

    def __init__(self, connection: "duckdb.DuckDBPyConnection", scratch: Path) -> None:
        self.sql = connection
        self._scratch = scratch
        self._count = 0

    def read(self, path: Path, table: str) -> RawTable:
        """Raises DataFault for a file that cannot be read, with its line and the reason."""
        import duckdb

        try:
            return self._parquet(path) if ending_of(path) == ".parquet" else self._text(path, table)
        except duckdb.Error as error:
            raise _unreadable(path, str(error)) from error
        except OSError as error:
            raise DataFault(
                f"{path.name}: cannot be read ({error.strerror})", remedy="see who may read it", field="source"
            ) from error

    def _parquet(self, path: Path) -> RawTable:
        file = _quoted(str(path))
        source = f"read_parquet({file}, file_row_number = true)"
        described = self.sql.execute(f"describe from {source}").fetchall()
        columns = [(str(row[0]), str(row[1])) for row in described if row[0] != "file_row_number"]
        instants = [column for column, kind in columns if kind in INSTANTS]
        said = zones_of(self.sql, file) if instants else {}
        zones = {column: said.get(column, UTC) for column in instants}
        cells = {column: f'"{_inside(column)}"' for column, _ in columns}
        cells |= {one: local_sql(self.sql, path.name, one, cells[one], zone) for one, zone in zones.items()}
        named = [f"{cells[column]} as c{place}" for place, (column, _) in enumerate(columns)]
        name = self._next()
        self.sql.execute(f"create view {name} as select {', '.join([*named, 'file_row_number as row'])} from {source}")
        header = tuple(" ".join(column.split()) for column, _ in columns)
        types = tuple("TIMESTAMP" if column in zones else kind for column, kind in columns)
        told = ", ".join(["Parquet", *(f"{column} in {zone}" for column, zone in zones.items())])
        in_utc = frozenset(place for place, (column, _) in enumerate(columns) if zones.get(column) in _UTC)
        return RawTable(name, path.name, header, types, told, "", None, None, True, in_utc)

    def _text(self, path: Path, table: str) -> RawTable:
        told, text = "", path
        if ending_of(path) in _WORKBOOKS:
            text = self._scratch / f"{len(list(self._scratch.iterdir()))}.csv"
            told = f"sheet {as_csv(path, table, text)!r}"
        utf8 = as_utf8(text, self._scratch)
        layout = layout_of(utf8.path, path.name)
        name = self._next()
        columns = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(len(layout.header)))
        self.sql.execute(
            f"create table {name} as from read_csv({_quoted(str(utf8.path))}, delim = {_quoted(layout.delimiter)}, "
            f"quote = '\"', escape = '\"', header = false, skip = {layout.skipped}, strict_mode = true, "
            f"auto_detect = false, nullstr = '', columns = {{{columns}}})"
        )
        rows = int(self.first(f"select count(*) from {name}")[0])
        self.sql.execute(f"create view {name}_rows as select *, rowid as row from {name}")
        return RawTable(
            name=f"{name}_rows",
            file=path.name,
            header=layout.header,
            types=("VARCHAR",) * len(layout.header),
            told=told or f"{utf8.encoding}, {_DELIMITERS[layout.delimiter]}",
            delimiter=layout.delimiter if not told else "",
            text=utf8.path,
            layout=layout,
            plain=rows in (utf8.newlines - layout.skipped, utf8.newlines - layout.skipped + 1),
        )

    def _next(self) -> str:
        self._count += 1
        return f"raw_{self._count}"

    def first(self, query: str, values: Sequence[object] = ()) -> tuple[Any, ...]:
        """The first row a query answers with, empty where it has none."""
        # Not `fetchone`: it leaves a result open, and nothing else may be asked meanwhile.
        found: list[tuple[Any, ...]] = self.sql.execute(query, list(values)).fetchall()
        return found[0] if found else ()


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _inside(name: str) -> str:
    return name.replace('"', '""')


def _unreadable(path: Path, message: str) -> DataFault:
    """What DuckDB says, in one sentence: the line, and the reason it gives."""
    line = re.search(r"[Ll]ine:?\s*(\d+)", message)
    where = f"{path.name}, line {line.group(1)}" if line else path.name
    widths = re.search(r"Expected Number of Columns:\s*(\d+)\s+Found:\s*(\d+)", message)
    if widths:
        asked, found = int(widths.group(1)), int(widths.group(2))
        return DataFault(
            f"{where}: has {'more' if found > asked else 'fewer'} cells than the {asked} of the header",
            remedy="quote cells that hold what parts them, or export it again",
            field="source",
        )
    said = [part.strip() for part in message.replace(str(path), path.name).splitlines() if part.strip()]
    reasons = [part for part in said if not re.match(r"(Original Line:|[\w ]*Error: CSV Error)", part)]
    reason = (reasons or said or ["no reason is given"])[0].split("Error: ")[-1].rstrip(".")
    return DataFault(
        f"{where}: cannot be read ({reason[:160]})", remedy="repair the file or save it again", field="source"
    )
