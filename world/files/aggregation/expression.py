"""What a day of a category in a store is, as one Ibis expression over the lines of sales.

Any engine that Ibis speaks to runs it, and the tests do on DuckDB and Spark. Here its SQL for DuckDB is run, which is
kept beside it (`python -m world.files.aggregation.expression` writes it anew): reading a folder loads no compiler.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import ibis.expr.types as ir

LINES: Final = "placed_lines"
"""The table of lines: date, store and category (their places), sku (what tells goods apart), word and bit (which of
the 63 bits of which word stands for the goods among their category's in the store), units, price, promotion,
in_stock."""
WEIGHED: Final = "weighed_lines"
"""The same with `weight`."""
_SHAPE: Final = {
    "date": "date",
    "store": "int32",
    "category": "int32",
    "sku": "string",
    "word": "int32",
    "bit": "int64",
    "units": "float64",
    "price": "float64",
    "promotion": "float64",
    "in_stock": "float64",
}
_LEAST: Final = 1e-6
"""Units, so that what sells nothing still has some weight."""
_FOLDER: Final = Path(__file__).parent
USUAL_SQL: Final = _FOLDER / "usual.sql"
CELLS_SQL: Final = _FOLDER / "cells.sql"


def lines_table() -> "ir.Table":
    import ibis

    return ibis.table(_SHAPE, name=LINES)


def weighed_table() -> "ir.Table":
    import ibis

    return ibis.table({**_SHAPE, "weight": "float64"}, name=WEIGHED)


def usual(lines: "ir.Table") -> "ir.Table":
    """What a store usually sells of goods on a day: `weight` by store, category and sku. Days on which the shelf was
    empty do not make them fewer."""
    import ibis

    on_shelf = lines.in_stock.fill_null(1.0) > 0
    several = ibis.greatest(
        lines.units.mean(where=on_shelf).fill_null(0.0), lines.units.mean().fill_null(0.0), ibis.literal(0.0)
    )
    return lines.group_by("store", "category", "sku").agg(weight=several + _LEAST)


def weighed(lines: "ir.Table") -> "ir.Table":
    return lines.join(usual(lines), ["store", "category", "sku"])


def cells(lines: "ir.Table") -> "ir.Table":
    """One row a category, store, day and word: how many lines, of which goods (`seen`, a bit each), units, how many
    lines counted any, and sums of price, promotion and shelves with the weights they are sums of.

    A price is weighed by what was sold at it. Promotion and shelves are weighed by what the shop usually sells of the
    goods: an empty shelf sells nothing, and would have no weight of its own. `lines` are weighed.
    """
    sold = lines.units.fill_null(0.0) + _LEAST
    return lines.group_by("category", "store", "date", "word").agg(
        rows=lines.count(),
        seen=_bits()(lines.bit),
        counted=lines.units.count(),
        units=lines.units.sum(),
        priced=(lines.price * sold).sum(),
        price_weight=sold.sum(where=lines.price.notnull()),
        promoted=(lines.promotion * lines.weight).sum(),
        promotion_weight=lines.weight.sum(where=lines.promotion.notnull()),
        stocked=(lines.in_stock * lines.weight).sum(),
        stock_weight=lines.weight.sum(where=lines.in_stock.notnull()),
    )


def _bits() -> "Callable[[ir.Value], ir.Value]":
    """All bits that are set in any row: what Ibis calls so, not every engine's compiler knows, and their SQL does."""
    import ibis

    @ibis.udf.agg.builtin(name="bit_or", signature=(("int64",), "int64"))
    def bit_or(bits):  # type: ignore[no-untyped-def]
        raise NotImplementedError

    found: Callable[[ir.Value], ir.Value] = bit_or
    return found


def compiled() -> dict[Path, str]:
    """The SQL for DuckDB of `usual` and of `cells`, by the file it is kept in."""
    import ibis

    made = {USUAL_SQL: usual(lines_table()), CELLS_SQL: cells(weighed_table())}
    return {path: f"{ibis.to_sql(expression, dialect='duckdb')}\n" for path, expression in made.items()}


if __name__ == "__main__":
    for path, text in compiled().items():
        path.write_text(text, encoding="utf-8")
