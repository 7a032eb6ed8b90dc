"""What the simulated ad platform needs of a world to sell into it, be its sales simulated or real."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from domain.context import WorldRef
from world.ports import StoreSales, World


class Sellable(World, Protocol):
    """A world whose sales without ads are known, which agents never see."""

    @property
    def categories(self) -> Sequence[str]: ...

    @property
    def first_day(self) -> date: ...

    @property
    def last_day(self) -> date:
        """The last day a flight can run on."""
        ...

    def organic_sales(self, category: str, start: date, end: date) -> StoreSales:
        """What is sold without our ads, `start` to `end` inclusive."""
        ...

    def average_price(self, category: str, day: date) -> float:
        """Pounds per unit."""
        ...

    def audience(self, category: str) -> float:
        """How many shoppers a store's category has against the simulated grocer's; scales where ads saturate."""
        ...


class SellableWorlds(Protocol):
    def open(self, ref: WorldRef) -> Sellable: ...
