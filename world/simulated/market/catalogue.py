"""What the simulated grocer sells and where: 200 own-label products in 20 categories, 40 stores in 8 regions."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from importlib.resources import files

import numpy as np

from domain.catalogue import Nutrition, Product, ProductEvidence, Store
from domain.errors import NotFound, near_miss
from domain.money import pounds
from domain.once import once

DAILY_SALES = 700.0
"""Pounds a day a category sells in a store, taken over all stores and categories."""
POPULARITY_DECAY = 0.85
"""Each product of a category sells this share of the one listed before it."""
_SLOPES = (
    "daily_units",
    "season",
    "peak_day",
    "temperature",
    "hot",
    "cold",
    "rain",
    "elasticity",
    "promotion",
    "weekend",
    "search",
)


@dataclass(frozen=True, slots=True)
class Category:
    """A category and how its shoppers behave. Slopes are changes in log demand.

    `daily_units`: units a day in a store of size 1. `season`: half the yearly swing, highest on day `peak_day` of the
    year. `temperature`: per degree from 11 C; `hot` and `cold`: further, per degree above 22 C and below 0 C. `rain`:
    per millimetre. `elasticity`: of price. `promotion`: with everything on promotion, beyond the lower price.
    `weekend`: extra at the weekend beyond the store's own rhythm. `search`: per unit of log search interest.
    """

    name: str
    code: str
    products: tuple[Product, ...]
    daily_units: float
    season: float
    peak_day: float
    temperature: float
    hot: float
    cold: float
    rain: float
    elasticity: float
    promotion: float
    weekend: float
    search: float

    @property
    def popularity(self) -> tuple[float, ...]:
        """Each product's share of the category's units, best seller first."""
        weights = POPULARITY_DECAY ** np.arange(len(self.products))
        return tuple(float(share) for share in weights / weights.sum())

    @property
    def average_price(self) -> float:
        """Pounds per unit at list price, weighted by popularity."""
        return sum(float(p.price) * share for p, share in zip(self.products, self.popularity, strict=True))

    @property
    def margin_rate(self) -> float:
        """Gross margin as a share of the category's sales at list price."""
        sales = [float(p.price) * share for p, share in zip(self.products, self.popularity, strict=True)]
        return sum(p.margin_rate * value for p, value in zip(self.products, sales, strict=True)) / sum(sales)


@once
def categories() -> tuple[Category, ...]:
    """The 20 categories in the order every array of the simulated world has them."""
    rows = list(_rows("products.csv"))
    return tuple(
        _category(row, [r for r in rows if r["category"] == row["category"]]) for row in _rows("categories.csv")
    )


@once
def stores() -> tuple[Store, ...]:
    """The 40 stores, region by region."""
    return tuple(
        Store.model_validate({"store_id": f"S{number:03d}", **row})
        for number, row in enumerate(_rows("stores.csv"), start=1)
    )


@once
def regions() -> tuple[str, ...]:
    """The 8 regions in the order of the stores."""
    return tuple(dict.fromkeys(store.region for store in stores()))


@once
def region_of_store() -> tuple[int, ...]:
    """The index of each store's region."""
    return tuple(regions().index(store.region) for store in stores())


def category_index(name: str) -> int:
    """Raises NotFound with the near miss."""
    names = [category.name for category in categories()]
    if name not in names:
        raise NotFound(
            f"There is no category {name!r} in the simulated catalogue", remedy=near_miss(name, names), field="category"
        )
    return names.index(name)


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = files("world.simulated.market").joinpath(name).read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines())


def _category(row: dict[str, str], products: Sequence[dict[str, str]]) -> Category:
    slopes = {name: float(row[name]) for name in _SLOPES}
    shelf = tuple(_product(product, row, number) for number, product in enumerate(products, start=1))
    return Category(name=row["category"], code=row["code"], products=shelf, **slopes)


def _product(row: dict[str, str], category: dict[str, str], number: int) -> Product:
    facts = {name: float(row[name]) for name in Nutrition.model_fields if row.get(name)}
    return Product(
        sku=f"{category['code']}-{number:02d}",
        name=row["name"],
        category=row["category"],
        price=pounds(Decimal(row["price"])),
        margin_rate=float(row["margin_rate"]),
        nutrition=Nutrition.model_validate({**facts, "is_drink": category["drink"] == "1"}) if facts else None,
        contains_alcohol=category["alcohol"] == "1",
        abv_percent=float(row["abv_percent"]) if row["abv_percent"] else None,
        less_healthy_category=category["less_healthy_category"] or None,
        evidence=ProductEvidence(provenance=tuple(row["provenance"].split(";")) if row["provenance"] else ()),
    )
