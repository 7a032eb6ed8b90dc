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
Cube = NDArray[np.float64]

HORIZON = 8.0
"""Campaigns to come that a finding is taken to serve: it fades with its half-life, and categories take turns."""
AMPLITUDES = (0.2, 0.4, 0.6, 0.8, 1.0)
"""How far the levels of a channel reach from its plan, as shares of it: at 1 from nothing to double."""
MOST_GROUPS = 5
_LEAST_AMPLITUDE = 0.1
"""Below it a channel is not worth packages of its own."""
_PATTERNS = 6
"""Ways of permuting the levels that are compared, for each amplitude."""


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
    `outlook` speaks of `channels` in that order, and `noise` is `power.store_noise` of the pre-period.
    """
    plan = np.array([float(budgets.get(channel, 0)) for channel in channels])
    floor = np.array([float(minimum.get(channel, 0)) for channel in channels])
    best = _even(budgets, stores, "No channel is bought, so there is nothing to find out.")
    if not plan.any():
        return best
    best = _even(budgets, stores, _TOO_SMALL)
    for count in range(min(MOST_GROUPS, len(stores) // 2), 1, -1):
        groups = stratified_groups(stores, count, rng)
        size = np.array([len(group) for group in groups], dtype=np.float64)
        levels, reach = _levels(plan, floor, size, rng)
        if not levels.any():
            continue
        spend = plan * levels / (size.sum() * days)
        error = group_error(noise, size, control)
        even = plan / (size.sum() * days)
        earned = profit(spend, outlook.effect, outlook.log_scale, outlook.margin) @ size
        cost = days * (size.sum() * profit(even, outlook.effect, outlook.log_scale, outlook.margin) - earned)
        taken = information(outlook, np.concatenate([even[None, None].repeat(count, axis=1), spend]), error)
        value = size.sum() * days * horizon * value_of(outlook, even, taken, rng)
        gain = (value[1:] - value[0]) - cost
        chosen = int(np.argmax(gain))
        if gain[chosen] <= 0:
            return _even(budgets, stores, _NOT_WORTH_IT)
        split = _pence(budgets, channels, levels[chosen], size)
        varied = tuple(channel for index, channel in enumerate(channels) if np.ptp(levels[chosen][:, index]) > 0)
        return Experiment(
            groups=tuple(StoreGroup(group, mine) for group, mine in zip(groups, split, strict=True)),
            varied=varied,
            amplitude=reach[chosen],
            cost=float(cost[chosen]),
            worth=float(value[1 + chosen] - value[0]),
            note=_said(count, varied, reach[chosen], float(cost[chosen])),
        )
    return best


_TOO_SMALL = "The orders are too small to be split over groups of stores, so every treated store gets the same."
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


def _levels(plan: Vector, floor: Vector, size: Vector, rng: np.random.Generator) -> tuple[Cube, list[float]]:
    """Candidate levels [D, G, n] that average one over the stores, with the amplitude of each.

    Levels are evenly spaced and permuted for each channel by lot. A channel reaches only so far that its smallest
    package still clears its smallest order, or to nothing at all; where that leaves nothing, it is not varied.
    """
    count, share = len(size), size / size.sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        room = np.where(plan > 0, 1 - floor / (plan * share.min()), 0.0)
    steps = np.linspace(-1, 1, count)
    found: list[Matrix] = []
    reach: list[float] = []
    for _ in range(_PATTERNS):
        pattern = np.stack([rng.permutation(steps) for _ in plan], axis=1)
        for amplitude in AMPLITUDES:
            mine = np.minimum(amplitude, np.maximum(room, 0.0))
            if amplitude == 1.0:
                second = np.sort(1 + steps)[1]
                clears = plan * share.min() * second >= floor
                mine = np.where(clears & (plan > 0), 1.0, mine)
            mine = np.where(mine < _LEAST_AMPLITUDE, 0.0, mine)
            levels = 1 + mine * pattern
            levels /= (share[:, None] * levels).sum(axis=0)
            found.append(levels)
            reach.append(float(mine.max()))
    stacked = np.array(found)
    return (stacked, reach) if max(reach) > 0 else (np.zeros_like(stacked), reach)


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
