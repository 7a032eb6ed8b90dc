"""Rows that add up others: by their names, or because they do."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from world.files.cleaning.lines import Lines, among
from world.files.values.names import folded, is_total

_NAMED: Final = ("store", "category", "region", "sku")
_FEWEST_PARTS: Final = 3
_AGREES: Final = 0.95


def leave_out_totals(lines: Lines) -> None:
    """Takes away lines whose store, category, region or product is called a total, and lines at the foot of an export
    that have `Total` for a day. A name is a total only beside others that it could add up."""
    names_of = "select distinct {0} from lines where {0} is not null order by 1"
    known = {field: [name for (name,) in lines.rows(names_of.format(field))] for field in _NAMED}
    every = frozenset(folded(name) for names in known.values() for name in names)
    for field, names in known.items():
        own = frozenset(folded(name) for name in names)
        totals = [name for name in names if is_total(name, every if len(own) > 1 else own)]
        if totals and len(totals) < len(names):
            lines.leave_out(
                "total", f"{field} is called {totals[0]!r}: a total of others", f"{field} in {among(totals)}"
            )
    lines.leave_out("total", "a total where the day should stand", "date is null and date_at is not null")


def sums_of_others(lines: Lines, table: str = "lines") -> dict[str, list[Any]]:
    """The stores, and the categories, that sell what all the others together do, day by day: totals unnamed. `table`
    has store, category, date and units."""
    found = {}
    for field, other in (("store", "category"), ("category", "store")):
        if lines.value(f"select count(distinct {field}) from {table}") <= _FEWEST_PARTS:
            continue
        rows = lines.rows(
            f"with cells as (select {field} as name, {other} as other, date, sum(units) as units "
            f"from {table} group by all), "
            "whole as (select other, date, sum(units) as units from cells group by all) "
            "select name from cells join whole using (other, date) where whole.units > 0 group by name "
            "having count(*) >= 28 and "
            f"avg(case when abs(2 * cells.units / whole.units - 1) <= 0.001 then 1 else 0 end) >= {_AGREES} "
            "order by name"
        )
        found[field] = [name for (name,) in rows]
    return found


def leave_out_sums(lines: Lines, sums: Mapping[str, Sequence[str]]) -> int:
    """Takes away what `sums_of_others` found. Returns how many lines went."""
    gone = 0
    for field, names in sums.items():
        others = lines.value(f"select count(distinct {field}) from lines") - 1
        for name in names:
            said = f"{field} {name!r} sells what the other {others} do together: a total"
            gone += lines.leave_out("total", said, f"{field} in {among([name])}")
    return gone
