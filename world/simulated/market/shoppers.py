"""What shoppers buy: units of each category in each store on each day, before any ad of ours."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from domain.once import once
from world.simulated.market.catalogue import categories, region_of_store, regions, stores
from world.simulated.market.disturbance import Disturbance
from world.simulated.market.search import simulate_search
from world.simulated.market.timeline import ORIGIN, FloatArray, autoregressive, generator, year_angle
from world.simulated.market.weather import Weather

SIZES = {"superstore": 1.5, "metro": 0.8, "express": 0.35}
_WEEK = (-0.06, -0.08, -0.05, 0.0, 0.09, 0.13, -0.03)
"""Log footfall by weekday, Monday first."""
_PROMOTION_DEPTH = 0.2
_STORE_DEVIATION = 0.035
"""What a store's own day adds to counting noise: together the variance of a negative binomial with r = 816."""


@dataclass(frozen=True, slots=True, eq=False)
class Shopping:
    """Shapes: T days, C categories, R regions, N stores."""

    units: FloatArray
    """Whole units sold, [T, C, N]."""
    price: FloatArray
    """Average pounds per unit paid, [T, C, R]."""
    promotion: FloatArray
    """Share on promotion, [T, C, R]."""
    in_stock: FloatArray
    """Share on the shelf, [T, C, R]."""
    search: FloatArray
    """Index, [T, C, R]."""


def simulate_shopping(seed: int, weather: Weather, disturbed: Disturbance) -> Shopping:
    """Every till of every store. A longer world begins with the days of a shorter one.

    Log demand adds up: store size, regional taste, weekday, season, weather, price, promotion, yesterday's search
    interest, footfall, and scenarios. Shelves then hold what they hold, and noise has the variance of counts plus
    that of a store's own day.
    """
    days = len(weather.rain)
    pull = _weather_pull(weather)
    search = simulate_search(seed, days, pull, disturbed)
    promotion = _promotion(seed, days)
    relative_price = _relative_price(seed, days, promotion)[..., None] + disturbed.price
    in_stock = np.minimum(_in_stock(seed, days), disturbed.stock)
    regional = (
        _calendar(days)[..., None]
        + pull
        + _trait("elasticity")[:, None] * relative_price
        + (_trait("promotion")[:, None] * promotion[..., None])
        + _trait("search")[:, None] * search.lead
        + _surprises(seed, days)
        + disturbed.demand
        + np.log(np.maximum(in_stock, np.float32(0.01)))
    )
    expected = np.exp(regional.astype(np.float32))[..., list(region_of_store())] * _scale(seed)
    return Shopping(
        units=_counted(seed, expected),
        price=(_prices()[:, None] * np.exp(relative_price)).astype(np.float32),
        promotion=np.broadcast_to(promotion[..., None], in_stock.shape).astype(np.float32),
        in_stock=in_stock,
        search=search.index,
    )


def list_price_index(seed: int, days: int) -> FloatArray:
    """List prices against the catalogue's, [T, C]: a small step each quarter, about 3 % a year."""
    quarters = -(-days // 91)
    steps = generator(seed, "list price").standard_normal((quarters, len(categories())), dtype=np.float32)
    level = np.cumsum(np.float32(0.008) + np.float32(0.012) * steps, axis=0)
    level -= level[0]
    index: FloatArray = np.repeat(np.exp(level), 91, axis=0)[:days].astype(np.float32)
    return index


@cache
def _trait(name: str) -> FloatArray:
    return np.array([getattr(category, name) for category in categories()], np.float32)


@once
def _prices() -> FloatArray:
    return np.array([category.average_price for category in categories()], np.float32)


def _weather_pull(weather: Weather) -> FloatArray:
    """The effect of the day's weather on log demand, [T, C, R]."""
    temperature = weather.temperature[:, None, :]
    return (
        _trait("temperature")[:, None] * (temperature - 11)
        + _trait("hot")[:, None] * np.maximum(temperature - 22, 0)
        + _trait("cold")[:, None] * np.maximum(-temperature, 0)
        + _trait("rain")[:, None] * weather.rain[:, None, :]
    )


def _calendar(days: int) -> FloatArray:
    """Weekday and season, [T, C]."""
    weekday = (np.arange(days) + ORIGIN.weekday()) % 7
    week = np.array(_WEEK, np.float32)[weekday][:, None] + (weekday >= 5)[:, None] * _trait("weekend")
    peak = _trait("peak_day") * np.float32(2 * np.pi / 365.25)
    season = _trait("season") * np.cos(year_angle(days)[:, None] - peak)
    return (week + season).astype(np.float32)


def _promotion(seed: int, days: int) -> FloatArray:
    """Share of each category on promotion, [T, C]: most weeks a little, one in five a good part of it."""
    draws = generator(seed, "promotion").random((-(-days // 7), len(categories()), 2), dtype=np.float32)
    big = draws[..., 0] < 0.2
    weekly = np.where(big, 0.15 + 0.2 * draws[..., 1], 0.05 * draws[..., 1]).astype(np.float32)
    return np.repeat(weekly, 7, axis=0)[:days]


def _relative_price(seed: int, days: int, promotion: FloatArray) -> FloatArray:
    relative: FloatArray = np.log(list_price_index(seed, days)) + np.log1p(-_PROMOTION_DEPTH * promotion)
    return relative


def _in_stock(seed: int, days: int) -> FloatArray:
    shape = (days, len(categories()), len(regions()))
    gaps = np.abs(generator(seed, "stock").standard_normal(shape, dtype=np.float32))
    available: FloatArray = 1 - np.float32(0.008) * gaps
    return available


def _surprises(seed: int, days: int) -> FloatArray:
    """What no stream explains: busy days of a region, shared by its categories, and a category's drift, [T, C, R]."""
    crowds = generator(seed, "footfall").standard_normal((days, 1, 1 + len(regions())), dtype=np.float32)
    footfall = crowds[..., :1] + crowds[..., 1:]
    shape = (days, len(categories()), len(regions()))
    drift = autoregressive(generator(seed, "region noise").standard_normal(shape, dtype=np.float32), 0.5, 0.010)
    return np.float32(0.009) * footfall + drift


def _scale(seed: int) -> FloatArray:
    """Units a day of an ordinary day, [C, N]: store size times category times the store's taste for it."""
    luck = generator(seed, "store size").standard_normal(len(stores()), dtype=np.float32)
    size = np.array([SIZES[store.size] for store in stores()], np.float32) * np.exp(np.float32(0.1) * luck)
    shape = (len(categories()), len(stores()))
    taste = np.exp(np.float32(0.07) * generator(seed, "taste").standard_normal(shape, dtype=np.float32))
    scale: FloatArray = _trait("daily_units")[:, None] * size * taste
    return scale


def _counted(seed: int, expected: FloatArray) -> FloatArray:
    noise = generator(seed, "store noise").standard_normal(expected.shape, dtype=np.float32)
    deviation = np.sqrt(1 / expected + np.float32(_STORE_DEVIATION**2))
    sold: FloatArray = np.rint(expected * np.exp(deviation * noise - deviation**2 / 2))
    return sold
