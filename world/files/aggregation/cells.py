"""Cells by category, store and day as arrays, from the lines of a person's sales."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from world.files.aggregation.expression import CELLS_SQL, LINES, USUAL_SQL, WEIGHED
from world.files.cleaning.grain import span
from world.files.cleaning.lines import Lines
from world.files.cleaning.roles import ONE_REGION

if TYPE_CHECKING:
    import duckdb

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

FOUND: Final = "found_cells"
_PLACED: Final = f"""
create or replace temp view {LINES} as
select l.date, s.place as store, c.place as category, coalesce(l.sku, '') as sku, 0 as word, 0::bigint as bit,
    l.units, l.price, l.promotion, l.in_stock
from lines l
join stores_by_place s on s.name = l.store
join categories_by_place c on c.name = l.category
"""


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """All that is counted of a folder. Arrays have one entry a cell; several of one place and day add up."""

    rows: int
    """Lines."""
    start: date
    last: date
    stores: tuple[str, ...]
    region_of_store: tuple[str, ...]
    categories: tuple[str, ...]
    category: Integers
    store: Integers
    day: Integers
    """From `start`."""
    units: Floats
    """NaN where a line of the cell was not counted."""
    sums: dict[str, Floats]
    """`priced`, `promoted`, `stocked`, and `price_weight`, `promotion_weight`, `stock_weight` they are sums of."""

    def inside(self, days: int) -> "Cells":
        """Those of the first `days` days."""
        kept = self.day < days
        return Cells(
            self.rows,
            self.start,
            self.last,
            self.stores,
            self.region_of_store,
            self.categories,
            self.category[kept],
            self.store[kept],
            self.day[kept],
            self.units[kept],
            {name: values[kept] for name, values in self.sums.items()},
        )


def cells_of(lines: Lines) -> Cells:
    """The cells of lines that are cleaned."""
    stores, regions = homes_of(lines)
    categories = categories_of(lines)
    number(lines.sql, "stores_by_place", stores)
    number(lines.sql, "categories_by_place", categories)
    lines.sql.execute(_PLACED)
    lines.sql.execute(
        f"create or replace temp view {WEIGHED} as select * from {LINES} "
        f"join ({USUAL_SQL.read_text(encoding='utf-8')}) using (store, category, sku)"
    )
    start, last = span(lines)
    rows = int(lines.value("select count(*) from lines"))
    return _cells(lines.sql, CELLS_SQL.read_text(encoding="utf-8"), rows, (start, last), stores, regions, categories)


def cells_found(lines: Lines, rows: int) -> Cells:
    """Those in the table `found_cells`, whose lines are `lines` in groups."""
    start, last = lines.rows(f"select min(date), max(date) from {FOUND}")[0]
    stores, regions = homes_of(lines)
    return _cells(lines.sql, f"from {FOUND}", rows, (start, last), stores, regions, categories_of(lines))


def homes_of(lines: Lines) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Stores in the order of their names, and the region of each."""
    homes = lines.rows("select store, coalesce(max(region), '') from lines group by store order by store")
    return tuple(store for store, _ in homes), tuple(region or ONE_REGION for _, region in homes)


def categories_of(lines: Lines) -> tuple[str, ...]:
    return tuple(row[0] for row in lines.rows("select distinct category from lines order by category"))


def number(sql: "duckdb.DuckDBPyConnection", table: str, names: tuple[str, ...]) -> None:
    """A table of names with their places."""
    sql.execute(f"create or replace temp table {table} (name varchar, place integer)")
    sql.execute(f"insert into {table} select unnest(?::varchar[]), unnest(range({len(names)}))", [list(names)])


def _cells(
    sql: "duckdb.DuckDBPyConnection",
    query: str,
    rows: int,
    days: tuple[date, date],
    stores: tuple[str, ...],
    region_of_store: tuple[str, ...],
    categories: tuple[str, ...],
) -> Cells:
    found = sql.execute(query).fetchnumpy()
    start, last = days
    units = _filled(found["units"])
    units[found["counted"] < found["rows"]] = np.nan
    # Numbers of stores and categories are those of their names in order, as the tuples have them.
    return Cells(
        rows=rows,
        start=start,
        last=last,
        stores=stores,
        region_of_store=region_of_store,
        categories=categories,
        category=np.asarray(found["category"], dtype=np.int64),
        store=np.asarray(found["store"], dtype=np.int64),
        day=(np.asarray(found["date"]).astype("datetime64[D]") - np.datetime64(start)).astype(np.int64),
        units=units,
        sums={
            name: _filled(found[name])
            for name in ("priced", "price_weight", "promoted", "promotion_weight", "stocked", "stock_weight")
        },
    )


def _filled(values: NDArray[np.float64]) -> Floats:
    return np.ma.filled(np.ma.asarray(values, dtype=np.float64), np.nan)
