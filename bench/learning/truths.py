"""How shoppers truly answer to ads, in the forms the closed loop is tried on. No planner may read it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from domain.channel import Channel
from world.simulated.channels import simulated
from world.simulated.truth import ad_lift, audience_of, carried_over

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

PULSE_DAYS = 35
_STRONGER, _HALF = 1.3, float(np.log(2))
"""A Hill curve saturates late: with this much more at its end it gives about as much where the world's own spends."""


class Truth(Protocol):
    """`lift` [N, T] is the gain relative to sales without ads, by store and day, where `spend` has [N, T] pounds a
    store and day by channel and `first_week` is the week of the first column."""

    @property
    def name(self) -> str: ...

    def lift(self, category: str, daily_sales: Vector, spend: Mapping[Channel, Matrix], first_day: int) -> Matrix: ...


@dataclass(frozen=True)
class Drift:
    """From day `day` of the series on, channels lift this many times as much."""

    day: int
    times: Mapping[Channel, float]

    def by_day(self, channel: Channel, first_day: int, days: int) -> Vector:
        changed = np.arange(first_day, first_day + days) >= self.day
        return np.where(changed, self.times.get(channel, 1.0), 1.0)


NO_DRIFT = Drift(0, {})


@dataclass(frozen=True)
class SimulatedTruth:
    """The simulated world's own; every lift `times` as much."""

    seed: int
    times: float = 1.0
    drift: Drift = field(default=NO_DRIFT)
    name: str = "simulated"

    def lift(self, category: str, daily_sales: Vector, spend: Mapping[Channel, Matrix], first_day: int) -> Matrix:
        total = np.zeros(_shape(spend))
        for channel, pounds in spend.items():
            gained = ad_lift(self.seed, channel, category, carried_over(channel, pounds), audience_of(700.0))
            total += self.times * self.drift.by_day(channel, first_day, gained.shape[1]) * gained
        return total


@dataclass(frozen=True)
class HillTruth:
    """Hill curves with carry-over, spread widely over categories; every third category's gain is so many pounds a store
    whatever the store sells (additive), the others' a share of sales.

    Gain of a channel = maximum * x^k / (x^k + half^k) with k in [.7, 1], the Hill form of pharmacology used in media
    mix models (Jin et al. 2017); maximum and half vary by category with log deviation `spread`.
    """

    seed: int
    spread: float = 0.5
    drift: Drift = field(default=NO_DRIFT)
    name: str = "hill"

    def lift(self, category: str, daily_sales: Vector, spend: Mapping[Channel, Matrix], first_day: int) -> Matrix:
        total = np.zeros(_shape(spend))
        additive = _luck(self.seed, "form", category).random() < 1 / 3
        for channel, pounds in spend.items():
            chance = _luck(self.seed, channel, category)
            nature = simulated(channel).nature
            maximum = (
                _STRONGER * nature.maximum_lift * np.exp(self.spread * chance.standard_normal() - self.spread**2 / 2)
            )
            half = _HALF * nature.saturation * np.exp(0.3 * chance.standard_normal())
            power = chance.uniform(0.7, 1.0)
            rate = chance.uniform(0.1, 0.5)
            pressed = _adstock(pounds, rate) ** power
            gained = maximum * pressed / (pressed + half**power)
            total += self.drift.by_day(channel, first_day, gained.shape[1]) * gained
        if additive:
            total *= (daily_sales.mean() / np.maximum(daily_sales, 1.0))[:, None]
        return total


def _luck(seed: int, *words: str) -> np.random.Generator:
    return np.random.default_rng([seed, *("|".join(words).encode())])


def _adstock(pounds: Matrix, rate: float) -> Matrix:
    age = np.arange(pounds.shape[1])[None, :] - np.arange(pounds.shape[1])[:, None]
    return np.asarray(pounds @ np.where(age >= 0, (1 - rate) * rate ** np.maximum(age, 0), 0.0))


def _shape(spend: Mapping[Channel, Matrix]) -> tuple[int, int]:
    rows, columns = next(iter(spend.values())).shape
    return rows, columns


def best_budgets(
    truth: Truth, category: str, first_day: int, *, stores: int, days: int, daily_sales: float, margin_rate: float,
    budget: float, caps: Mapping[Channel, float],
) -> dict[Channel, float]:  # fmt: skip
    """The budgets of greatest true profit over `stores` alike, pounds: exact to a five-hundredth of the budget.

    Channels add, and each one's gain is concave, so that the next slice of money goes where it gains most.
    """
    slices = 500
    grid = np.arange(slices + 1) / slices * budget
    margin = {}
    for channel in Channel:
        pulse = np.zeros((slices + 1, PULSE_DAYS))
        pulse[:, :days] = (grid / (stores * days))[:, None]
        gained = truth.lift(category, np.full(slices + 1, daily_sales), {channel: pulse}, first_day)
        gained -= gained[:1]
        margin[channel] = margin_rate * daily_sales * stores * gained.sum(axis=1)
    step = budget / slices
    gains = []
    for channel in Channel:
        open_slices = int(min(caps[channel], budget) / step)
        gains += [(float(gain), channel) for gain in np.diff(margin[channel])[:open_slices] if gain > step]
    taken = Counter(channel for _, channel in sorted(gains, reverse=True)[:slices])
    return {channel: taken[channel] * step for channel in Channel}
