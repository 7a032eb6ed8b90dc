"""The closed loop's hard preset: the simulated world's lifelike shoppers, and what a clairvoyant would buy of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from bench.learning.shop import FLIGHT_DAYS, NAMES, PAST_DAYS, REMEMBERED_DAYS, START, STORES, Shop
from domain.channel import Channel
from domain.shoppers import Shoppers
from world.simulated.shoppers.answer import Answer
from world.simulated.shoppers.natures import Nature, nature_of

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]
Levels = NDArray[np.int64]

LIFELIKE = replace(nature_of(Shoppers.LIFELIKE), halo=0.0, cannibalisation=0.0)
"""Without what one category's ads do to another's sales: a series has the tills of the category it advertises."""
_FELT_DAYS = 28
"""From the first day of a flight: its ads, their carry-over and the fortnight that was borrowed from."""
_BORROWED_DAYS, _FADE = 14, 0.85


@dataclass(frozen=True, slots=True, eq=False)
class _Spent(Answer):
    """Lifelike shoppers' answer to pounds by store and day, `begins` being the ordinal day of the first column."""

    pounds: Mapping[Channel, Matrix]
    begins: int

    def spend(self, category: str, first: int, days: int) -> dict[Channel, Matrix]:
        found = {}
        for channel, grid in self.pounds.items():
            asked = np.zeros((len(grid), days))
            low, high = max(first, self.begins), min(first + days, self.begins + grid.shape[1])
            if low < high:
                asked[:, low - first : high - first] = grid[:, low - self.begins : high - self.begins]
            found[channel] = asked
        return found


@lru_cache(maxsize=4096)
def _luck(seed: int, week: int, category: str) -> Vector:
    """Standard normal, of each store in a week."""
    return np.random.default_rng([seed, week + 1_000, *category.encode()]).standard_normal(len(NAMES))


@dataclass(frozen=True)
class LifelikeTruth:
    """The simulated world's lifelike shoppers, in its stores; implements `Truth` for all of them at once [N].

    What an order spends is spread unevenly over its stores, by the week, and no planner is told how.
    """

    seed: int
    nature: Nature = LIFELIKE
    name: str = "lifelike"

    def lift(self, category: str, daily_sales: Vector, spend: Mapping[Channel, Matrix], first_day: int) -> Matrix:
        days = next(iter(spend.values())).shape[1]
        begins = START.toordinal() + first_day
        answer = _Spent(
            seed=self.seed, nature=self.nature, stores=STORES, buys=(), audience_of=lambda _: 1.0,
            pounds={channel: self._uneven(category, grid, first_day) for channel, grid in spend.items()}, begins=begins,
        )  # fmt: skip
        return answer.lift(category, begins, days)

    def apart(self) -> "LifelikeTruth":
        """The same without what binds channels and days together: each channel's own lift adds."""
        return replace(self, nature=replace(self.nature, overlap=0.0, pull_forward=0.0))

    def _uneven(self, category: str, grid: Matrix, first_day: int) -> Matrix:
        weeks = (np.arange(grid.shape[1]) + first_day) // FLIGHT_DAYS
        shares = np.ones_like(grid)
        for week in np.unique(weeks):
            shares[:, weeks == week] = np.exp(self.nature.uneven * _luck(self.seed, int(week), category))[:, None]
        served = grid > 0
        mean = (shares * served).sum(axis=0) / np.maximum(served.sum(axis=0), 1)
        return np.asarray(grid * shares / np.where(mean > 0, mean, 1.0))


@dataclass(frozen=True, eq=False)
class Worth:
    """What budgets of a flight are truly worth, given what was spent before it. Curves are S-shaped, channels overlap
    and what is sold is partly borrowed: gains do not add.

    Budgets are levels [K, C], each a number of `step`s of pounds in a channel, at most `most` [C], and `whole` in all.
    """

    lifts: Matrix
    """By channel, level, store and day [C, L, N * D], of that channel alone."""
    margin: Vector
    """Pounds a whole of lift is worth by store and day [N * D]: less what is then not bought in the fortnight after."""
    step: float
    most: Levels
    whole: int
    overlap: float

    def of(self, levels: Levels) -> Vector:
        """Profit [K], pounds, beside spending nothing in this flight."""
        chosen = [lifts[levels[:, index]] for index, lifts in enumerate(self.lifts)]
        total, strongest = np.sum(chosen, axis=0), np.maximum.reduce(chosen)
        lift = (1 - self.overlap) * total + self.overlap * strongest - self.without
        return np.asarray(lift @ self.margin - self.step * levels.sum(axis=1))

    @property
    def without(self) -> Vector:
        """The lift [N * D] of what was spent before."""
        before = self.lifts[:, 0]
        return np.asarray((1 - self.overlap) * before.sum(axis=0) + self.overlap * before.max(axis=0))

    def allows(self, levels: Levels) -> NDArray[np.bool_]:
        return np.asarray(
            (levels >= 0).all(axis=1) & (levels <= self.most).all(axis=1) & (levels.sum(axis=1) <= self.whole)
        )


