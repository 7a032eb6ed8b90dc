"""Real sales: a year of a grocery chain's household panel."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np

from domain.catalogue import Product, Store
from domain.context import WorldRef
from domain.errors import BadInput
from domain.panel import Panel
from domain.provenance import Provenance
from world.complete_journey.data import MARGIN_RATE, JourneyData
from world.complete_journey.tables import DAYS, FIRST_DAY, LAST_DAY
from world.ports import StoreSales

HOUSEHOLDS_PER_PANEL_HOUSEHOLD: Final = 200.0
"""An assumption, said in the provenance: the panel is a sample, and campaigns speak to the whole town."""


class CompleteJourneyWorld:
    """Implements `Retailer`. Opening it reads nothing; the first question does, once for all refs."""

    def __init__(self, ref: WorldRef, data: JourneyData) -> None:
        self._ref = ref
        self._data = data

    @property
    def ref(self) -> WorldRef:
        return self._ref

    @property
    def provenance(self) -> Provenance:
        tables = self._data.tables
        return Provenance(
            sales="real",
            weather="none",
            search="none",
            ad_response="real",
            source=(
                f"Complete Journey ({tables.transactions:,} transactions; assumed: each of {tables.households:,} panel "
                f"households stands for {self._data.scale:.0f}, a margin of {MARGIN_RATE:.0%}, dollars read as pounds)"
            ),
        )

    @property
    def stores(self) -> Sequence[Store]:
        return self._data.stores

    def sensing_day(self) -> date:
        """The day whose week shows the clearest fall, of the newest 90 that leave 28 days of real sales for a flight.

        Robust z of each category's trailing week against its eight weeks before, less the median category and less
        what promotion and price explain. Categories the law restricts and weeks with a holiday are left out, so that
        a campaign could follow.
        """
        return self._data.sensing_day

    def panel(self, today: date) -> Panel:
        """One series per category, from 1 January 2017. Raises BadInput outside the data's year."""
        return self._data.panel(today)

    def shelf(self, category: str, today: date) -> Sequence[Product]:
        """Product types at the average price really paid, best seller first. Raises NotFound with the near miss."""
        self._data.place(category)
        return self._data.shelves[category]

    async def store_sales(self, category: str, start: date, end: date) -> StoreSales:
        """The real units, scaled from the panel to the town. Raises NotFound for a category, BadInput for days."""
        place = self._data.place(category)
        first, last = self._data.day(start), self._data.day(end)
        if last < first:
            raise BadInput(f"Sales cannot be read from {start} to {end}", remedy="give the earlier day first")
        units = self._data.tables.units[place, :, first : last + 1] * self._data.scale
        return StoreSales(start, self._data.tables.stores, units)

    def average_price(self, category: str, day: date) -> float:
        """Pounds per unit really paid over the week up to `day`."""
        return float(self._data.tables.price[self._data.place(category), self._data.day(day)])

    @property
    def categories(self) -> Sequence[str]:
        return self._data.tables.categories

    @property
    def first_day(self) -> date:
        return FIRST_DAY

    @property
    def last_day(self) -> date:
        return LAST_DAY

    def daily_sales(self, category: str) -> float:
        """Pounds a day the category sells in an average store, scaled from the panel to the town."""
        place = self._data.place(category)
        tables = self._data.tables
        daily = tables.units[place].sum() * self._data.scale / DAYS / len(tables.stores)
        return float(daily * np.nanmean(tables.price[place]))


class CompleteJourneyWorlds:
    """Opens one world per ref over the same data, read on first use and kept in the cache folder."""

    def __init__(self, cache: Path, panel_to_population: float = HOUSEHOLDS_PER_PANEL_HOUSEHOLD) -> None:
        """`panel_to_population`: how many households each one of the panel stands for; 1 shows the raw panel."""
        self._data = JourneyData(cache, panel_to_population)

    def open(self, ref: WorldRef) -> CompleteJourneyWorld:
        """Raises BadInput when scenarios are asked of the past."""
        if ref.scenarios:
            raise BadInput(
                f"The scenario {ref.scenarios[0].name!r} cannot happen in the Complete Journey's past",
                remedy="leave the scenario out, or choose the source 'simulated'",
                field="scenario",
            )
        return CompleteJourneyWorld(ref, self._data)
