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
_ALIKE: Final = 4.0
"""Within this factor of its usual price a product is priced as usual, offers and all."""
_LEAST: Final = 10.0
"""Nothing is sold for fewer pence."""
_MANY: Final = 0.5
_MOST: Final = 0.4
"""Share of lines in the other unit, above which nobody can say which of the two is meant."""


def settle_prices(lines: Lines, column: str, said: str) -> None:
    """Prices of 0 and less are none. Some in pence among others of their goods are made pounds; where all are, their
    column's name or mapping.toml has said so before. Raises BadInput where whole prices may be either.

    `column`: the file's name of the column; `said`: `pounds` or `pence` of mapping.toml, or empty.
    """
    if count_unpriced(lines):
        lines.sql.execute("update lines set price = null where price <= 0")
    if not lines.has("price"):
        return
    if not said:
        if not in_pence(column):
            _refuse_doubtful(lines, column, mended=False)
        if _mend_mixed(lines, column) and not in_pence(column):
            _refuse_doubtful(lines, column, mended=True)


def count_unpriced(lines: Lines) -> int:
    return lines.count("unpriced", "a price of 0 or less is none", "price <= 0", "changed")


def may_be_in_pence(low: float, high: float, *, all_whole: bool) -> bool:
    """Whether prices of goods, from `low` to `high`, could be of the kind that `settle_prices` has to look into."""
    return high >= _LOW * low or (all_whole and high >= _DEAR)


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
    """Whether some prices were in pence, and are in pounds now: those of products that most lines price by the pound.

    Raises BadInput where it looks so and cannot be known: a category has dear goods beside cheap ones, and a product of
    which as many lines say one as the other has no usual price.
    """
    lines.sql.execute(
        "create or replace temp table usual_prices as with priced as (select category, sku, price, "
        "quantile_disc(price, 0.5) over (partition by category, sku) as usual from lines where price is not null) "
        f"select category, sku, usual, avg(case when price between usual / {_ALIKE} and usual * {_ALIKE} then 1 else 0 "
        f"end) as alike, usual >= {_DEAR} and usual = round(usual) as dear, list(distinct price) as prices from priced "
        "group by category, sku, usual"
    )
    goods = "from usual_prices u where u.category = lines.category and u.sku is not distinct from lines.sku"
    high = f"price between {_LOW} * usual and {_HIGH} * usual and price >= {_LEAST}"
    low = f"dear and usual between {_LOW} * price and {_HIGH} * price"
    known = f"exists (select 1 {goods} and u.sku is not null and alike > 0.5 and {high})"
    seen = "u.sku is null and price = round(price) and list_contains(prices, price / 100)"
    turned = f"{low} and (u.sku is not null or list_contains(prices, round(price * 100)))"
    doubtful = f"exists (select 1 {goods} and (({high} and {seen}) or ({turned})))"
    every, mixed, unsure = lines.rows(
        f"select count(*), count(*) filter ({known}), count(*) filter ({doubtful}) from lines where price is not null"
    )[0]
    # One line alone is a slip of the keyboard: it makes no unit.
    if mixed > _MOST * every or unsure > 1:
        where = doubtful if unsure > 1 else known
        raise BadInput(
            f"{lines.first(where)}: {column or 'price'} is a hundred times another of the same goods, or a hundredth, "
            f"as in {(mixed + unsure) / every:.0%} of rows",
            remedy="pounds and pence may stand in one column: export it in one of them with the product of each row, "
            f'or write price_in = "pounds" under [sales] in {MAPPING}',
            field="source",
        )
    if mixed:
        lines.count("pence", "a hundred times its product's usual price: taken as pence", known, "changed")
        by_price = ", units = units * 100" if lines.units_by_price else ""
        lines.sql.execute(f"update lines set price = price / 100{by_price} where {known}")
    return bool(mixed)
