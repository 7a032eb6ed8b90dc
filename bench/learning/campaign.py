"""What a planner of the closed loop does each week, and the series it does it in."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from agents.strategy.holdout import draw_holdout
from bench.learning.lifelike import LifelikeTruth, best_levels, worth_of
from bench.learning.shop import CAPS, FLIGHT_DAYS, STORES, Order, Shop
from bench.learning.truths import best_budgets
from domain.channel import Channel
from domain.plan import Holdout
from world.simulated.market.catalogue import regions

Vector = NDArray[np.float64]

BUDGET = 5_000.0
_STEPS = 25
"""Of the clairvoyant's budgets where gains do not add."""


@dataclass(frozen=True)
class Planned:
    """A week's orders and holdout, and the return expected: margin over spend less one, with its 80 % interval."""

    holdout: Holdout
    orders: tuple[Order, ...]
    roi: float = 0.0
    low: float = 0.0
    high: float = 0.0

    @property
    def mix(self) -> Vector:
        """Pounds by channel [C]."""
        return np.array([sum(order.budgets.get(channel, 0.0) for order in self.orders) for channel in Channel])


def holdout_of(shop: Shop, category: str, week: int, share: float) -> Holdout:
    """The stores left out, drawn as the product draws them."""
    seed = zlib.crc32(f"{shop.seed}|{category}|{shop.flight(week).start}".encode())
    return draw_holdout(STORES, regions(), share, seed)


class Planner(Protocol):
    def plan(self, shop: Shop, category: str, week: int) -> Planned: ...

    def learn(
        self, shop: Shop, category: str, week: int, planned: Planned, spent: Sequence[dict[Channel, float]]
    ) -> None: ...


@dataclass(frozen=True, eq=False)
class Series:
    """By week: profit, spend and the mix planned [W, C], with what a clairvoyant made and planned on the same stores;
    returns predicted with interval [W, 3], and true ones [W]."""

    profit: Vector
    spend: Vector
    mix: Vector
    best_profit: Vector
    best_mix: Vector
    predicted: Vector
    returned: Vector
    sales: Vector


def play(planner: Planner, shop: Shop, rotation: Sequence[str]) -> Series:
    """A campaign a week, the categories taking turns, and then the same weeks with the true optimum."""
    clairvoyant = Shop(shop.seed, shop.truth, shop.weeks)
    plans, best_mix, sales = [], [], []
    for week in range(shop.weeks):
        category = rotation[week % len(rotation)]
        planned = planner.plan(shop, category, week)
        spent = shop.place(category, week, planned.orders)
        planner.learn(shop, category, week, planned, spent)
        plans.append(planned)
        treated = planned.holdout.treated_stores
        daily = shop.daily_units_of(category, week, treated) * shop.price(category)
        best = _best(clairvoyant, category, week, treated, daily)
        clairvoyant.place(category, week, [Order(tuple(treated), best)])
        best_mix.append([best[channel] for channel in Channel])
        sales.append(daily)
    names = sorted(set(rotation))
    gained, spend = (sum(each(name) for name in names) for each in (shop.gained, shop.cost))
    best_profit = sum(clairvoyant.gained(name) - clairvoyant.cost(name) for name in names)
    with np.errstate(invalid="ignore", divide="ignore"):
        returned = gained / spend - 1
    return Series(
        profit=np.asarray(gained - spend),
        spend=np.asarray(spend),
        mix=np.array([planned.mix for planned in plans]),
        best_profit=np.asarray(best_profit),
        best_mix=np.array(best_mix),
        predicted=np.array([(planned.roi, planned.low, planned.high) for planned in plans]),
        returned=np.asarray(returned),
        sales=np.array(sales),
    )


def _best(
    clairvoyant: Shop, category: str, week: int, treated: Sequence[str], daily_sales: float
) -> dict[Channel, float]:
    """What somebody who knows the truth would spend in a week on `treated`, having spent what `clairvoyant` has: the
    most profitable budgets of this flight, whatever they take from later ones."""
    if isinstance(clairvoyant.truth, LifelikeTruth):
        worth = worth_of(clairvoyant, category, week, treated, budget=BUDGET, caps=CAPS, steps=_STEPS)
        return dict(zip(Channel, (best_levels(worth) * worth.step).tolist(), strict=True))
    return best_budgets(
        clairvoyant.truth, category, week * FLIGHT_DAYS, stores=len(treated), days=FLIGHT_DAYS,
        daily_sales=daily_sales, margin_rate=clairvoyant.margin_rate(category), budget=BUDGET, caps=CAPS,
    )  # fmt: skip


def mix_distance(mix: Vector, best: Vector) -> Vector:
    """Half the L1 distance of the shares of spend by channel [W]; NaN where one spends nothing."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(
            np.abs(mix / mix.sum(axis=1, keepdims=True) - best / best.sum(axis=1, keepdims=True)).sum(axis=1) / 2
        )
