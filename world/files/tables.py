"""A person's own tables, read by DuckDB: found, checked column by column, and refused with the line that is wrong."""

import csv
import difflib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from domain.errors import BadInput, DataFault, TescoSenseError

if TYPE_CHECKING:
    import duckdb

ColumnType = Literal["date", "text", "number"]

_CASTS: dict[ColumnType, str] = {"date": "date", "text": "varchar", "number": "double"}
_NAMES: dict[ColumnType, str] = {"date": "a date such as 2026-11-23", "text": "text", "number": "a number"}
_ENDINGS = (".parquet", ".csv")


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    type: ColumnType
    required: bool = False


@dataclass(frozen=True, slots=True)
class TableSpec:
    """A table by its file name without ending, and the columns it may have."""

    name: str
    columns: tuple[Column, ...]


SALES = TableSpec(
    "sales",
    (
        Column("date", "date", required=True),
        Column("store", "text", required=True),
        Column("category", "text", required=True),
        Column("units", "number", required=True),
        Column("region", "text"),
        Column("price", "number"),
        Column("promotion", "number"),
        Column("in_stock", "number"),
    ),
)
WEATHER = TableSpec(
    "weather",
    (
        Column("date", "date", required=True),
        Column("region", "text"),
        Column("temperature_c", "number"),
        Column("rain_mm", "number"),
    ),
)
SEARCH = TableSpec(
    "search",
    (
        Column("date", "date", required=True),
        Column("category", "text", required=True),
        Column("region", "text"),
        Column("index", "number", required=True),
    ),
)
PRODUCTS = TableSpec(
    "products",
    (
        Column("sku", "text", required=True),
        Column("name", "text", required=True),
        Column("category", "text", required=True),
        Column("price", "number", required=True),
        Column("margin_rate", "number"),
        Column("less_healthy_category", "text"),
        Column("contains_alcohol", "text"),
        Column("abv_percent", "number"),
        Column("is_drink", "text"),
        Column("energy_kj", "number"),
        Column("saturated_fat_g", "number"),
        Column("total_sugars_g", "number"),
        Column("sodium_mg", "number"),
        Column("fruit_veg_nuts_percent", "number"),
        Column("fibre_g", "number"),
        Column("protein_g", "number"),
        Column("total_fat_g", "number"),
        Column("salt_g", "number"),
        Column("vitamins", "text"),
        Column("provenance", "text"),
        Column("awards", "text"),
        Column("brand", "text"),
        Column("picture", "text"),
    ),
)
OFFERS = TableSpec(
    "offers",
    (
        Column("sku", "text", required=True),
        Column("kind", "text", required=True),
        Column("starts", "date", required=True),
        Column("ends", "date", required=True),
        Column("price", "number"),
        Column("quantity", "number"),
        Column("gift", "text"),
    ),
)
PAST_PRICES = TableSpec(
    "past_prices",
    (
        Column("sku", "text", required=True),
        Column("price", "number", required=True),
        Column("starts", "date", required=True),
        Column("ends", "date", required=True),
    ),
)


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Columns by name, each [rows]: dates as datetime64[D], text as str with '' for missing, numbers with NaN."""

    dates: dict[str, NDArray[np.datetime64]]
    texts: dict[str, NDArray[np.str_]]
    numbers: dict[str, NDArray[np.float64]]
    rows: int

    def has(self, name: str) -> bool:
        return name in self.dates or name in self.texts or name in self.numbers


def find_folder(source: str) -> Path:
    """The folder of a source `files:DIR`. Raises BadInput when there is none."""
    given = source.removeprefix("files:").strip()
    folder = Path(given).expanduser()
    if not given or not folder.is_dir():
        raise BadInput(
            f"There is no folder {given!r} to read sales from",
            remedy="give one that holds sales.csv or sales.parquet, as in files:./data",
            field="source",
        )
    return folder


def read_table(folder: Path, spec: TableSpec) -> Table | None:
    """The table, or `None` when the folder has no such file.

    Raises BadInput for a missing column (with the near miss), DataFault naming file and line for a value that is not
    what its column holds, or a file that cannot be read at all.
    """
    path = _path_of(folder, spec.name)
    if path is None:
        return None
    found = _read(path, spec)
    if isinstance(found, TescoSenseError):
        # Raised here, and without the frames it passed: they hold the connection, which would outlive its library.
        raise found.with_traceback(None)
    return found


def _read(path: Path, spec: TableSpec) -> Table | TescoSenseError:
    import duckdb

    with duckdb.connect() as connection:
        try:
            return _Reader(connection, path, spec).table()
        except duckdb.Error as error:
            return _unreadable(path, str(error))
        except (BadInput, DataFault) as fault:
            return fault


def describe_missing(folder: Path, spec: TableSpec) -> BadInput:
    """The error for a folder without a table that must be there, with the near miss."""
    present = sorted(entry.name for entry in folder.iterdir() if entry.is_file())
    close = difflib.get_close_matches(f"{spec.name}.csv", present, n=1, cutoff=0.5)
    near = f"rename {close[0]} if that is it" if close else f"put {spec.name}.csv or {spec.name}.parquet there"
    return BadInput(f"The folder {folder} has no table of {spec.name}", remedy=near, field="source")


def _path_of(folder: Path, name: str) -> Path | None:
    return next((folder / (name + ending) for ending in _ENDINGS if (folder / (name + ending)).is_file()), None)


class _Reader:
    def __init__(self, connection: "duckdb.DuckDBPyConnection", path: Path, spec: TableSpec) -> None:
        self._sql = connection
        self._path = path
        self._spec = spec
        quoted = str(path).replace("'", "''")
        self._from = (
            f"read_csv('{quoted}', {_csv_options(path)})" if path.suffix == ".csv" else f"read_parquet('{quoted}')"
        )

    def table(self) -> Table:
        found = {
            str(row[0]).strip().lower(): str(row[0])
            for row in self._sql.execute(f"describe from {self._from}").fetchall()
        }
        wanted = [column for column in self._spec.columns if column.name in found]
        for column in self._spec.columns:
            if column.required and column.name not in found:
                raise self._missing(column, list(found))
        named = ", ".join(f'"{found[column.name]}" as "{column.name}"' for column in wanted)
        self._sql.execute(f"create table raw as select {named} from {self._from}")
        for column in wanted:
            self._check(column)
        casts = ", ".join(f'try_cast("{column.name}" as {_CASTS[column.type]}) as "{column.name}"' for column in wanted)
        arrays = self._sql.execute(f"select {casts} from raw").fetchnumpy()
        return _as_table(wanted, arrays)

    def _missing(self, column: Column, found: list[str]) -> BadInput:
        close = difflib.get_close_matches(column.name, found, n=1, cutoff=0.5)
        has = f"did you mean its column {close[0]!r}" if close else f"it has {', '.join(found)}"
        return BadInput(f"{self._path.name} has no column {column.name!r}", remedy=has, field="source")

    def _check(self, column: Column) -> None:
        """Raises DataFault at the first value that is not of the column's type, or is missing where it must not be."""
        value = f'"{column.name}"'
        bad = f"{value} is not null and try_cast({value} as {_CASTS[column.type]}) is null"
        if column.required:
            bad = f"{value} is null or trim(cast({value} as varchar)) = '' or ({bad})"
        row = self._sql.execute(
            f"select line, value from (select row_number() over () as line, cast({value} as varchar) as value, "
            f"{bad} as bad from raw) where bad order by line limit 1"
        ).fetchone()
        if row is not None:
            # The header is line 1 of a CSV; a Parquet file has rows only.
            where = f"line {int(row[0]) + 1}" if self._path.suffix == ".csv" else f"row {int(row[0])}"
            shown = "is empty" if row[1] is None or not str(row[1]).strip() else f"is {str(row[1])[:40]!r}"
            raise DataFault(
                f"{self._path.name}, {where}: {column.name} {shown}",
                remedy=f"{column.name} must be {_NAMES[column.type]}",
                field="source",
            )


