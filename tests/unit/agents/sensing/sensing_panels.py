"""Panels made by known coefficients, so that what sensing says can be compared with what is true."""

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from domain.panel import Panel, SeriesKey

START = date(2025, 10, 1)
ELASTICITY = -1.5
PROMOTION = 0.5
SEARCH = 0.3


def make_panel(
    *, categories: int = 12, regions: int = 4, days: int = 400, seed: int = 0, noise: float = 0.03, units: float = 800
) -> Panel:
    """A grocer with weather, promotions, prices and search; `warmth(seed)` and `wetness(seed)` are its slopes."""
    draw = np.random.default_rng(seed)
    series = categories * regions
    keys = tuple(SeriesKey(f"category {c}", f"region {r}") for c in range(categories) for r in range(regions))
    category, region = np.repeat(np.arange(categories), regions), np.tile(np.arange(regions), categories)
    whole = np.arange(days + 7)
    whims = np.zeros((regions, days + 7))
    for day in range(1, days + 7):
        whims[:, day] = 0.7 * whims[:, day - 1] + draw.normal(0, 1.5) + draw.normal(0, 0.5, regions)
    temperature = 10 - 6 * np.cos(2 * np.pi * (whole + 250) / 365.25) + whims
    rain = np.maximum(draw.gamma(0.5, 6, days + 7) - 1, 0) * draw.uniform(0.6, 1.4, (regions, days + 7))
    promotion = np.repeat(draw.random((series, days // 7 + 1)) < 0.15, 7, axis=1)[:, :days] * 0.5
    price = 2 * np.exp(-0.3 * promotion + draw.normal(0, 0.004, (series, days)))
    search = 100 * np.exp(draw.normal(0, 0.05, (series, days)))
    weekday = np.array([0, -0.05, -0.05, 0, 0.1, 0.25, -0.1])[(whole[:days] + START.weekday()) % 7]
    log_units = np.log(units) + draw.normal(0, 0.4, series)[:, None] + weekday
    log_units = log_units + warmth(seed, categories)[category][:, None] * whims[region][:, :days]
    log_units = log_units + wetness(seed, categories)[category][:, None] * np.log1p(rain[region][:, :days])
    log_units = log_units + PROMOTION * promotion + ELASTICITY * np.log(price / 2) + SEARCH * np.log(search / 100)
    log_units = log_units + draw.normal(0, noise, (series, days))
    weather = {"temperature_c": temperature[region].astype(np.float32), "rain_mm": rain[region].astype(np.float32)}
    return Panel(
        start=START,
        series=keys,
        units=draw.poisson(np.exp(log_units)).astype(np.float32),
        price=price.astype(np.float32),
        promotion=promotion.astype(np.float32),
        in_stock=np.ones((series, days), np.float32),
        search=search.astype(np.float32),
        weather={name: values[:, :days] for name, values in weather.items()},
        forecast={name: values[:, days:] for name, values in weather.items()},
    )


def warmth(seed: int, categories: int) -> NDArray[np.float64]:
    """Log demand per degree, by category."""
    return np.random.default_rng([seed, 1]).normal(0, 0.015, categories)


def wetness(seed: int, categories: int) -> NDArray[np.float64]:
    """Log demand per log(1 + mm), by category."""
    return np.random.default_rng([seed, 2]).normal(0, 0.02, categories)


def rows_of(panel: Panel, category: str, region: str | None = None) -> list[int]:
    return [i for i, key in enumerate(panel.series) if key.category == category and region in (None, key.region)]


def scaled(panel: Panel, rows: list[int], factor: float, days: int) -> Panel:
    """The panel with the units of some rows multiplied on its newest days."""
    units = panel.units.copy()
    units[rows, -days:] *= np.float32(factor)
    return replace(panel, units=units)


def without(panel: Panel, *streams: str) -> Panel:
    """The panel of a source that has none of these streams."""
    unknown: object = np.full_like(panel.units, np.nan)
    changed: dict[str, Any] = dict.fromkeys(streams, unknown)
    if changed.pop("weather", None) is not None:
        changed |= {"weather": {}, "forecast": {}}
    return replace(panel, **changed)
