"""The simulated world as every agent sees it: what can be observed, and nothing of the truth behind it."""

from collections import OrderedDict
from collections.abc import Sequence
from datetime import date

import numpy as np

from domain.catalogue import Product, Store
from domain.context import WorldRef
from domain.errors import BadInput
from domain.money import pounds
from domain.panel import Panel
from domain.provenance import Provenance
from world.ports import StoreSales
from world.simulated.market.catalogue import DAILY_SALES, categories, category_index, stores
from world.simulated.market.history import History, history
from world.simulated.market.scenarios import checked, shows_on
from world.simulated.market.timeline import LAST_DAY, ORIGIN, day_index

SENSING_DAY = date(2026, 11, 16)
"""The day a run looks at when nothing has been scheduled."""
_PROVENANCE = Provenance(
    sales="simulated",
    weather="simulated",
    search="simulated",
    ad_response="none",
    source="Simulated grocer (40 stores, 200 products)",
)
_WORLDS_KEPT = 64


class SimulatedWorld:
    """Implements `Retailer`, as its shoppers would be if no ad of ours ever reached them."""

    def __init__(self, ref: WorldRef, past: History) -> None:
        self._ref = ref
        self._history = past

    @property
    def ref(self) -> WorldRef:
        return self._ref

    @property
    def provenance(self) -> Provenance:
        return _PROVENANCE

    @property
    def stores(self) -> Sequence[Store]:
        return stores()

    @property
    def categories(self) -> Sequence[str]:
        return tuple(category.name for category in categories())

    @property
    def first_day(self) -> date:
        return ORIGIN

    @property
    def last_day(self) -> date:
        return LAST_DAY

    def daily_sales(self, category: str) -> float:
        """The grocer's own average, whatever the category: its shoppers are the measure of everybody's."""
        return DAILY_SALES

    def sensing_day(self) -> date:
        """Inside the scenario that starts last; a fixed autumn day when there is none."""
        if not self._ref.scenarios:
            return SENSING_DAY
        return shows_on(max(self._ref.scenarios, key=lambda scenario: (scenario.starts, scenario.name)))

    def panel(self, today: date) -> Panel:
        """Category x region, the 420 days up to `today`. Raises BadInput outside the world's twenty years."""
        return self._history.panel(today)

    def shelf(self, category: str, today: date) -> Sequence[Product]:
        """The products of a category at the day's prices, best seller first. Raises NotFound with the near miss."""
        place = category_index(category)
        index = float(self._history.through(today).list_price[day_index(today), place])
        return tuple(
            product.model_copy(update={"price": pounds(round(float(product.price) * index, 2))})
            for product in categories()[place].products
        )

    async def store_sales(self, category: str, start: date, end: date) -> StoreSales:
        """Whole units without our ads: the counterfactual, once ads are answered to.

        Raises NotFound for an unknown category, BadInput when the days are reversed or outside the world.
        """
        place = category_index(category)
        if end < start:
            raise BadInput(f"Sales cannot be read from {start} to {end}", remedy="give the earlier day first")
        chronicle = self._history.through(end)
        days = slice(day_index(start), day_index(end) + 1)
        units = chronicle.shopping.units[days, place] + chronicle.sales_lost[days, 0]
        return StoreSales(start, tuple(store.store_id for store in stores()), units.T.astype(np.float64))

    def average_price(self, category: str, day: date) -> float:
        """Pounds per unit at the day's list prices, weighted by popularity. Raises NotFound with the near miss."""
        place = category_index(category)
        index = float(self._history.through(day).list_price[day_index(day), place])
        return categories()[place].average_price * index


class SimulatedWorlds:
    """Implements `Retailers`. Opening is cheap: runs that look at the same seed and scenarios share one history."""

    def __init__(self) -> None:
        self._open: OrderedDict[WorldRef, SimulatedWorld] = OrderedDict()

    def open(self, ref: WorldRef) -> SimulatedWorld:
        """Raises BadInput for another source, or an unknown scenario, category or region (with the near miss)."""
        world = self._open.get(ref)
        if world is None:
            world = SimulatedWorld(ref, _history_of(ref))
            self._open[ref] = world
        self._open.move_to_end(ref)
        if len(self._open) > _WORLDS_KEPT:
            self._open.popitem(last=False)
        return world


def _history_of(ref: WorldRef) -> History:
    if ref.source != "simulated":
        raise BadInput(f"The simulated world cannot open source {ref.source!r}", remedy="ask for source 'simulated'")
    if ref.seed < 0:
        raise BadInput(f"A world cannot have seed {ref.seed}", remedy="give 0 or more", field="seed")
    return history(ref.seed, frozenset(checked(scenario) for scenario in ref.scenarios))
