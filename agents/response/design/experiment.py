"""The experiment of a campaign: which stores get how much of which channel, when that is worth finding out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from agents.response.design.groups import StoreOf, stratified_groups
from agents.response.design.power import group_error
from agents.response.design.worth import Outlook, information, profit, value_of
from domain.channel import Channel

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

HORIZON = 20.0
"""Campaigns to come that a finding about a category is taken to serve, where every campaign is for that category."""
_CARRIED = 0.05
"""What a finding about one category is worth to the campaigns of another."""
_UNKNOWN = 3
"""Campaigns of other categories that are taken to be coming before any campaign has been seen, and the first itself."""
AMPLITUDES = (0.2, 0.4, 0.6, 0.8, 1.0)
"""How far the levels of a channel reach from its plan, as shares of it: at 1 from nothing to double."""
MOST_GROUPS = 6
PROBE = 0.3
"""What a channel that is not bought is tried at, as a share of its scale."""
_LEAST_AMPLITUDE = 0.1
"""Below it a channel is not worth packages of its own."""
_DEALS, _PATTERNS = 60, 4
"""Ways of permuting the levels that are drawn, and how many of the least confounded are compared."""


def horizon_of(campaigns: int, of_category: int) -> float:
    """Campaigns to come that a finding about a category serves, after so many lately, `of_category` of which were its
    own; the one being planned counts among both.

    The square of its share: the seldomer a category's turn comes, the more of a finding has faded by then as well.
    """
    turns = ((1 + of_category) / (_UNKNOWN + campaigns)) ** 2
    return HORIZON * (turns + _CARRIED * (1 - turns))


@dataclass(frozen=True, slots=True)
class StoreGroup:
    """Stores served alike. `budgets` is pounds in the flight by channel, above zero."""

    stores: tuple[str, ...]
    budgets: Mapping[Channel, Decimal]


@dataclass(frozen=True, slots=True)
class Experiment:
    """Groups whose budgets sum, by channel, to the plan's. One group is a campaign without an experiment.

    `varied` are the channels with levels of their own by group, for which a package is bought in each; of any other
    channel one package serves all the groups together. `amplitude` how far those reach. `cost` is the profit
    given up in this flight and `worth` what is expected of it over the campaigns to come, pounds; `note` says it.
    """

    groups: tuple[StoreGroup, ...]
    varied: tuple[Channel, ...]
    amplitude: float
    cost: float
    worth: float
    note: str


def design_experiment(
    budgets: Mapping[Channel, Decimal],
    *,
    stores: Sequence[StoreOf],
    control: int,
    minimum: Mapping[Channel, Decimal],
    outlook: Outlook,
    channels: Sequence[Channel],
    noise: float,
    days: int,
    rng: np.random.Generator,
    horizon: float = HORIZON,
) -> Experiment:
    """The experiment with the most worth less cost among those every package of which clears its smallest order.

    `budgets` is the plan, pounds in the flight; `stores` are the treated ones, beside `control` held-out ones;
    `outlook` speaks of `channels` in that order, and `noise` is `power.store_noise` of the pre-period. A channel the
    plan leaves out may be tried in some groups where money is left; otherwise budgets sum, by channel, to the plan's.
    """
    plan = np.array([float(budgets.get(channel, 0)) for channel in channels])
    if not plan.any():
        return _even(budgets, stores, "No channel is bought, so there is nothing to find out.")
    floor = np.array([float(minimum.get(channel, 0)) for channel in channels])
    for count in range(min(MOST_GROUPS, len(stores) // 2), 1, -1):
        groups = stratified_groups(stores, count, rng)
        size = np.array([len(group) for group in groups], dtype=np.float64)
        search = _Search(outlook, plan, floor, size, days, group_error(noise, size, control), horizon, rng)
        if not search.clears():
            continue
        found = search.best()
        if found.gain <= 0 or not found.reach.any():
            return _even(budgets, stores, _NOT_WORTH_IT)
        given = {
            channel: budgets.get(channel, Decimal(0)) or Decimal(int(found.plan[index] * 100)) / 100
            for index, channel in enumerate(channels)
        }
        varied = tuple(channel for index, channel in enumerate(channels) if found.reach[index] > 0)
        return Experiment(
            groups=tuple(
                StoreGroup(group, mine)
                for group, mine in zip(groups, _pence(given, channels, found.levels, size), strict=True)
            ),
            varied=varied,
            amplitude=float(found.reach.max()),
            cost=found.cost,
            worth=found.worth,
            note=_said(count, varied, float(found.reach.max()), found.cost),
        )
    return _even(budgets, stores, _TOO_SMALL)


@dataclass(frozen=True, slots=True, eq=False)
class _Design:
    """A plan [n] in pounds, how far each channel's levels reach [n], the levels [G, n], and what that brings."""

    plan: Vector
    reach: Vector
    levels: Matrix
    cost: float
    worth: float

    @property
    def gain(self) -> float:
        return self.worth - self.cost