def worth_of(
    shop: Shop, category: str, week: int, treated: Sequence[str], *,
    budget: float, caps: Mapping[Channel, float], steps: int,
) -> Worth:  # fmt: skip
    """What any budget in `steps` equal steps of `budget` is worth, of a flight on the `treated` stores of a shop with a
    `LifelikeTruth`."""
    truth = shop.truth
    assert isinstance(truth, LifelikeTruth)
    units = shop.units(category)
    first = PAST_DAYS + week * FLIGHT_DAYS
    last = min(first + _FELT_DAYS, units.shape[1])
    begin = max(first - REMEMBERED_DAYS, 0)
    alone, rows, step = truth.apart(), np.isin(NAMES, treated), budget / steps
    sales = units.mean(axis=1) * shop.price(category)
    before = shop.spent.get(category, {})
    lifts = np.zeros((len(Channel), steps + 1, len(NAMES) * (last - first)))
    for index, channel in enumerate(Channel):
        past = np.zeros((len(NAMES), last - begin))
        if channel in before:
            past[:, : first - begin] = before[channel][:, begin:first]
        for level in range(steps + 1):
            spent = past.copy()
            spent[rows, first - begin : first - begin + FLIGHT_DAYS] += level * step / (len(treated) * FLIGHT_DAYS)
            lift = alone.lift(category, sales, {channel: spent}, begin - PAST_DAYS)[:, first - begin :]
            lifts[index, level] = lift.ravel()
    worth = units[:, first : last + _BORROWED_DAYS] * shop.price(category) * shop.margin_rate(category)
    fade = _FADE ** np.arange(_BORROWED_DAYS)
    fade *= truth.nature.pull_forward / fade.sum()
    margin = worth[:, : last - first].copy()
    for age in range(1, _BORROWED_DAYS + 1):
        later = worth[:, age : age + last - first]
        margin[:, : later.shape[1]] -= fade[age - 1] * later
    most = np.array([int(min(caps[channel], budget) / step) for channel in Channel])
    return Worth(lifts, margin.ravel(), step, most, steps, truth.nature.overlap)


def best_levels(worth: Worth) -> Levels:
    """Levels [C] of the greatest worth that any step from several beginnings leads to: every level of one channel, and
    any amount from one channel to another. A test holds it against all there are."""
    count = len(worth.most)
    even = np.minimum(worth.most, worth.whole // count)
    starts = [np.zeros(count, int), even, *(np.eye(count, dtype=int) * np.minimum(worth.most, worth.whole))]
    found = [_climbed(worth, start) for start in starts]
    values = worth.of(np.array(found))
    return np.asarray(found[int(np.argmax(values))])


def _climbed(worth: Worth, levels: Levels) -> Levels:
    value = float(worth.of(levels[None])[0])
    moves = _moves(len(worth.most), worth.whole)
    while True:
        near = levels + moves
        near = near[worth.allows(near)]
        values = worth.of(near)
        best = int(np.argmax(values))
        if values[best] <= value + 1e-9:
            return levels
        levels, value = near[best], float(values[best])


def _moves(count: int, whole: int) -> Levels:
    unit = np.eye(count, dtype=int)
    amounts = [amount for amount in (1, 2, 3, 5, 8, 13, 21, 34) if amount <= whole]
    alone = [sign * amount * one for one in unit for amount in amounts for sign in (1, -1)]
    passed = [amount * (one - other) for one in unit for other in unit if one is not other for amount in amounts]
    return np.array([*alone, *(move for move in passed if move.any())])
