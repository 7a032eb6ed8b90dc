"""Everything that can be observed of a simulated world, but for our ads: cached, because it never changes."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np

from domain.context import ScheduledScenario
from domain.panel import Panel, SeriesKey
from world.simulated.market.catalogue import categories, region_of_store, regions
from world.simulated.market.disturbance import disturbance
from world.simulated.market.shoppers import Shopping, list_price_index, simulate_shopping
from world.simulated.market.timeline import FORECAST_DAYS, HISTORY_DAYS, FloatArray, day_at, day_index
from world.simulated.market.weather import Weather, simulate_weather

_BLOCK = 128
"""Worlds grow by this many days at a time, so that a live clock rarely regenerates them."""
_PANELS_KEPT = 16


@dataclass(frozen=True, slots=True, eq=False)
class Chronicle:
    """The streams of a world from the origin on."""

    weather: Weather
    shopping: Shopping
    sales_lost: FloatArray
    """Added to units: NaN where the feed was out, else 0, [T, 1, N]."""
    list_price: FloatArray
    """Against the catalogue's price, scenarios included, averaged over regions, [T, C]."""


class History:
    """The past and the future of (seed, scenarios) without ads; any prefix of days is stable as `today` moves."""

    def __init__(self, seed: int, scenarios: tuple[ScheduledScenario, ...]) -> None:
        self._seed = seed
        self._scenarios = scenarios
        self._blocks = 0
        self._chronicle: Chronicle | None = None
        self._panels: OrderedDict[date, Panel] = OrderedDict()

    def through(self, day: date) -> Chronicle:
        """The chronicle up to `day` at least, with what its forecast needs."""
        blocks = -(-(day_index(day) + 1 + FORECAST_DAYS) // _BLOCK)
        if self._chronicle is None or blocks > self._blocks:
            self._chronicle = _simulate(self._seed, self._scenarios, blocks * _BLOCK)
            self._blocks = blocks
        return self._chronicle

    def panel(self, today: date) -> Panel:
        """Category x region over the 420 days up to `today`, with the forecast issued on it."""
        if today not in self._panels:
            self._panels[today] = _panel(self.through(today), day_index(today))
            if len(self._panels) > _PANELS_KEPT:
                self._panels.popitem(last=False)
        return self._panels[today]


@lru_cache(maxsize=12)
def history(seed: int, scenarios: frozenset[ScheduledScenario]) -> History:
    """One history for every run that looks at the same world."""
    return History(seed, tuple(sorted(scenarios, key=lambda scenario: scenario.model_dump_json())))


def _simulate(seed: int, scenarios: tuple[ScheduledScenario, ...], days: int) -> Chronicle:
    within = [scenario for scenario in scenarios if day_index(scenario.starts) < days]
    disturbed = disturbance(within, days)
    weather = simulate_weather(seed, days, disturbed)
    lost = np.where(disturbed.feed_lost, np.float32(np.nan), np.float32(0))[:, list(region_of_store())]
    return Chronicle(
        weather=weather,
        shopping=simulate_shopping(seed, weather, disturbed),
        sales_lost=lost[:, None, :].astype(np.float32),
        list_price=list_price_index(seed, days) * np.exp(disturbed.price).mean(axis=2),
    )


def _panel(chronicle: Chronicle, index: int) -> Panel:
    days = slice(max(0, index + 1 - HISTORY_DAYS), index + 1)
    shopping, weather = chronicle.shopping, chronicle.weather
    first_stores = np.searchsorted(np.array(region_of_store()), np.arange(len(regions())))
    units = np.add.reduceat(shopping.units[days] + chronicle.sales_lost[days], first_stores, axis=2)
    forecast = weather.forecast(index)
    return Panel(
        start=day_at(days.start),
        series=tuple(SeriesKey(c.name, region) for c in categories() for region in regions()),
        units=_by_series(units),
        price=_by_series(shopping.price[days]),
        promotion=_by_series(shopping.promotion[days]),
        in_stock=_by_series(shopping.in_stock[days]),
        search=_by_series(shopping.search[days]),
        weather={
            "temperature_c": _everywhere(weather.temperature[days]),
            "rain_mm": _everywhere(weather.rain[days]),
        },
        forecast={name: _everywhere(values) for name, values in forecast.items()},
    )


def _by_series(values: FloatArray) -> FloatArray:
    """[T, C, R] to [C * R, T]."""
    return _frozen(values.reshape(len(values), -1).T)


def _everywhere(values: FloatArray) -> FloatArray:
    """[T, R] to [C * R, T]: every category of a region has its weather."""
    return _frozen(np.tile(values.T, (len(categories()), 1)))


def _frozen(values: FloatArray) -> FloatArray:
    """Panels are shared by every run that looks at the same world, so none may write in them."""
    kept = np.ascontiguousarray(values, dtype=np.float32)
    kept.flags.writeable = False
    return kept
