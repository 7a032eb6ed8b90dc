"""How sales answer to spend: one model, read forwards to decide and backwards to learn.

Over a flight, a cell (channel x audience x category) is expected to sell, in pounds on top of what would sell anyway,

    incremental sales = baseline x beta x (1 - exp(-spend / scale)),    scale = s x stores x days

`baseline` is what the treated stores would sell in that flight without advertising, so `beta` is the relative lift at
saturation: a pure number that can be carried from one category, season or number of stores to another. `s` is the
channel's scale in pounds a store and day, which `agents.response.joint` learns: a pound reaches so many shoppers,
whatever else they buy, so that the first pound is worth more where more is sold.
The curve is the concave exponential of Rao & Miller (1975), also used for media response by Jin et al. (2017).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agents.response.channels import response_of
from domain.channel import Channel

Vector = NDArray[np.float64]


def cell_name(channel: Channel, audience: str, category: str) -> str:
    """`channel|audience|category`, the key of a belief."""
    return f"{channel.value}|{audience}|{category}"


def parts_of(cell: str) -> tuple[str, str, str]:
    """Channel, audience and category of a cell's name; a retailer's own category may hold any sign. Raises ValueError
    for what is no cell's name."""
    channel, audience, category = cell.split("|", 2)
    return channel, audience, category


def channel_of(cell: str) -> Channel:
    """The channel of a cell's name."""
    return Channel(parts_of(cell)[0])


@dataclass(frozen=True, slots=True, eq=False)
class ResponseCurves:
    """n cells sharing one baseline. `scale` [n] is in pounds, above zero; `baseline` in pounds of sales, which the
    treated stores would make in `store_days` (stores x days)."""

    baseline: float
    scale: Vector
    store_days: float = 1.0

    @property
    def daily_sales(self) -> float:
        """Pounds a store sells a day without advertising."""
        return self.baseline / self.store_days

    @classmethod
    def for_channels(cls, channels: Sequence[Channel], baseline: float, store_days: float) -> "ResponseCurves":
        """The curves of `channels` before any lesson, where the treated stores would sell `baseline` pounds in a flight
        of `store_days` stores x days."""
        return cls(
            baseline=baseline,
            scale=store_days * np.array([response_of(channel).scale for channel in channels]),
            store_days=store_days,
        )

    def exposure(self, spend: ArrayLike) -> Vector:
        """How strongly each cell is exercised by `spend` [n], pounds: the regressor of its beta. [n], pounds."""
        return -self.baseline * np.expm1(-np.asarray(spend, dtype=np.float64) / self.scale)

    def sales(self, spend: ArrayLike, beta: ArrayLike) -> Vector:
        """Expected incremental sales by cell at `spend` [n], pounds."""
        return np.asarray(beta, dtype=np.float64) * self.exposure(spend)

    def by_log_scale(self, spend: ArrayLike, beta: ArrayLike) -> Vector:
        """How expected sales change with the log of each cell's scale [n], pounds: never upwards."""
        ratio = np.asarray(spend, dtype=np.float64) / self.scale
        return -np.asarray(beta, dtype=np.float64) * self.baseline * ratio * np.exp(-ratio)

    def slope(self, spend: ArrayLike, beta: ArrayLike) -> Vector:
        """Incremental sales from the next pound in each cell [n]."""
        fade = np.exp(-np.asarray(spend, dtype=np.float64) / self.scale)
        return np.asarray(beta, dtype=np.float64) * self.baseline / self.scale * fade