@dataclass(frozen=True, slots=True, eq=False)
class _Search:
    """Over amplitudes and permutations for all channels at once, then channel by channel."""

    outlook: Outlook
    plan: Vector
    floor: Vector
    size: Vector
    days: int
    error: Matrix
    horizon: float
    rng: np.random.Generator

    @property
    def store_days(self) -> float:
        return float(self.size.sum()) * self.days

    def clears(self) -> bool:
        """Whether any channel can be given levels of its own."""
        return bool(self._reaches(self.plan, np.full(len(self.plan), 1.0)).any())

    def best(self) -> _Design:
        """The best design found; one that varies nothing has neither cost nor worth."""
        luck = np.random.default_rng(self.rng.integers(2**63))
        seed = int(luck.integers(2**63))
        patterns = self._patterns(luck)
        tried = [(self.plan, np.full(len(self.plan), amplitude), pattern) for pattern in patterns
                 for amplitude in AMPLITUDES]  # fmt: skip
        found, pattern = self._evaluated(tried, seed)
        for index in self.rng.permutation(len(self.plan)):
            tried = [(found.plan, found.reach, pattern)]
            for amplitude in (0.0, *AMPLITUDES):
                reach = found.reach.copy()
                reach[index] = amplitude
                plan = found.plan
                if self.plan[index] <= 0:
                    plan = plan.copy()
                    plan[index] = self._probe(int(index), plan) if amplitude > 0 else 0.0
                tried.append((plan, reach, pattern))
            found, pattern = self._evaluated(tried, seed)
        return found

    def _probe(self, index: int, plan: Vector) -> float:
        """Pounds for a channel that is not planned; what is left of the money, where that is less."""
        left = self.outlook.most * self.store_days - float(plan.sum() - plan[index])
        wanted = PROBE * float(np.exp(self.outlook.log_scale[index])) * self.store_days
        return min(wanted, left, float(self.outlook.cap[index]) * self.store_days)

    def _evaluated(self, tried: Sequence[tuple[Vector, Vector, Matrix]], seed: int) -> tuple[_Design, Matrix]:
        outlook = self.outlook
        reaches = [self._reaches(plan, reach) for plan, reach, _ in tried]
        plans = np.array([np.where((self.plan > 0) | (mine > 0), plan, 0.0)
                          for (plan, _, _), mine in zip(tried, reaches, strict=True)])  # fmt: skip
        share = self.size / self.size.sum()
        levels = np.array([1 + mine * pattern for mine, (_, _, pattern) in zip(reaches, tried, strict=True)])
        levels /= (share[:, None] * levels).sum(axis=1, keepdims=True)
        spend = plans[:, None, :] * levels / self.store_days
        even = self.plan / self.store_days
        base = float(profit(even, outlook.effect, outlook.log_scale, outlook.margin))
        earned = profit(spend, outlook.effect, outlook.log_scale, outlook.margin) @ share
        cost = self.store_days * (base - earned)
        every = np.concatenate([np.broadcast_to(even, (1, *levels.shape[1:])), spend])
        value = value_of(outlook, even, information(outlook, every, self.error), np.random.default_rng(seed))
        worth = self.store_days * self.horizon * (value[1:] - value[0])
        chosen = int(np.argmax(worth - cost))
        return (
            _Design(plans[chosen], reaches[chosen], levels[chosen], float(cost[chosen]), float(worth[chosen])),
            tried[chosen][2],
        )

    def _reaches(self, plan: Vector, wanted: Vector) -> Vector:
        """How far each channel's levels can reach [n] so that its smallest package clears its smallest order, or is
        nothing at all."""
        smallest = plan * float(self.size.min() / self.size.sum())
        with np.errstate(divide="ignore", invalid="ignore"):
            room = np.where(plan > 0, 1 - self.floor / smallest, 0.0)
        reach = np.minimum(wanted, np.maximum(room, 0.0))
        second = 2 / (len(self.size) - 1)
        reach = np.where((wanted >= 1.0) & (plan > 0) & (smallest * second >= self.floor), 1.0, reach)
        return np.where(reach < _LEAST_AMPLITUDE, 0.0, reach)

    def _patterns(self, luck: np.random.Generator) -> list[Matrix]:
        """Evenly spaced levels from -1 to 1 [G, n], permuted for each channel: the deals whose channels go together
        least."""
        steps = np.linspace(-1, 1, len(self.size))
        deals = [np.stack([luck.permutation(steps) for _ in self.plan], axis=1) for _ in range(_DEALS)]
        together = [float(((deal.T @ deal) ** 2).sum()) for deal in deals]
        return [deals[index] for index in np.argsort(together)[:_PATTERNS]]


_TOO_SMALL = "Stores or orders are too small to be split into groups, so every treated store gets the same."
_NOT_WORTH_IT = "Uneven spend would cost more than it could teach, so every treated store gets the same."


def _said(count: int, varied: Sequence[Channel], reach: float, cost: float) -> str:
    names = ", ".join(channel.replace("_", " ") for channel in varied)
    return (
        f"{count} groups of stores get between {1 - reach:.0%} and {1 + reach:.0%} of the plan on {names}, to tell the "
        f"channels apart; that is expected to cost £{max(cost, 0):,.2f} of profit."
    )


def _even(budgets: Mapping[Channel, Decimal], stores: Sequence[StoreOf], note: str) -> Experiment:
    bought = {channel: amount for channel, amount in budgets.items() if amount > 0}
    everywhere = StoreGroup(tuple(sorted(store.store_id for store in stores)), bought)
    return Experiment((everywhere,), (), 0.0, 0.0, 0.0, note)


def _pence(
    budgets: Mapping[Channel, Decimal], channels: Sequence[Channel], levels: Matrix, size: Vector
) -> list[dict[Channel, Decimal]]:
    """Each group's budgets in whole pence; by channel they sum to the plan's."""
    split: list[dict[Channel, Decimal]] = [{} for _ in size]
    share = levels * (size / size.sum())[:, None]
    for index, channel in enumerate(channels):
        pence = int(budgets.get(channel, Decimal(0)) * 100)
        exact = share[:, index] * pence
        whole = np.floor(exact).astype(np.int64)
        for late in np.argsort(whole - exact, kind="stable")[: pence - int(whole.sum())]:
            whole[late] += 1
        for group, amount in enumerate(whole):
            if amount > 0:
                split[group][channel] = Decimal(int(amount)) / 100
    return split
