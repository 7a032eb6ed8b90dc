"""The answer to simulated ads: tills ring as they would have with the media buys of their world.

Lift acts only in the treated stores, from a flight's first day on. A source of sales knows nothing of it: the wiring
decorates the simulated grocer, whose shoppers answer to nothing else, and real tills when, and only when, the ads sold
into them are simulated too. Real tills under real ads already hold the answer.
"""

from collections import OrderedDict
from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from domain.booking import MediaBuy, MediaBuyStatus
from domain.catalogue import Product, Store
from domain.channel import Channel
from domain.context import WorldRef
from domain.panel import Panel
from domain.provenance import Provenance
from world.ports import MediaBuyLog, Retailer, Retailers, StoreSales
from world.simulated.media.pacing import daily_spend
from world.simulated.truth import ad_lift, audience_of, carried_over

_NEVER_RAN = {MediaBuyStatus.REJECTED, MediaBuyStatus.CANCELED, MediaBuyStatus.PENDING_CREATIVES}
LOOK_BACK_DAYS = 42
"""Spend older than this is forgotten: the longest flight and two weeks of carry-over."""
_WORLDS_KEPT = 64


class RespondingWorld:
    """Implements `World`: `shop` itself, but that its shoppers answer to the media buys in `log`."""

    def __init__(self, shop: Retailer, log: MediaBuyLog) -> None:
        self._shop = shop
        self._log = log
        self._asked: tuple[tuple[str, date, date, tuple[tuple[str, int], ...]], StoreSales] | None = None

    @property
    def ref(self) -> WorldRef:
        return self._shop.ref

    @property
    def provenance(self) -> Provenance:
        return self._shop.provenance.model_copy(update={"ad_response": "simulated"})

    @property
    def stores(self) -> Sequence[Store]:
        return self._shop.stores

    def sensing_day(self) -> date:
        return self._shop.sensing_day()

    def panel(self, today: date) -> Panel:
        """As `shop` has it: no ad of ours is in it."""
        return self._shop.panel(today)

    def shelf(self, category: str, today: date) -> Sequence[Product]:
        return self._shop.shelf(category, today)

    async def store_sales(self, category: str, start: date, end: date) -> StoreSales:
        """The shop's own, times the lift of this world's media buys. Raises as the shop does."""
        buys = await self._log.of_world(self.ref.world_id)
        # Measurement and learning read the same tills one after the other; a revision of a buy never changes once kept.
        asked = (category, start, end, tuple((buy.media_buy_id, buy.revision) for buy in buys))
        if self._asked is None or self._asked[0] != asked:
            without = await self._shop.store_sales(category, start, end)
            self._asked = asked, self._with_ads(without, category, buys) if buys else without
        return self._asked[1]

    def _with_ads(self, without: StoreSales, category: str, buys: Sequence[MediaBuy]) -> StoreSales:
        lift = lift_by_store(
            self.ref.seed,
            buys,
            category,
            without.stores,
            without.start.toordinal(),
            without.units.shape[1],
            audience=audience_of(self._shop.daily_sales(category)),
        )
        units = without.units * (1 + lift)
        if self._shop.provenance.sales == "simulated":
            units = np.rint(units)  # a till counts whole units; a real source's may stand for many, or for kilograms
        units.setflags(write=False)
        return StoreSales(without.start, without.stores, units)


class RespondingWorlds:
    """Implements `Worlds`, over shops whose shoppers are to answer. A world is kept while its shop is."""

    def __init__(self, shops: Retailers, log: MediaBuyLog) -> None:
        self._shops = shops
        self._log = log
        self._open: OrderedDict[WorldRef, tuple[Retailer, RespondingWorld]] = OrderedDict()

    def open(self, ref: WorldRef) -> RespondingWorld:
        """Raises as the shops do."""
        shop = self._shops.open(ref)
        kept = self._open.get(ref)
        if kept is None or kept[0] is not shop:
            kept = shop, RespondingWorld(shop, self._log)
            self._open[ref] = kept
        self._open.move_to_end(ref)
        if len(self._open) > _WORLDS_KEPT:
            self._open.popitem(last=False)
        return kept[1]


def lift_by_store(
    seed: int,
    buys: Sequence[MediaBuy],
    category: str,
    stores: Sequence[str],
    start: int,
    days: int,
    *,
    audience: float = 1.0,
) -> NDArray[np.float64]:
    """The relative lift in a category's sales, [N, days]; row per store, columns from ordinal day `start`.

    `audience` is `ad_lift`'s. Buys of one channel in one store share its saturation; different channels add.
    """
    first = start - LOOK_BACK_DAYS
    total = np.zeros((len(stores), days))
    for channel, spend in _spend(seed, buys, category, stores, first, LOOK_BACK_DAYS + days).items():
        total += ad_lift(seed, channel, category, carried_over(channel, spend)[:, LOOK_BACK_DAYS:], audience)
    return total


def _spend(
    seed: int, buys: Sequence[MediaBuy], category: str, stores: Sequence[str], first: int, days: int
) -> dict[Channel, NDArray[np.float64]]:
    """Pounds by channel, each [N, days], spread evenly over a buy's treated stores."""
    spend: dict[Channel, NDArray[np.float64]] = {}
    acting = [
        buy
        for buy in buys
        if buy.request.category == category
        and buy.status not in _NEVER_RAN
        and first - buy.request.flight.days < buy.request.flight.start.toordinal() < first + days
    ]
    # Sums of floats depend on their order, and the log's order must not matter.
    for buy in sorted(acting, key=lambda buy: buy.media_buy_id):
        request = buy.request
        treated_stores = set(request.treated_stores)
        treated = np.array([store in treated_stores for store in stores], dtype=np.bool_)
        begins = request.flight.start.toordinal() - first
        seen = range(max(begins, 0), min(begins + request.flight.days, days))
        for package in request.packages:
            grid = spend.setdefault(package.channel, np.zeros((len(stores), days)))
            spent = daily_spend(seed, request, package, buy.changes)
            amounts = np.array(spent, dtype=np.float64) / len(request.treated_stores)
            grid[treated, seen.start : seen.stop] += amounts[seen.start - begins : seen.stop - begins]
    return spend
