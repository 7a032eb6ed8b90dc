"""Lines that are no sale: blank ones, cancelled invoices, returns, goods of no category, days of a shut shop."""

from typing import Final

from domain.errors import DataFault
from world.files.cleaning.lines import Lines

_FEW: Final = 0.01
"""Share of lines without a store or a category up to which they are slips; beyond, the file is not understood."""


def leave_out_no_sales(lines: Lines) -> None:
    """Raises DataFault, with the first line, where more than one line in a hundred has no day, store or category."""
    lines.leave_out(
        "blank", "an empty row", "date is null and units is null and store is null and category is null and sku is null"
    )
    if lines.has("basket"):
        lines.leave_out("cancelled", "a cancelled invoice: it begins with C", "regexp_matches(basket, '^[Cc]\\d+$')")
    for field in ("date", "store"):
        _refuse_many_empty(lines, field)
        lines.leave_out("empty", f"{field} is empty", f"{field} is null")
    if lines.has("sku"):
        lines.leave_out(
            "unplaced", "its product has no category in the products", "category is null and sku is not null"
        )
    _refuse_many_empty(lines, "category")
    lines.leave_out("empty", "category is empty", "category is null")


def leave_out_returns(lines: Lines) -> None:
    lines.leave_out("returned", "fewer than no units: a return, which is no less demand", "units < 0")


def leave_out_closed_days(lines: Lines) -> None:
    """A shut shop's day is no demand, neither less nor none: its lines go, so that the day counts as not reported."""
    lines.leave_out("closed", "the shop was shut", "open = 0 and coalesce(units, 0) = 0", fate="unknown")
    count_uncounted(lines)


def count_uncounted(lines: Lines) -> None:
    lines.count("uncounted", "units are empty: not counted, which is not none", "units is null", "unknown")


def settle_regions(lines: Lines) -> None:
    """A store that is in two regions is in that of its newest day, with all its history."""
    lines.sql.execute(
        "create or replace temp table homes as "
        "select store, arg_max(region, (date, n, region)) as region, count(*) as regions "
        "from (select store, region, max(date) as date, count(*) as n from lines "
        "where region is not null group by all) group by store"
    )
    for store, region in lines.rows("select store, region from homes where regions > 1 order by store"):
        quoted = store.replace("'", "''")
        lines.count(
            "moved",
            f"store {store!r} is in {region!r} on its newest day, and so are its earlier ones",
            f"store = '{quoted}' and region <> (select region from homes where store = '{quoted}')",
            "changed",
        )
    lines.sql.execute("update lines set region = homes.region from homes where homes.store = lines.store")


def _refuse_many_empty(lines: Lines, field: str) -> None:
    every, empty = lines.rows(f"select count(*), count(*) filter ({field} is null) from lines")[0]
    if empty > _FEW * every:
        raise DataFault(
            f"{lines.first(f'{field} is null')}: {field} is empty, as in {empty:,} of {every:,} rows",
            remedy=f"fill the column, or map another to {field}",
            field="source",
        )
