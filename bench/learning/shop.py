"""A year's half of weekly campaigns in the simulated grocer's stores, with a truth of our choice."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from bench.learning.truths import Truth
from domain.catalogue import Store
from domain.channel import Channel
from domain.context import WorldRef
from domain.plan import Flight
from world.ports import StoreSales
from world.simulated.channels import simulated
from world.simulated.market.catalogue import categories, stores
from world.simulated.market.market import SimulatedWorlds

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

START = date(2026, 1, 5)
PAST_DAYS, FLIGHT_DAYS, TAIL_DAYS = 28, 7, 14
REMEMBERED_DAYS = 56
"""What was spent earlier presses, wears and is borrowed from no more."""
_SMALL, _AVERAGE_STORE = 450.0, 0.83
"""Pounds a day and store; and what the average store sells beside one of size 1."""
_WORLDS = SimulatedWorlds()
STORES: tuple[Store, ...] = stores()
NAMES = tuple(store.store_id for store in STORES)
MINIMUM = {channel: float(simulated(channel).terms.minimum_budget) for channel in Channel}
CAPS = {channel: float(simulated(channel).terms.maximum_daily_budget) * FLIGHT_DAYS for channel in Channel}


@dataclass(frozen=True)
class Order:
    """Pounds in the flight on `stores` by channel, spread evenly over them."""

    stores: tuple[str, ...]
    budgets: Mapping[Channel, float]


@lru_cache(maxsize=64)
def _units(seed: int, category: str, weeks: int) -> Matrix:
    """Units without ads [N, T], from `PAST_DAYS` before the first flight to `TAIL_DAYS` after the last."""
    world = _WORLDS.open(WorldRef(seed=seed))
    first = START - timedelta(days=PAST_DAYS)
    last = START + timedelta(days=weeks * FLIGHT_DAYS + TAIL_DAYS - 1)
    return asyncio.run(world.store_sales(category, first, last)).units


@dataclass
class Shop:
    """The tills and the orders of one series of campaigns."""

    seed: int
    truth: Truth
    weeks: int = 26
    spent: dict[str, dict[Channel, Matrix]] = field(default_factory=dict)

    def flight(self, week: int) -> Flight:
        start = START + timedelta(days=week * FLIGHT_DAYS)
        return Flight(start=start, end=start + timedelta(days=FLIGHT_DAYS - 1))

    def price(self, category: str) -> float:
        return _of(category)[0]

    def margin_rate(self, category: str) -> float:
        return _of(category)[1]

    def units(self, category: str) -> Matrix:
        return _units(self.seed, category, self.weeks)

    def daily_units_of(self, category: str, week: int, stores: Sequence[str]) -> float:
        """Units a day an average one of `stores` would sell without ads, as the four weeks before the flight say."""
        first = week * FLIGHT_DAYS
        return float(self.units(category)[np.isin(NAMES, stores), first : first + PAST_DAYS].mean())

    def place(self, category: str, week: int, orders: Sequence[Order]) -> list[dict[Channel, float]]:
        """Deliver the orders, up to 4 % under and unevenly over the days; pounds spent by order and channel."""
        grid = self.spent.setdefault(category, {channel: np.zeros(self.units(category).shape) for channel in Channel})
        first = PAST_DAYS + week * FLIGHT_DAYS
        spent = []
        for number, order in enumerate(orders):
            rows = np.isin(NAMES, order.stores)
            mine = {}
            for channel, budget in order.budgets.items():
                if budget <= 0:
                    continue
                luck = np.random.default_rng([self.seed, week, number, *channel.encode()])
                weights = 1 + 0.12 * luck.uniform(-1, 1, FLIGHT_DAYS)
                delivered = budget * (1 - 0.04 * luck.uniform()) * weights / weights.sum()
                grid[channel][rows, first : first + FLIGHT_DAYS] += delivered / len(order.stores)
                mine[channel] = float(delivered.sum())
            spent.append(mine)
        return spent

    def tills(self, category: str, week: int) -> StoreSales:
        """What was sold in the four weeks before the flight and in it."""
        first, last = week * FLIGHT_DAYS, PAST_DAYS + (week + 1) * FLIGHT_DAYS
        units = self.units(category)[:, first:last] * (1 + self._lift(category, first, last))
        return StoreSales(self.flight(week).start - timedelta(days=PAST_DAYS), NAMES, np.rint(units))

    def known_spend(self, category: str, week: int) -> dict[Channel, Matrix]:
        """Pounds a store and day that have been spent, over the days of `tills` [N, T]."""
        first, last = week * FLIGHT_DAYS, PAST_DAYS + (week + 1) * FLIGHT_DAYS
        return {channel: grid[:, first:last] for channel, grid in self.spent.get(category, {}).items()}

    def gained(self, category: str) -> Vector:
        """True incremental margin by week [W], pounds, counted in the week in which it is felt."""
        if category not in self.spent:
            return np.zeros(self.weeks)
        units = self.units(category)
        lift = self._lift(category, 0, units.shape[1])
        margin = (units * lift).sum(axis=0) * self.price(category) * self.margin_rate(category)
        weeks = margin[PAST_DAYS : PAST_DAYS + self.weeks * FLIGHT_DAYS].reshape(self.weeks, FLIGHT_DAYS).sum(axis=1)
        weeks[-1] += margin[PAST_DAYS + self.weeks * FLIGHT_DAYS :].sum()
        return np.asarray(weeks)

    def cost(self, category: str) -> Vector:
        """Pounds spent by week [W]."""
        days = sum(grid.sum(axis=0) for grid in self.spent.get(category, {}).values()) + np.zeros(1)
        if days.size == 1:
            return np.zeros(self.weeks)
        return np.asarray(
            days[PAST_DAYS : PAST_DAYS + self.weeks * FLIGHT_DAYS].reshape(self.weeks, FLIGHT_DAYS).sum(axis=1)
        )

    def _lift(self, category: str, first: int, last: int) -> Matrix:
        """From column `first` to `last`."""
        if category not in self.spent:
            return np.zeros((len(NAMES), last - first))
        begin = max(first - REMEMBERED_DAYS, 0)
        spend = {channel: grid[:, begin:last] for channel, grid in self.spent[category].items()}
        sales = self.units(category).mean(axis=1) * self.price(category)
        return self.truth.lift(category, sales, spend, begin - PAST_DAYS)[:, first - begin :]


@lru_cache
def _of(category: str) -> tuple[float, float]:
    found = next(known for known in categories() if known.name == category)
    return found.average_price, found.margin_rate


def rotation(seed: int, count: int) -> tuple[str, ...]:
    """`count` categories of the catalogue, drawn by lot."""
    names = [category.name for category in categories()]
    return tuple(np.random.default_rng([seed, count]).permutation(names)[:count].tolist())


def small_categories(seed: int, count: int) -> tuple[str, ...]:
    """`count` of the categories of which a store sells under £450 a day, drawn by lot."""
    names = [each.name for each in categories() if _of(each.name)[0] * each.daily_units < _SMALL / _AVERAGE_STORE]
    return tuple(np.random.default_rng([seed, count]).permutation(names)[:count].tolist())
