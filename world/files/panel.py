"""From rows to arrays: a person's sales, weather and search by category, store, region and day."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from domain.errors import BadInput
from domain.panel import FloatArray, Panel, SeriesKey
from world.files.aggregation.cells import Cells
from world.files.cleaning.days import fill_habits, mask_slips, mask_unsold_days
from world.files.cleaning.tally import Tally
from world.files.columns.small import Table

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

FORECAST_DAYS = 7
FEWEST_DAYS = 28


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
    country: str = ""

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
            country=self.country,
        )

    def _by_region(self) -> Floats:
        """Units by region, [C, R, T]; a store that did not report counts as its usual share of the region."""
        counted = np.isfinite(self.units)
        usual = np.where(counted, self.units, 0.0).sum(axis=2) / np.maximum(counted.sum(axis=2), 1)
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


def sales_of(cells: Cells, tally: Tally, weather: Table | None, search: Table | None, country: str = "") -> UserSales:
    """Arrays from the cells and the tables beside them. Raises BadInput when there are too few days to expect anything
    from."""
    start, stores = cells.start, cells.stores
    days = (cells.last - start).days + 1
    _refuse_few(days)
    regions = tuple(dict.fromkeys(cells.region_of_store))
    units = _units(cells, days)
    units = mask_slips(units, start, stores, tally)
    units = mask_unsold_days(units, start, stores, tally)
    days = _last_counted(units)
    _refuse_few(days)
    shape = (len(cells.categories), len(regions), days)
    region_of = np.array([regions.index(region) for region in cells.region_of_store], dtype=np.int64)
    inside = cells.inside(days)
    place = (inside.category, region_of[inside.store], inside.day)
    first = np.datetime64(start)
    return UserSales(
        rows=cells.rows,
        start=start,
        categories=cells.categories,
        stores=stores,
        region_of_store=cells.region_of_store,
        units=units[:, :, :days],
        price=_mean(shape, place, inside.sums["priced"], inside.sums["price_weight"]),
        promotion=_mean(shape, place, inside.sums["promoted"], inside.sums["promotion_weight"]),
        in_stock=_mean(shape, place, inside.sums["stocked"], inside.sums["stock_weight"]),
        search=_search(search, cells.categories, regions, first, shape),
        weather=_weather(weather, regions, first, days),
        country=country,
    )


def _refuse_few(days: int) -> None:
    if days < FEWEST_DAYS:
        raise BadInput(
            f"The table of sales has {days} days", remedy="give at least four weeks, better a year", field="source"
        )


def _units(cells: Cells, days: int) -> Floats:
    shape = (len(cells.categories), len(cells.stores), days)
    place = cells.category, cells.store, cells.day
    where = np.ravel_multi_index(place, shape)
    sold: Floats = np.bincount(where, np.nan_to_num(cells.units), int(np.prod(shape))).reshape(shape).astype(np.float64)
    has_row = np.zeros(shape, dtype=np.bool_)
    has_row[place] = True
    sold[~has_row] = np.nan
    reported: NDArray[np.bool_] = np.any(has_row, axis=0)
    filled = fill_habits(sold, reported)
    uncounted = np.isnan(cells.units)
    filled[tuple(axis[uncounted] for axis in place)] = np.nan
    return filled


def _last_counted(units: Floats) -> int:
    """Days up to the newest on which anything was counted."""
    counted = np.flatnonzero(np.isfinite(units).any(axis=(0, 1)))
    return int(counted[-1]) + 1 if counted.size else 0


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


def _mean(shape: tuple[int, int, int], place: tuple[Integers, ...], sums: Floats, weights: Floats) -> Floats:
    """Sums over the weights they are sums of, at each place; NaN where none is known."""
    known = np.isfinite(sums)
    if not known.any():
        return np.full(shape, np.nan)
    where = np.ravel_multi_index(tuple(axis[known] for axis in place), shape)
    total, mass = (np.bincount(where, values[known], int(np.prod(shape))).reshape(shape) for values in (sums, weights))
    return np.where(mass > 0, total / np.maximum(mass, 1e-12), np.nan)
