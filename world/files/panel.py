"""From rows to arrays: a person's sales, weather and search by category, store, region and day."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from domain.errors import BadInput
from domain.panel import FloatArray, Panel, SeriesKey
from world.files.tables import Table

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

FORECAST_DAYS = 7
_ONE_REGION = "all stores"


@dataclass(frozen=True, slots=True, eq=False)
class UserSales:
    """Shapes: C categories, N stores, R regions, T days from `start`."""

    rows: int
    start: date
    categories: tuple[str, ...]
    stores: tuple[str, ...]
    region_of_store: tuple[str, ...]
    units: Floats
    """[C, N, T]; a store without any row on a day is missing (NaN), a category without one sold nothing."""
    price: Floats
    """Mean over stores weighted by units, [C, R, T] flattened to [C * R, T] in `panel`; NaN where unknown."""
    promotion: Floats
    in_stock: Floats
    search: Floats
    weather: dict[str, Floats]
    """By region, [R, T + H]: the H days after the last with sales are the forecast."""

    @property
    def regions(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.region_of_store))

    @property
    def last_day(self) -> date:
        return self.start + timedelta(days=self.units.shape[2] - 1)

    def day(self, day: date) -> int:
        """Raises BadInput for a day before the data."""
        if day < self.start:
            raise BadInput(f"Your files have no day {day}", remedy=f"they begin on {self.start}", field="today")
        return (day - self.start).days

    def panel(self, today: date) -> Panel:
        days = self.day(today) + 1
        if today > self.last_day:
            raise BadInput(f"Your files have no day {today}", remedy=f"they end on {self.last_day}", field="today")
        regions = self.regions
        categories = len(self.categories)

        def flat(values: Floats) -> FloatArray:
            return values[:, :, :days].reshape(-1, days).astype(np.float32)

        forecast = {}
        if today == self.last_day:
            forecast = {name: np.tile(values[:, days:], (categories, 1)) for name, values in self.weather.items()}
        return Panel(
            start=self.start,
            series=tuple(SeriesKey(category, region) for category in self.categories for region in regions),
            units=flat(self._by_region()),
            price=flat(self.price),
            promotion=flat(self.promotion),
            in_stock=flat(self.in_stock),
            search=flat(self.search),
            weather={n: np.tile(v[:, :days], (categories, 1)).astype(np.float32) for n, v in self.weather.items()},
            forecast={name: values.astype(np.float32) for name, values in forecast.items()},
        )

    def _by_region(self) -> Floats:
        """Units by region, [C, R, T]; a store that did not report counts as its usual share of the region."""
        usual = np.nan_to_num(np.nanmean(np.where(np.isfinite(self.units), self.units, 0.0), axis=2))
        total = np.full((len(self.categories), len(self.regions), self.units.shape[2]), np.nan)
        for index, region in enumerate(self.regions):
            mine = np.array([place == region for place in self.region_of_store])
            known = np.isfinite(self.units[:, mine])
            whole = usual[:, mine].sum(axis=1)[:, None]
            seen = (usual[:, mine][:, :, None] * known).sum(axis=1)
            share = np.where(whole > 0, seen / np.maximum(whole, 1e-9), known.any(axis=1))
            sold = np.where(known, self.units[:, mine], 0.0).sum(axis=1)
            total[:, index] = np.where(share > 0, sold / np.maximum(share, 1e-9), np.nan)
        return total


def sales_of(sales: Table, weather: Table | None, search: Table | None) -> UserSales:
    """Arrays from the three tables. Raises BadInput when there are too few days to expect anything from."""
    if sales.rows == 0:
        raise BadInput("The table of sales has no rows", remedy="give at least four weeks of days", field="source")
    first, last = sales.dates["date"].min(), sales.dates["date"].max()
    days = int((last - first).astype(int)) + 1
    if days < 28:
        raise BadInput(
            f"The table of sales has {days} days", remedy="give at least four weeks, better a year", field="source"
        )
    stores, store = _index(sales.texts["store"])
    categories, category = _index(sales.texts["category"])
    region_of_store = _regions(sales, len(stores), store)
    regions, region_of = _index(np.array(region_of_store))
    day = (sales.dates["date"] - first).astype(np.int64)
    shape = (len(categories), len(regions), days)
    place = (category, region_of[store], day)
    weight = np.maximum(np.nan_to_num(sales.numbers["units"]), 0.0) + 1e-6

    def mean(name: str) -> Floats:
        if name not in sales.numbers:
            return np.full(shape, np.nan)
        return _mean(shape, place, sales.numbers[name], weight)

    return UserSales(
        rows=sales.rows,
        start=date.fromisoformat(str(first)),
        categories=categories,
        stores=stores,
        region_of_store=region_of_store,
        units=_units(sales, (len(categories), len(stores), days), category, store, day),
        price=mean("price"),
        promotion=mean("promotion"),
        in_stock=mean("in_stock"),
        search=_search(search, categories, regions, first, shape),
        weather=_weather(weather, regions, first, days),
    )


def _units(table: Table, shape: tuple[int, int, int], category: Integers, store: Integers, day: Integers) -> Floats:
    sold = np.zeros(shape)
    np.add.at(sold, (category, store, day), np.nan_to_num(table.numbers["units"]))
    reported = np.zeros(shape[1:], dtype=np.bool_)
    reported[store, day] = True
    missing = ~np.broadcast_to(reported, shape)
    unknown = np.isnan(table.numbers["units"])
    missing = missing.copy()
    missing[category[unknown], store[unknown], day[unknown]] = True
    sold[missing] = np.nan
    return sold


def _regions(table: Table, stores: int, store: Integers) -> tuple[str, ...]:
    if "region" not in table.texts:
        return (_ONE_REGION,) * stores
    names = np.full(stores, "", dtype=object)
    names[store] = table.texts["region"]
    return tuple(str(name) or _ONE_REGION for name in names)


def _weather(table: Table | None, regions: tuple[str, ...], first: np.datetime64, days: int) -> dict[str, Floats]:
    if table is None:
        return {}
    shape = (len(regions), days + FORECAST_DAYS)
    found: dict[str, Floats] = {}
    for name in ("temperature_c", "rain_mm"):
        if name in table.numbers:
            values = np.full(shape, np.nan)
            for rows, place in _of_regions(table, regions):
                day = (table.dates["date"][rows] - first).astype(np.int64)
                inside = (day >= 0) & (day < shape[1])
                values[place, day[inside]] = table.numbers[name][rows][inside]
            found[name] = values
    return found


def _search(
    table: Table | None,
    categories: tuple[str, ...],
    regions: tuple[str, ...],
    first: np.datetime64,
    shape: tuple[int, int, int],
) -> Floats:
    values = np.full(shape, np.nan)
    if table is None:
        return values
    known = {name: index for index, name in enumerate(categories)}
    category = np.array([known.get(str(name), -1) for name in table.texts["category"]], dtype=np.int64)
    for rows, place in _of_regions(table, regions):
        day = (table.dates["date"][rows] - first).astype(np.int64)
        inside = (day >= 0) & (day < shape[2]) & (category[rows] >= 0)
        values[category[rows][inside], place, day[inside]] = table.numbers["index"][rows][inside]
    return values


def _of_regions(table: Table, regions: tuple[str, ...]) -> list[tuple[NDArray[np.bool_], int]]:
    """Which rows speak of each region; rows without a region speak of all."""
    if "region" not in table.texts:
        return [(np.ones(table.rows, dtype=np.bool_), place) for place in range(len(regions))]
    names = table.texts["region"]
    return [((names == region) | (names == ""), place) for place, region in enumerate(regions)]


def _mean(
    shape: tuple[int, int, int], place: tuple[Integers, Integers, Integers], values: Floats, weight: Floats
) -> Floats:
    """Weighted mean of the rows at each place; NaN where none is known."""
    known = np.isfinite(values)
    where = tuple(axis[known] for axis in place)
    total, mass = np.zeros(shape), np.zeros(shape)
    np.add.at(total, where, values[known] * weight[known])
    np.add.at(mass, where, weight[known])
    return np.where(mass > 0, total / np.maximum(mass, 1e-12), np.nan)


def _index(names: NDArray[np.str_]) -> tuple[tuple[str, ...], Integers]:
    """The distinct names in alphabetical order, and the place of each."""
    distinct, place = np.unique(names, return_inverse=True)
    return tuple(str(name) for name in distinct), place.astype(np.int64)
