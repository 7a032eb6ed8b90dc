"""The one shape every source of sales gives: a panel of S series over T days."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class SeriesKey:
    """What a series is of. `store_id` and `sku` are empty above their level."""

    category: str
    region: str
    store_id: str = ""
    sku: str = ""


class ByPlace(Mapping[str, FloatArray]):
    """Values that all series of a place share: by name a table [P, T], held once a place and given as [S, T]."""

    def __init__(self, tables: Mapping[str, FloatArray], place_of: NDArray[np.int64]) -> None:
        self.tables = dict(tables)
        self.place_of = place_of
        """The row of each series in the tables, [S]."""

    def __getitem__(self, name: str) -> FloatArray:
        return self.tables[name][self.place_of]

    def __iter__(self) -> Iterator[str]:
        return iter(self.tables)

    def __len__(self) -> int:
        return len(self.tables)


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """Daily observations. Every array is float32; missing is NaN, never zero.

    Shapes: `units`, `price`, `promotion`, `search`, `in_stock` are [S, T]; each of `weather` is [S, T];
    `forecast` is what was forecast on the last day for the days after it, each [S, H]. No array is ever written to, so
    what is constant may be a view (`np.broadcast_to`), and weather may be held by place.
    """

    start: date
    series: tuple[SeriesKey, ...]
    units: FloatArray
    """Units sold, [S, T]."""
    price: FloatArray
    """Average selling price in pounds per unit, [S, T]."""
    promotion: FloatArray
    """Share of the series on promotion, 0 to 1, [S, T]."""
    in_stock: FloatArray
    """Share of the series on the shelf, 0 to 1, [S, T]."""
    search: FloatArray
    """Search interest, index with mean near 100; all NaN where the source has none, [S, T]."""
    weather: Mapping[str, FloatArray] = field(default_factory=dict)
    """`temperature_c` (daily mean) and `rain_mm` (daily total), [S, T]; empty where the source has no geography."""
    forecast: Mapping[str, FloatArray] = field(default_factory=dict)
    """The same names, for the H days after the last observed day, [S, H]."""
    country: str = ""
    """Whose public holidays its shoppers keep, in ISO 3166's two letters, as GB; empty where they keep none."""
    is_provisional: bool = False
    """Whether something that was asked for has not come, so that the same day may read otherwise later."""

    def __post_init__(self) -> None:
        shape = (len(self.series), self.units.shape[-1])
        for name in ("units", "price", "promotion", "in_stock", "search"):
            found = getattr(self, name).shape
            if found != shape:
                raise ValueError(f"Panel.{name} has shape {found}, expected {shape}")
        for name, found in _shapes(self.weather).items():
            if found != shape:
                raise ValueError(f"Panel.weather[{name!r}] has shape {found}, expected {shape}")
        for name, found in _shapes(self.forecast).items():
            if len(found) != 2 or found[0] != shape[0]:
                raise ValueError(f"Panel.forecast[{name!r}] has shape {found}, expected ({shape[0]}, H)")

    def without(self, regions: Collection[str]) -> "Panel":
        """The series of the other regions."""
        rows = np.flatnonzero([series.region not in regions for series in self.series])
        return replace(
            self,
            series=tuple(self.series[row] for row in rows),
            units=self.units[rows],
            price=self.price[rows],
            promotion=self.promotion[rows],
            in_stock=self.in_stock[rows],
            search=self.search[rows],
            weather=_of_rows(self.weather, rows),
            forecast=_of_rows(self.forecast, rows),
        )

    @property
    def days(self) -> int:
        """T, the number of observed days."""
        return int(self.units.shape[1])

    @property
    def last_day(self) -> date:
        return self.start + timedelta(days=self.days - 1)

    @property
    def dates(self) -> tuple[date, ...]:
        return tuple(self.start + timedelta(days=offset) for offset in range(self.days))


def _of_rows(values: Mapping[str, FloatArray], rows: NDArray[np.int64]) -> Mapping[str, FloatArray]:
    if isinstance(values, ByPlace):
        return ByPlace(values.tables, values.place_of[rows])
    return {name: array[rows] for name, array in values.items()}


def _shapes(values: Mapping[str, FloatArray]) -> dict[str, tuple[int, ...]]:
    """The shape that each array has for all series; nothing is copied for it."""
    if isinstance(values, ByPlace):
        return {name: (len(values.place_of), *table.shape[1:]) for name, table in values.tables.items()}
    return {name: array.shape for name, array in values.items()}
