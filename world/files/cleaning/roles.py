"""What each line counts, of what, and where: settled from whichever columns there are, and said."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from domain.errors import BadInput, DataFault
from world.files.cleaning.lines import Lines
from world.files.cleaning.tally import Tally
from world.files.columns.fields import SALES, Field
from world.files.columns.guessing import missing_column
from world.files.columns.mapping import TableMapping
from world.files.columns.small import Table
from world.files.columns.typed import Typed
from world.files.reading.finding import MAPPING
from world.files.reading.tables import Reading
from world.files.values.numbers import is_number

ONE_REGION: Final = "all stores"
ONE_STORE: Final = "one store"
ONE_CATEGORY: Final = "all goods"
_FEW_PRODUCTS: Final = 100
"""So many products may each be a category of its own."""
_MONEY_SIGNS: Final = "[£$€]"


@dataclass(frozen=True, slots=True)
class ListedPrices:
    """What the table `prices` in DuckDB says its prices by, beside the product; of weeks, `calendar` has the days."""

    store: bool
    week: bool


@dataclass(frozen=True, slots=True)
class Beside:
    """What the tables beside the sales say."""

    products: Table | None = None
    stores: Table | None = None
    prices: ListedPrices | None = None


def lines_of(reading: Reading, typed: Typed, mapping: TableMapping, beside: Beside, tally: Tally) -> Lines:
    """The lines of sales in one shape. Raises BadInput where nothing says what was sold, how much, or where, and
    DataFault for a store in two regions of the table of stores."""
    sql = reading.sql
    claimed = set(typed.fields)
    store, region = _places(typed, claimed, mapping, beside, tally)
    units, price = _counted(reading, typed, claimed, mapping, beside, tally)
    category, joins = _goods(reading, typed, claimed, mapping, beside, tally)
    if beside.stores is not None and "region" in beside.stores.texts:
        _settle_twins(beside.stores, tally)
        _keep(reading, "store_regions", "store", beside.stores.texts["store"], "region", beside.stores.texts["region"])
        joins += f" left join store_regions on store_regions.store = {store}"
        region = f"coalesce({region}, store_regions.region)"
    if beside.prices is not None and "sku" in claimed:
        _list_prices(reading, beside.prices)
        joins += _priced(beside.prices, store)
        price = f"coalesce({price}, listed.price)"
    kept = {
        name: f's."{name}"' if name in claimed else "null"
        for name in ("sku", "promotion", "in_stock", "open", "basket", "till", "updated")
    }
    casts = {"sku": "varchar", "basket": "varchar", "till": "varchar", "updated": "varchar"}
    others = ", ".join(f"cast({value} as {casts.get(name, 'double')}) as {name}" for name, value in kept.items())
    sql.execute(
        f"create table lines as select s.file, s.row, s.date, s.date_at, cast({store} as varchar) as store, "
        f"cast({category} as varchar) as category, cast({region} as varchar) as region, "
        f"cast({units} as double) as units, cast({price} as double) as price, {others}, s.rest from sales s {joins}"
    )
    sql.execute("drop table sales")
    lines = Lines(sql, typed, tally)
    lines.units_by_price = units.startswith("s.money /") or units.startswith("s.sales /")
    _settle_shares(lines, typed)
    return lines


def price_column(typed: Typed) -> str:
    return next(
        (source.columns.claims["price"].column for source in typed.sources if "price" in source.columns.claims), ""
    )


def _places(typed: Typed, claimed: set[str], mapping: TableMapping, beside: Beside, tally: Tally) -> tuple[str, str]:
    region = _fixed(mapping, "region") or ("s.region" if "region" in claimed else "null")
    if "store" in claimed or "store" in mapping.fixed:
        return _fixed(mapping, "store") or "s.store", region
    if "region" in claimed:
        tally.notes.append("no column of stores: each region counts as one store")
        return "s.region", region
    _refuse_if_another_may_be(typed, "store")
    tally.notes.append("no column of stores: all sales are of one store")
    return f"'{ONE_STORE}'", region


def _counted(
    reading: Reading, typed: Typed, claimed: set[str], mapping: TableMapping, beside: Beside, tally: Tally
) -> tuple[str, str]:
    """Units and price of a line."""
    price = "s.price" if "price" in claimed else "null"
    fixed = mapping.fixed.get("price")
    if fixed is not None:
        price = f"coalesce({price}, {float(fixed)})"
        tally.notes.append(f"a price of £{float(fixed):,.2f} where the sales have none: {MAPPING} says so")
    listed = beside.products is not None and np.isfinite(beside.products.numbers.get("price", np.array([]))).any()
    priced = price != "null" or listed or beside.prices is not None
    units = "s.units" if "units" in claimed else ""
    money = "s.money" if "money" in claimed else ""
    if "sales" in claimed:
        if units and not money:
            money = "s.sales"
        elif not units and (money or priced) and not _has_money_signs(reading, typed):
            units = "s.sales"
            tally.notes.append(
                "sales are units: " + ("money is in the file as well" if money else "they have a price beside them")
            )
        elif not units and not money:
            if not _has_money_signs(reading, typed):
                raise _doubtful(typed)
            money = "s.sales"
    if units:
        return units, f"coalesce({price}, {money} / nullif({units}, 0))" if money else price
    if not money:
        source = typed.sources[0]
        taken = frozenset(claim.place for claim in source.columns.claims.values())
        raise missing_column(source.raw.file, source.raw.header, _field("units"), SALES, taken)
    if price != "null":
        tally.notes.append("units are money by price: no column of units is in the file")
        return f"{money} / nullif({price}, 0)", price
    tally.notes.append("sales are counted in pounds, one unit being £1 of sales: no column of units is in the file")
    return money, "1.0"


def _doubtful(typed: Typed) -> BadInput:
    column = next(s.columns.claims["sales"].column for s in typed.sources if "sales" in s.columns.claims)
    return BadInput(
        f"{column} may be units or pounds, and no price says which",
        remedy=f'under [sales] in {MAPPING} write money = "{column}", or units = "{column}" and a price',
        field="source",
    )


def _has_money_signs(reading: Reading, typed: Typed) -> bool:
    for source in typed.sources:
        claim = source.columns.claims.get("sales")
        if claim and not is_number(source.raw.types[claim.place]):
            query = f"select count(*) from {source.raw.name} where regexp_matches(c{claim.place}, '{_MONEY_SIGNS}')"
            if reading.first(query)[0]:
                return True
    return False


def _goods(
    reading: Reading, typed: Typed, claimed: set[str], mapping: TableMapping, beside: Beside, tally: Tally
) -> tuple[str, str]:
    """The category of a line, and the join it needs."""
    if fixed := _fixed(mapping, "category"):
        tally.notes.append(f"every sale is of the category {mapping.fixed['category']!r}: {MAPPING} says so")
        return fixed, ""
    if "sku" in claimed and beside.products is not None:
        _keep(reading, "placed", "sku", beside.products.texts["sku"], "category", beside.products.texts["category"])
        own = "s.category, " if "category" in claimed else ""
        tally.notes.append("categories are those of the products" + (" where the sales have none" if own else ""))
        return f"coalesce({own}placed.category)", " left join placed on placed.sku = s.sku"
    if "category" in claimed:
        return "s.category", ""
    if "sku" in claimed:
        products = reading.first("select count(distinct sku) from sales")[0]
        if products <= _FEW_PRODUCTS:
            tally.notes.append(
                f"each of {products} products is a category: no column and no table of products says more"
            )
            return "s.sku", ""
        raise BadInput(
            f"{typed.sources[0].raw.file} has {products:,} products and no category",
            remedy="put products.csv with sku and category beside it, "
            f'or write category = "{ONE_CATEGORY}" under [sales.fixed] in {MAPPING}',
            field="source",
        )
    _refuse_if_another_may_be(typed, "category")
    tally.notes.append(f"no column of categories: all sales are of one, called {ONE_CATEGORY!r}")
    return f"'{ONE_CATEGORY}'", ""


def _refuse_if_another_may_be(typed: Typed, name: str) -> None:
    """Raises BadInput where a column of text is left that may be the field: one store or one category is said of a file
    only where nothing in it says more."""
    for source in typed.sources:
        if source.words:
            taken = frozenset(range(len(source.raw.header))) - set(source.words)
            raise missing_column(source.raw.file, source.raw.header, _field(name), SALES, taken)


def _priced(listed: ListedPrices, store: str) -> str:
    """The join that gives a line its listed price."""
    weeks, by_week = "", ""
    if listed.week:
        weeks = " left join (select distinct date, week from calendar) weeks on weeks.date = s.date"
        by_week = " and listed.week = weeks.week"
    by_store = f" and listed.store = {store}" if listed.store else ""
    return f"{weeks} left join listed on listed.sku = s.sku{by_week}{by_store}"


def _list_prices(reading: Reading, by: ListedPrices) -> None:
    """One price for each product, store and week, as far as the table tells them apart."""
    keys = ", ".join(["sku", *(["store"] if by.store else []), *(["week"] if by.week else [])])
    reading.sql.execute(
        f"create or replace temp table listed as select {keys}, avg(price) as price from prices group by all"
    )


def _settle_shares(lines: Lines, typed: Typed) -> None:
    for name in ("promotion", "in_stock"):
        most = lines.value(f"select max({name}) from lines")
        if most is None or most <= 1:
            continue
        column = next(s.columns.claims[name].column.lower() for s in typed.sources if name in s.columns.claims)
        if most <= 100 and any(word in column for word in ("%", "pct", "percent")):
            lines.sql.execute(f"update lines set {name} = {name} / 100")
            said = "per cent, as its name says"
        elif name == "in_stock":
            lines.sql.execute(
                "update lines set in_stock = case when in_stock > 0 then 1 else 0 end where in_stock is not null"
            )
            said = f"a count up to {most:,.0f}: whatever has some on the shelf is in stock"
        else:
            lines.sql.execute(
                "create or replace temp table promoted as select category, max(promotion) as most from lines group by 1"
            )
            lines.sql.execute(
                "update lines set promotion = promotion / nullif(p.most, 0) from promoted p "
                "where p.category = lines.category"
            )
            said = f"a count up to {most:,.0f}: taken as its share of the most its category ever had"
        lines.tally.notes.append(f"{name} is {said}")


def _settle_twins(stores: Table, tally: Tally) -> None:
    """Says which store stands twice in the table of stores. Raises DataFault where it stands in two regions."""
    first: dict[str, int] = {}
    again: list[str] = []
    for row, (store, region) in enumerate(zip(stores.texts["store"], stores.texts["region"], strict=True)):
        before = first.setdefault(str(store), row)
        if before == row:
            continue
        home = str(stores.texts["region"][before])
        if region and home and region != home:
            raise DataFault(
                f"{stores.places[row]}: the store {store!s} is in {region!s}, and in {home} by {stores.places[before]}",
                remedy="keep the line that is true, or give the two stores names of their own",
                field="source",
            )
        if region and not home:
            first[str(store)] = row
        again.append(f"{stores.places[row]} has the store {store!s} again")
    if again:
        more = f", and {len(again) - 1:,} more do" if len(again) > 1 else ""
        tally.notes.append(f"{again[0]}{more}: one counts")


def _keep(reading: Reading, table: str, key: str, keys: NDArray[np.str_], value: str, values: NDArray[np.str_]) -> None:
    known = {str(k): str(v) for k, v in zip(keys, values, strict=True) if v}
    reading.sql.execute(f"create or replace table {table} ({key} varchar, {value} varchar)")
    if known:
        reading.sql.execute(f"insert into {table} select unnest(?), unnest(?)", [list(known), list(known.values())])


def _fixed(mapping: TableMapping, name: str) -> str:
    said = mapping.fixed.get(name)
    return "'{}'".format(said.replace("'", "''")) if said is not None else ""


def _field(name: str) -> Field:
    return next(one for one in SALES.fields if one.name == name)
