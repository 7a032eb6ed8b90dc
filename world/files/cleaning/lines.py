"""The lines of a person's sales in one shape, on which everything that cleans them works."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from world.files.cleaning.tally import Entry, Example, Fate, Tally
from world.files.columns.typed import Typed

if TYPE_CHECKING:
    import duckdb

_EXAMPLES: Final = 3


class Lines:
    """A table `lines` in DuckDB: file, row, date, date_at, store, category, sku, region, units, price, promotion,
    in_stock, open, basket, till, updated, rest. What is unknown is null; `units` of null were not counted."""

    def __init__(self, sql: "duckdb.DuckDBPyConnection", typed: Typed, tally: Tally) -> None:
        self.sql = sql
        self.typed = typed
        self.tally = tally
        self.single_rows = "lines"
        """The table that rows are counted and shown in."""
        self.elsewhere: dict[date, int] = {}
        """Lines by day that are known to be without a doubt, and are not in the table."""
        self.units_by_price = False
        """Whether units are money by price, so that a price that is mended mends them as well."""

    def has(self, field: str) -> bool:
        """Whether any line says it."""
        return bool(self.value(f'select count("{field}") from lines'))

    def value(self, query: str) -> Any:
        """The one value a query answers with."""
        return self.rows(query)[0][0]

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = self.sql.execute(query).fetchall()
        return found

    def leave_out(self, kind: str, said: str, where: str, fate: Fate = "left out") -> int:
        """Takes away the lines of which `where` (SQL) is true, and counts them."""
        count = self.count(kind, said, where, fate)
        if count:
            self.delete(where)
        return count

    def delete(self, where: str) -> None:
        """Takes away lines that are counted already."""
        self.sql.execute(f"delete from lines where {where}")

    def count(self, kind: str, said: str, where: str, fate: Fate) -> int:
        """Counts the lines of which `where` is true, and what they say of units, before they are changed."""
        rows, units = self.rows(f"select count(*), coalesce(sum(units), 0) from {self.single_rows} where {where}")[0]
        if rows:
            self.tally.entries.append(Entry(kind, fate, said, int(rows), float(units), self.examples(where)))
        return int(rows)

    def examples(self, where: str) -> tuple[Example, ...]:
        found = self.rows(
            f"select file, row, date, store, category, units from {self.single_rows} where {where} "
            f"order by file, row limit {_EXAMPLES}"
        )
        return tuple(
            Example(self.typed.where(file, row), " ".join(_told(cell) for cell in cells)) for file, row, *cells in found
        )

    def first(self, where: str) -> str:
        """File and line of the first line of which `where` is true."""
        file, row = self.rows(f"select file, row from lines where {where} order by file, row limit 1")[0]
        return self.typed.where(file, row)


def _told(cell: object) -> str:
    if cell is None:
        return "?"
    return f"{cell:,.10g}" if isinstance(cell, float) else str(cell)


def among(names: Sequence[str]) -> str:
    """The names as a list of SQL."""
    return "(" + ", ".join("'{}'".format(name.replace("'", "''")) for name in names) + ")"
