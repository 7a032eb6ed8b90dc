"""How sales answer to spend: one model, read forwards to decide and backwards to learn.

Over a flight, a cell (channel x audience x category) is expected to sell, in pounds on top of what would sell anyway,

    incremental sales = baseline x beta x (1 - exp(-spend / scale)),    scale = saturation[channel] x baseline

`baseline` is what the treated stores would sell in that flight without advertising, so `beta` is the relative lift at
saturation: a pure number that can be carried from one category, season or number of stores to another. Beliefs are
about `beta` and nothing else; given the spend, sales are linear in it, which is what makes updates add.
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


@dataclass(frozen=True, slots=True, eq=False)
class ResponseCurves:
    """n cells sharing one baseline. `scale` [n] is in pounds, above zero; `baseline` in pounds of sales."""

    baseline: float
    scale: Vector

    @classmethod
    def for_channels(cls, channels: Sequence[Channel], baseline: float) -> "ResponseCurves":
        """The curves of `channels` where the treated stores would sell `baseline` pounds in the flight."""
        return cls(
            baseline=baseline, scale=baseline * np.array([response_of(channel).saturation for channel in channels])
        )

    def exposure(self, spend: ArrayLike) -> Vector:
        """How strongly each cell is exercised by `spend` [n], pounds: the regressor of its beta. [n], pounds."""
        return -self.baseline * np.expm1(-np.asarray(spend, dtype=np.float64) / self.scale)

    def sales(self, spend: ArrayLike, beta: ArrayLike) -> Vector:
        """Expected incremental sales by cell at `spend` [n], pounds."""
        return np.asarray(beta, dtype=np.float64) * self.exposure(spend)

    def slope(self, spend: ArrayLike, beta: ArrayLike) -> Vector:
        """Incremental sales from the next pound in each cell [n]."""
        fade = np.exp(-np.asarray(spend, dtype=np.float64) / self.scale)
        return np.asarray(beta, dtype=np.float64) * self.baseline / self.scale * fade
