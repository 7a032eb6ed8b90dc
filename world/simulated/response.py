"""The answer to simulated ads: tills ring as they would have with the media buys of their world.

Lift acts only in the treated stores, from a flight's first day on. A source of sales knows nothing of it: the wiring
decorates the simulated grocer, whose shoppers answer to nothing else, and real tills when, and only when, the ads sold
into them are simulated too. Real tills under real ads already hold the answer.
"""

from collections import OrderedDict
from collections.abc import Sequence
from datetime import date

import numpy as np

from domain.booking import MediaBuy
from domain.catalogue import Product, Store
from domain.context import WorldRef
from domain.panel import Panel
from domain.provenance import Provenance
from world.ports import MediaBuyLog, Retailer, Retailers, StoreSales
from world.simulated.shoppers.answer import Answer
from world.simulated.shoppers.natures import nature_of
from world.simulated.truth import audience_of

_WORLDS_KEPT = 64


async def standing_in(log: MediaBuyLog, ref: WorldRef) -> Sequence[MediaBuy]:
    """The media buys of a world; of one that branched off another, the others' there too."""
    own = await log.of_world(ref.world_id)
    if (branch := ref.branch) is None:
        return own
    others = await log.of_world(branch.world_id)
    kept = [
        buy
        for buy in others
        if buy.request.campaign_id != branch.campaign_id or buy.request.flight.start < branch.since
    ]
    return [*kept, *own]


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
        answers = {"ad_response": "simulated", "shoppers": self.ref.shoppers}
        return self._shop.provenance.model_copy(update=answers)

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
        buys = await standing_in(self._log, self.ref)
        # Measurement and learning read the same tills one after the other; a revision of a buy never changes once kept.
        asked = (category, start, end, tuple((buy.media_buy_id, buy.revision) for buy in buys))
        if self._asked is None or self._asked[0] != asked:
            without = await self._shop.store_sales(category, start, end)
            self._asked = asked, self._with_ads(without, category, buys) if buys else without
        return self._asked[1]

    def _with_ads(self, without: StoreSales, category: str, buys: Sequence[MediaBuy]) -> StoreSales:
        known = {store.store_id: store for store in self._shop.stores}
        answer = Answer(
            seed=self.ref.seed,
            nature=nature_of(self.ref.shoppers),
            stores=[known[name] for name in without.stores],
            buys=buys,
            audience_of=lambda name: audience_of(self._shop.daily_sales(name)),
        )
        lift = answer.lift(category, without.start.toordinal(), without.units.shape[1])
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
