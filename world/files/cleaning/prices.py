"""Prices in pounds: pence found out, nothing taken for a price that is none."""

from typing import Final

from domain.errors import BadInput
from world.files.cleaning.lines import Lines
from world.files.reading.finding import MAPPING
from world.files.values.pence import in_pence

_DEAR: Final = 40.0
"""Pounds, median: above it whole numbers are rather pence."""
_LOW, _HIGH = 40.0, 250.0
"""A price this many times its goods' usual one is in pence: no offer changes a price by such a factor."""
_MANY: Final = 0.5
_MOST: Final = 0.4
"""Share of lines in the other unit, above which nobody can say which of the two is meant."""


def settle_prices(lines: Lines, column: str, said: str) -> None:
    """Prices of 0 and less are none. Some in pence among others of their goods are made pounds; where all are, their
    column's name or mapping.toml has said so before. Raises BadInput where whole prices may be either.

    `column`: the file's name of the column; `said`: `pounds` or `pence` of mapping.toml, or empty.
    """
    if lines.count("unpriced", "a price of 0 or less is none", "price <= 0", "changed"):
        lines.sql.execute("update lines set price = null where price <= 0")
    if not lines.has("price"):
        return
    if not said:
        mended = _mend_mixed(lines, column)
        if not in_pence(column):
            _refuse_doubtful(lines, column, mended=mended)


def _refuse_doubtful(lines: Lines, column: str, *, mended: bool) -> None:
    """Goods that are dear by the pound and never priced to the penny: a few such may be, but not most of a shop's, nor
    beside others that were in pence."""
    every, doubtful, usual = lines.rows(
        "with goods as (select category, count(*) as n, median(price) as usual, "
        "avg(case when price = round(price) then 1 else 0 end) as whole from lines where price is not null group by 1) "
        f"select sum(n), sum(n) filter (usual >= {_DEAR} and whole > 0.99), "
        f"median(usual) filter (usual >= {_DEAR} and whole > 0.99) from goods"
    )[0]
    if doubtful and (mended or doubtful > _MANY * every):
        raise BadInput(
            f"{column} is a whole number around {usual:,.0f}, in pounds or in pence",
            remedy=f'write price_in = "pence" (or "pounds") under [sales] in {MAPPING}',
            field="source",
        )


def _mend_mixed(lines: Lines, column: str) -> bool:
    """Whether some prices were in pence, and are in pounds now."""
    lines.sql.execute(
        "create or replace temp table usual_prices as "
        "select category, sku, quantile_cont(price, 0.05) as usual from lines group by all"
    )
    beside = (
        "exists (select 1 from usual_prices u where u.category = lines.category "
        f"and u.sku is not distinct from lines.sku and lines.price between {_LOW} * u.usual and {_HIGH} * u.usual)"
    )
    share = lines.value(f"select avg(case when {beside} then 1 else 0 end) from lines where price is not null")
    if share > _MOST:
        raise BadInput(
            f"{lines.first(beside)}: {column} is a hundred times another of the same goods, as in {share:.0%} of rows",
            remedy="pounds and pence stand in one column: export it in one of them",
            field="source",
        )
    if share:
        lines.count("pence", "a hundred times its goods' usual price: taken as pence", beside, "changed")
        lines.sql.execute(f"update lines set price = price / 100 where {beside}")
    return bool(share)
