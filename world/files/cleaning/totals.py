"""Rows that add up others: by their names, or because they do."""

from typing import Final

from world.files.cleaning.lines import Lines, among
from world.files.values.names import folded, is_total

_NAMED: Final = ("store", "category", "region", "sku")
_FEWEST_PARTS: Final = 3
_AGREES: Final = 0.95


def leave_out_totals(lines: Lines) -> None:
    """Takes away lines whose store, category, region or product is called a total, and lines at the foot of an export
    that have `Total` for a day. A name is a total only beside others that it could add up."""
    known = {
        field: [row[0] for row in lines.rows(f"select distinct {field} from lines where {field} is not null")]
        for field in _NAMED
    }
    every = frozenset(folded(name) for names in known.values() for name in names)
    for field, names in known.items():
        own = frozenset(folded(name) for name in names)
        totals = [name for name in names if is_total(name, every if len(own) > 1 else own)]
        if totals and len(totals) < len(names):
            lines.leave_out(
                "total", f"{field} is called {totals[0]!r}: a total of others", f"{field} in {among(totals)}"
            )
    lines.leave_out("total", "a total where the day should stand", "date is null and date_at is not null")


def leave_out_sums(lines: Lines) -> None:
    """Takes away a store, or a category, that sells what all the others together do, day by day: a total unnamed."""
    for field, other in (("store", "category"), ("category", "store")):
        names = [row[0] for row in lines.rows(f"select distinct {field} from lines")]
        if len(names) <= _FEWEST_PARTS:
            continue
        found = lines.rows(
            f"with cells as (select {field} as name, {other} as other, date, sum(units) as units "
            "from lines group by all), "
            "whole as (select other, date, sum(units) as units from cells group by all) "
            "select name from cells join whole using (other, date) where whole.units > 0 group by name "
            "having count(*) >= 28 and "
            f"avg(case when abs(2 * cells.units / whole.units - 1) <= 0.001 then 1 else 0 end) >= {_AGREES}"
        )
        for (name,) in found:
            lines.leave_out(
                "total",
                f"{field} {name!r} sells what the other {len(names) - 1} do together: a total",
                f"{field} in {among([name])}",
            )
