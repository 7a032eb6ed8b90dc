"""How shoppers truly answer to ads. Read by shoppers, `bench/` and tests alone: no agent may know it.

The lift of channel k on category c at x pounds a day per store is `m * (1 - exp(-x / s))`: concave, with maximum
lift m (a share of the sales without ads) and saturation spend s (pounds a day per store at which 63 % of it is
reached). This is the reach curve of repeated random exposure (Hofmans' and Agostini's family in media planning).
Carry-over is geometric adstock (Broadbent 1979), normalised so that carried spend sums to the spend.
"""

import hashlib
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from domain.channel import Channel
from world.simulated.channels import simulated
from world.simulated.market.catalogue import DAILY_SALES

_AFFINITY: dict[tuple[Channel, str], float] = {
    (Channel.PAID_SOCIAL, "soup"): 0.45,
    (Channel.IN_STORE_SCREEN, "soup"): 1.25,
    (Channel.PAID_SOCIAL, "milk"): 0.2,
    (Channel.PAID_SOCIAL, "bread"): 0.3,
    (Channel.ONSITE_DISPLAY, "milk"): 0.3,
    (Channel.EMAIL, "bottled water"): 0.3,
    (Channel.PAID_SOCIAL, "ice cream"): 1.5,
    (Channel.PAID_SOCIAL, "barbecue meat"): 1.6,
    (Channel.SPONSORED_SEARCH, "barbecue meat"): 1.3,
    (Channel.PAID_SOCIAL, "cheese"): 1.4,
    (Channel.IN_STORE_SCREEN, "fruit"): 1.3,
    (Channel.EMAIL, "tea and coffee"): 1.4,
    (Channel.SPONSORED_SEARCH, "tea and coffee"): 1.2,
}
"""Where a channel suits a category better or worse than most."""

_HALF = float(np.log(2))
"""In saturation spends: where the concave exponential, and Hill's function here, have given half."""
_SPREAD = 0.12
"""Log standard deviation, over seeds, of a cell's effectiveness."""


@cache
def maximum_lift(seed: int, channel: Channel, category: str) -> float:
    """The lift of the cell at unlimited spend, a share of sales. Any category name has one, also those of real data."""
    return strength_of(seed, channel, category, _SPREAD)


@lru_cache(maxsize=4096)
def strength_of(seed: int, channel: Channel, category: str, spread: float) -> float:
    """`maximum_lift` of shoppers whose cells differ by `spread`, a log standard deviation."""
    digest = hashlib.sha256(f"{seed}|{channel}|{category}".encode()).digest()
    luck = np.random.default_rng(np.frombuffer(digest, np.uint32)).standard_normal()
    affinity = _AFFINITY.get((channel, category), 1.0)
    return float(simulated(channel).nature.maximum_lift * affinity * np.exp(spread * luck))


def ad_lift(
    seed: int,
    channel: Channel,
    category: str,
    daily_spend_per_store: NDArray[np.float64] | float,
    audience: float = 1.0,
) -> NDArray[np.float64]:
    """The relative lift in sales at a (carried-over) daily spend per store, pounds; same shape as the spend.

    `audience` is `audience_of` the store's shoppers: a smaller one saturates sooner.
    Sales become `sales * (1 + sum of the channels' lifts)`.
    """
    pressure = np.maximum(np.asarray(daily_spend_per_store, np.float64), 0.0)
    return maximum_lift(seed, channel, category) * saturating(channel, pressure, audience)


def saturating(
    channel: Channel, pressure: NDArray[np.float64], audience: float, steepness: float | None = None
) -> NDArray[np.float64]:
    """The share of a channel's maximum lift reached at a pressure, pounds a day per store; same shape.

    The concave exponential, or Hill's function of a `steepness`: S-shaped above one.
    """
    relative = pressure / (simulated(channel).nature.saturation * audience)
    if steepness is None:
        return -np.expm1(-relative)
    powered = relative**steepness
    return np.asarray(powered / (powered + _HALF**steepness))


def audience_of(daily_sales: float) -> float:
    """How many shoppers a store's category has against the simulated grocer's, for whom the saturations are meant.

    `daily_sales`: pounds a day the category sells in an average store.
    """
    return max(daily_sales / DAILY_SALES, 1e-3)


def carried_over(channel: Channel, spend: NDArray[np.float64]) -> NDArray[np.float64]:
    """Adstock along the last axis (days), pounds: `a[t] = (1 - r) * spend[t] + r * a[t - 1]`."""
    return spend @ _memory(channel, spend.shape[-1])


@lru_cache(maxsize=256)
def _memory(channel: Channel, days: int) -> NDArray[np.float64]:
    """How much of each day's spend (row) presses on each day (column), [days, days]; nothing on the days before it."""
    rate = simulated(channel).nature.carry_over
    age = np.arange(days)[None, :] - np.arange(days)[:, None]
    return np.where(age >= 0, (1 - rate) * rate ** np.maximum(age, 0), 0.0)
