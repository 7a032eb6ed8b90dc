"""The Complete Journey as a panel, shelves and stores, each made once from the tables."""

import csv
from collections import OrderedDict
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from domain.catalogue import Product, Store
from domain.errors import BadInput
from domain.money import pounds
from domain.once import once
from domain.panel import Panel, SeriesKey
from world.categories import place_of
from world.complete_journey.day import most_fallen
from world.complete_journey.tables import FIRST_DAY, LAST_DAY, JourneyTables, load_tables

REGION: Final = "all stores"
"""The data have no geography, so no weather can ever be joined to them."""
MARGIN_RATE: Final = 0.28
"""An assumption, said in the provenance: the data have prices and no costs."""


class JourneyData:
    """The tables and what is derived from them, each made once."""

    def __init__(self, cache: Path, scale: float) -> None:
        if scale <= 0:
            raise BadInput(f"A panel household cannot stand for {scale} households", remedy="give 1 or more")
        self.scale = scale
        self._cache = cache
        self._tables: JourneyTables | None = None
        self._shelves: dict[str, tuple[Product, ...]] | None = None
        self._deviant: date | None = None
        self._panels: OrderedDict[date, Panel] = OrderedDict()

    @property
    def tables(self) -> JourneyTables:
        """Raises DataFault when the data are missing or unreadable."""
        if self._tables is None:
            self._tables = load_tables(self._cache)
        return self._tables

    @property
    def stores(self) -> tuple[Store, ...]:
        return tuple(Store(store_id=store, name=f"Store {store[1:]}", region=REGION) for store in self.tables.stores)

    @property
    def shelves(self) -> dict[str, tuple[Product, ...]]:
        if self._shelves is None:
            self._shelves = {category: tuple(_products(self.tables, category)) for category in self.tables.categories}
        return self._shelves

    @property
    def sensing_day(self) -> date:
        if self._deviant is None:
            self._deviant = FIRST_DAY + timedelta(days=most_fallen(self.tables, self._unrestricted()))
        return self._deviant

    def _unrestricted(self) -> NDArray[np.bool_]:
        """Categories that may be advertised everywhere, [C]."""
        return np.array([_flags()[category] == (None, False) for category in self.tables.categories])

    def place(self, category: str) -> int:
        return place_of(category, self.tables.categories, "the Complete Journey")

    def day(self, day: date) -> int:
        if not FIRST_DAY <= day <= LAST_DAY:
            raise BadInput(
                f"The Complete Journey has no day {day}",
                remedy=f"choose a day from {FIRST_DAY} to {LAST_DAY}",
                field="today",
            )
        return (day - FIRST_DAY).days

    def panel(self, today: date) -> Panel:
        days = self.day(today) + 1
        if today not in self._panels:
            self._panels[today] = _panel(self.tables, days, self.scale)
            if len(self._panels) > 16:
                self._panels.popitem(last=False)
        return self._panels[today]


def _panel(tables: JourneyTables, days: int, scale: float) -> Panel:
    units = tables.units[:, :, :days].sum(axis=1) * scale
    # A day on which no till rang was a day off, not a day without demand.
    units[:, units.sum(axis=0) == 0] = np.nan
    unknown = np.full(units.shape, np.nan, dtype=np.float32)
    return Panel(
        start=FIRST_DAY,
        series=tuple(SeriesKey(category, REGION) for category in tables.categories),
        units=units.astype(np.float32),
        price=tables.price[:, :days].astype(np.float32),
        promotion=tables.promotion[:, :days].astype(np.float32),
        in_stock=unknown,
        search=unknown,
        country="US",
    )


def _products(tables: JourneyTables, category: str) -> list[Product]:
    listed, alcohol = _flags()[category]
    kinds = [product for product in tables.shelf if product.category == category]
    code = f"CJ{tables.categories.index(category) + 1:02d}"
    return [
        Product(
            sku=f"{code}-{number:02d}",
            name=kind.name,
            category=category,
            price=pounds(max(kind.price, 0.01)),
            margin_rate=MARGIN_RATE,
            contains_alcohol=alcohol,
            less_healthy_category=listed,
        )
        for number, kind in enumerate(kinds, start=1)
    ]


@once
def _flags() -> dict[str, tuple[str | None, bool]]:
    """For each category, the listed category of the less healthy food rules, and whether it is alcohol."""
    with files("world.complete_journey").joinpath("categories.csv").open(encoding="utf-8") as table:
        return {
            row["category"]: (row["less_healthy_category"] or None, row["alcohol"] == "1")
            for row in csv.DictReader(table)
        }
