"""The tables beside the sales, small enough to hold as arrays."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from domain.errors import DataFault
from world.files.columns.fields import Field, TableSpec
from world.files.columns.mapping import TableMapping
from world.files.columns.typed import Spellings, Typed, Typing, source_of
from world.files.reading.tables import RawTable, Reading


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Columns by name, each [rows]: dates as datetime64[D], text as str with '' for missing, numbers with NaN."""

    dates: dict[str, NDArray[np.datetime64]]
    texts: dict[str, NDArray[np.str_]]
    numbers: dict[str, NDArray[np.float64]]
    rows: int
    places: Sequence[str] = field(default=())
    """File and line of each row."""

    def has(self, name: str) -> bool:
        return name in self.dates or name in self.texts or name in self.numbers


def read_small(
    reading: Reading, raws: Sequence[RawTable], spec: TableSpec, mapping: TableMapping, spellings: Spellings
) -> tuple[Typed, Table]:
    """A table of one file or several. Raises as `Typing.table` and `claim_columns` do, and DataFault for an empty cell
    of a required field."""
    sources = [source_of(reading, raw, spec, mapping) for raw in raws]
    typed = Typing(reading, spec, mapping, spellings).table(sources)
    found = reading.sql.execute(f"select * from {spec.name} order by file, row").fetchnumpy()
    places = [typed.where(int(file), int(row)) for file, row in zip(found["file"], found["row"], strict=True)]
    fields = [one for one in spec.fields if one.name in typed.fields]
    table = _as_table(fields, found, places)
    for one in fields:
        if one.required:
            _refuse_empty(one, table)
    return typed, table


def _as_table(fields: Sequence[Field], arrays: dict[str, NDArray[np.generic]], places: Sequence[str]) -> Table:
    dates, texts, numbers = {}, {}, {}
    for one in fields:
        values = arrays[one.name]
        if one.type == "date":
            dates[one.name] = np.ma.filled(np.ma.asarray(values).astype("datetime64[D]"), np.datetime64("NaT"))
        elif one.type in ("number", "share"):
            numbers[one.name] = np.ma.filled(np.ma.asarray(values, dtype=np.float64), np.nan)
        else:
            filled = np.ma.filled(values, "")
            texts[one.name] = np.array(["" if text is None else str(text).strip() for text in filled], dtype=np.str_)
    return Table(dates, texts, numbers, len(places), places)


def _refuse_empty(one: Field, table: Table) -> None:
    if one.name in table.dates:
        empty = np.isnat(table.dates[one.name])
    elif one.name in table.numbers:
        empty = np.isnan(table.numbers[one.name])
    else:
        empty = table.texts[one.name] == ""
    if empty.any():
        raise DataFault(
            f"{table.places[int(np.argmax(empty))]}: {one.name} is empty", remedy=f"give its {one.name}", field="source"
        )