def _csv_options(path: Path) -> str:
    """Options that leave nothing to guess, since a guess may skip the lines that are wrong."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            first = file.readline()
    except UnicodeDecodeError as error:
        raise DataFault(f"{path.name}, line 1: is not UTF-8 text", remedy="save it as CSV in UTF-8") from error
    delimiter = max(",;\t|", key=first.count)
    names = next(csv.reader([first], delimiter=delimiter), [])
    if len(set(names)) < len(names) or not all(name.strip() for name in names):
        raise DataFault(
            f"{path.name}, line 1: two columns have one name, or one has none",
            remedy="give each column a name of its own",
        )
    columns = ", ".join("'{}': 'VARCHAR'".format(name.replace("'", "''")) for name in names)
    given = f"delim = '{delimiter}', quote = '\"', escape = '\"', header = true, strict_mode = true"
    return f"{given}, auto_detect = false, nullstr = '', columns = {{{columns}}}"


def _as_table(columns: list[Column], arrays: dict[str, NDArray[np.generic]]) -> Table:
    rows = len(next(iter(arrays.values()))) if arrays else 0
    dates, texts, numbers = {}, {}, {}
    for column in columns:
        values = arrays[column.name]
        if column.type == "date":
            dates[column.name] = np.ma.getdata(values).astype("datetime64[D]")
        elif column.type == "number":
            numbers[column.name] = np.ma.filled(np.ma.asarray(values, dtype=np.float64), np.nan)
        else:
            texts[column.name] = np.array(
                ["" if text is None else str(text).strip() for text in np.ma.filled(values, "")]
            )
    return Table(dates, texts, numbers, rows)


def _unreadable(path: Path, message: str) -> DataFault:
    line = re.search(r"[Ll]ine:?\s*(\d+)", message)
    where = f"{path.name}, line {line.group(1)}" if line else path.name
    first = message.strip().splitlines()[0].split(": ", 1)[-1] if message.strip() else "unknown error"
    return DataFault(f"{where}: cannot be read ({first})", remedy="repair the file or save it again", field="source")
