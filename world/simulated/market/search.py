"""Search interest by category and region, which moves a day or two before the tills do."""

from dataclasses import dataclass

import numpy as np

from world.simulated.market.catalogue import categories, regions
from world.simulated.market.disturbance import Disturbance
from world.simulated.market.timeline import FloatArray, autoregressive, generator

_LEAD = (0.0, 0.6, 0.4)
"""Shares of today's demand that yesterday's and the day before's interest explain."""


@dataclass(frozen=True, slots=True, eq=False)
class Search:
    index: FloatArray
    """As it is published: mean near 100, [T, C, R]."""
    lead: FloatArray
    """Log interest of the past two days as it reaches today's demand, [T, C, R]."""


def simulate_search(seed: int, days: int, weather_pull: FloatArray, disturbed: Disturbance) -> Search:
    """`weather_pull` [T, C, R] is the weather's effect on log demand: people search for what they are about to want."""
    shape = (days, len(categories()), 1 + len(regions()))
    shocks = generator(seed, "search").standard_normal(shape, dtype=np.float32)
    fashion = autoregressive(shocks, 0.7, 1.0)
    interest = np.float32(0.05) * fashion[..., :1] + np.float32(0.02) * fashion[..., 1:] + disturbed.search
    noise = generator(seed, "search noise").standard_normal(interest.shape, dtype=np.float32)
    index = 100 * np.exp(interest + np.float32(0.5) * weather_pull + np.float32(0.03) * noise)
    return Search(index=index.astype(np.float32), lead=_lagged(interest))


def _lagged(interest: FloatArray) -> FloatArray:
    led = np.zeros_like(interest)
    for lag, weight in enumerate(_LEAD):
        if weight:
            led[lag:] += np.float32(weight) * interest[: len(interest) - lag]
    return led
