"""From what is spent on each store to what its tills ring: the answer of a kind of shoppers, day by day.

The lift of a store is worked out in this order: what presses on its shoppers (what is spent on it, what spills over
from its region, carried over from the days before), what each channel then moves (the curve, the cell's strength, its
drift, its wear, the store's own taste), what of that falls on the same shoppers, what was only bought earlier, and what
companion and substitute categories gain and lose by it. Sales become `sales * (1 + lift)`.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from domain.booking import MediaBuy, MediaBuyRequest, MediaBuyStatus
from domain.catalogue import Store
from domain.channel import Channel
from world.simulated.market.shoppers import SIZES
from world.simulated.market.timeline import LAST_DAY, ORIGIN
from world.simulated.pacing import daily_spend
from world.simulated.shoppers.natures import Nature, neighbours
from world.simulated.truth import carried_over, saturating, strength_of

Grid = NDArray[np.float64]

LOOK_BACK_DAYS = 42
"""Spend older than this is forgotten: the longest flight and two weeks of carry-over."""
_BORROWED_DAYS = 14
"""How long after it was bought early a thing is not bought."""
_MONTH = 28
_MARKS = (LAST_DAY - ORIGIN).days // _MONTH + 2
_KEPT = 0.9
_LEAST = -0.9
"""Sales never fall by more than this, whatever is borrowed from them."""
_DIGITS = 12
"""Of a lift, after the point."""
_NEVER_RAN = {MediaBuyStatus.REJECTED, MediaBuyStatus.CANCELED, MediaBuyStatus.PENDING_CREATIVES}


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """Shoppers of a `nature` in the world of a `seed`, in its `stores` [N], to the `buys` placed there."""

    seed: int
    nature: Nature
    stores: Sequence[Store]
    buys: Sequence[MediaBuy]
    audience_of: Callable[[str], float]
    """`ad_lift`'s audience by category."""

    def lift(self, category: str, start: int, days: int) -> Grid:
        """The relative lift in a category's sales [N, days], from ordinal day `start`. The same for a store and a day
        whatever other days are asked for."""
        total = self._moved(category, start, days)
        if self.nature.halo or self.nature.cannibalisation:
            for other, sign in neighbours(category).items():
                share = self.nature.halo if sign > 0 else -self.nature.cannibalisation
                total = total + share * self._moved(other, start, days)
        # Sums of floats depend on how many there are: what is asked for beside a day leaves its last digits to chance.
        return np.asarray(np.round(np.maximum(total, _LEAST), _DIGITS))

    def _moved(self, category: str, start: int, days: int) -> Grid:
        """By the category's own ads, less what was only bought earlier."""
        borrowed = self.nature.pull_forward
        before = _BORROWED_DAYS if borrowed else 0
        lift = self._by_ads(category, start - before, before + days)
        if not borrowed:
            return lift
        fade = 0.85 ** np.arange(_BORROWED_DAYS)
        fade *= borrowed / fade.sum()
        back = sum(fade[age - 1] * lift[:, before - age : before - age + days] for age in range(1, before + 1))
        return np.asarray(lift[:, before:] - back)

    def _by_ads(self, category: str, start: int, days: int) -> Grid:
        spend = self.spend(category, start - LOOK_BACK_DAYS, LOOK_BACK_DAYS + days)
        lifts = [self._by_channel(channel, category, pounds, start) for channel, pounds in spend.items()]
        if not lifts:
            return np.zeros((len(self.stores), days))
        total: Grid = np.zeros_like(lifts[0])
        for lift in lifts:
            total += lift
        if self.nature.overlap and len(lifts) > 1:
            total -= self.nature.overlap * (total - np.max(lifts, axis=0))
        return total

    def _by_channel(self, channel: Channel, category: str, spend: Grid, start: int) -> Grid:
        """One channel's lift [N, days]; `spend` begins `LOOK_BACK_DAYS` before `start`."""
        nature, days = self.nature, spend.shape[1] - LOOK_BACK_DAYS
        if nature.spill:
            spend = spend + nature.spill * self._around(spend)
        pressure = carried_over(channel, spend)[:, LOOK_BACK_DAYS:]
        steepness = float(np.exp(0.25 * _luck("steepness", self.seed, channel))) if nature.hill else None
        strength = nature.strength * strength_of(self.seed, channel, category, nature.spread)
        lift = strength * saturating(channel, pressure, self.audience_of(category), steepness)
        if nature.store_spread or nature.region_spread or nature.additive:
            lift = lift * self._of_store(channel)[:, None]
        if nature.wear_out:
            seen = np.cumsum(spend > 0, axis=1)
            month: Grid = seen[:, LOOK_BACK_DAYS:] - seen[:, LOOK_BACK_DAYS - _MONTH : -_MONTH]
            lift = lift * np.exp(-nature.wear_out * month / _MONTH)
        if nature.drift or nature.shift:
            lift = lift * self._of_day(channel, category, start, days)
        return np.asarray(lift)

    def _around(self, spend: Grid) -> Grid:
        """What is spent on an average served store of each store's region, for those that are not served [N, days]."""
        around = np.zeros_like(spend)
        region = np.array([store.region for store in self.stores])
        for name in np.unique(region):
            rows = region == name
            around[rows] = spend[rows].sum(axis=0) / np.maximum((spend[rows] > 0).sum(axis=0), 1)
        return np.where(spend > 0, 0.0, around)

    def _of_store(self, channel: Channel) -> Grid:
        """Each store's own strength [N], about one on average."""
        nature = self.nature
        own = np.array([_luck("store", self.seed, channel, store.store_id) for store in self.stores])
        area = np.array([_luck("region", self.seed, channel, store.region) for store in self.stores])
        taste = np.exp(nature.store_spread * own + nature.region_spread * area)
        taste /= np.exp((nature.store_spread**2 + nature.region_spread**2) / 2)
        size = np.array([SIZES[store.size] for store in self.stores])
        return np.asarray(taste * ((1 - nature.additive) + nature.additive * size.mean() / size))

    def _of_day(self, channel: Channel, category: str, start: int, days: int) -> Grid:
        """What the cell's strength has become by each day [days]: a walk of four-week steps, and the shift."""
        nature, when = self.nature, np.arange(start, start + days)
        factor = np.ones(days)
        if nature.drift:
            walk = _walk(self.seed, channel, category)
            factor *= np.exp(nature.drift * np.interp((when - ORIGIN.toordinal()) / _MONTH, range(len(walk)), walk))
        factor[when >= nature.shift_on.toordinal()] *= nature.shift.get(channel, 1.0)
        return factor

    def spend(self, category: str, first: int, days: int) -> dict[Channel, Grid]:
        """Pounds by channel from ordinal day `first` on, each [N, days], over the stores each package serves."""
        spend: dict[Channel, Grid] = {}
        names = [store.store_id for store in self.stores]
        acting = [
            buy
            for buy in self.buys
            if buy.request.category == category
            and buy.status not in _NEVER_RAN
            and first - buy.request.flight.days < buy.request.flight.start.toordinal() < first + days
        ]
        # Sums of floats depend on their order, and the log's order must not matter.
        for buy in sorted(acting, key=lambda buy: buy.media_buy_id):
            request = buy.request
            begins = request.flight.start.toordinal() - first
            seen = range(max(begins, 0), min(begins + request.flight.days, days))
            for package in request.packages:
                grid = spend.setdefault(package.channel, np.zeros((len(names), days)))
                served = set(request.stores_of(package))
                amounts = np.array(daily_spend(self.seed, request, package, buy.changes), dtype=np.float64) / len(
                    served
                )
                treated = np.array([name in served for name in names], dtype=np.bool_)
                day = amounts[seen.start - begins : seen.stop - begins]
                grid[treated, seen.start : seen.stop] += self._shares(request, treated)[:, None] * day
        return spend

    def _shares(self, request: MediaBuyRequest, treated: NDArray[np.bool_]) -> Grid:
        """How much more or less than the average each treated store is served, one on average. What is bought decides
        it, and never who buys: a run of the same seed is the same run."""
        count = int(treated.sum())
        if not self.nature.uneven:
            return np.ones(count)
        bought = (request.category, request.sku, request.flight.start, *sorted(request.treated_stores))
        shares = np.exp(self.nature.uneven * _lucks(len(treated), "uneven", self.seed, *bought))[treated]
        return np.asarray(shares / shares.mean()) if count else shares


@lru_cache(maxsize=4096)
def _luck(*words: object) -> float:
    """A standard normal draw that belongs to `words`."""
    return float(np.random.default_rng(_digest(*words)).standard_normal())


@lru_cache(maxsize=512)
def _lucks(count: int, *words: object) -> Grid:
    """`count` of them [count]."""
    return np.random.default_rng(_digest(*words)).standard_normal(count)


@lru_cache(maxsize=512)
def _walk(seed: int, channel: Channel, category: str) -> Grid:
    """Where a cell stands at every four-week mark of the simulated years: steps of one, a tenth of which is gone by the
    next."""
    steps = np.random.default_rng(_digest("drift", seed, channel, category)).standard_normal(_MARKS)
    walk = np.zeros(_MARKS)
    for mark in range(1, _MARKS):
        walk[mark] = _KEPT * walk[mark - 1] + steps[mark]
    return walk


def _digest(*words: object) -> NDArray[np.uint32]:
    return np.frombuffer(hashlib.sha256("|".join(map(str, words)).encode()).digest(), np.uint32)
