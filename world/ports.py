"""The protocols every source of data and every ad platform answers to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from domain.booking import Delivery, MediaBuy, MediaBuyRequest, MediaBuyState, MediaProduct
from domain.buy_changes import BuyChange
from domain.catalogue import Product, Store
from domain.context import WorldRef
from domain.creative import Creative
from domain.panel import Panel
from domain.provenance import Kind, Provenance


@dataclass(frozen=True, slots=True, eq=False)
class StoreSales:
    """Units of one category by store and day, as the tills counted them.

    Shapes: `units` [N, T] float64 with NaN where missing; rows follow `stores`, columns the days from `start`.
    """

    start: date
    stores: tuple[str, ...]
    units: NDArray[np.float64]

    def rows_of(self, stores: Iterable[str]) -> NDArray[np.bool_]:
        """Which rows belong to `stores`, [N]."""
        wanted = set(stores)
        return np.array([store in wanted for store in self.stores], dtype=np.bool_)


class World(Protocol):
    """One world: what can be observed of it. Nothing here reveals the truth behind the observations."""

    @property
    def ref(self) -> WorldRef: ...

    @property
    def provenance(self) -> Provenance: ...

    @property
    def stores(self) -> Sequence[Store]: ...

    def sensing_day(self) -> date:
        """The day a run looks at when none is given (simulated: inside the scenario; files: the newest usable day)."""
        ...

    def panel(self, today: date) -> Panel:
        """Category x region, every day up to and including `today`, with the forecast made on `today`.

        Raises DataFault when the source cannot give it.
        """
        ...

    def shelf(self, category: str, today: date) -> Sequence[Product]:
        """The products of a category on `today`, best seller first. Raises NotFound for an unknown category."""
        ...

    async def store_sales(self, category: str, start: date, end: date) -> StoreSales:
        """Units by store as the tills counted them, ads and all, `start` to `end` inclusive; NaN where not counted."""
        ...


class Worlds(Protocol):
    """Opens worlds. Opening the same ref twice is cheap."""

    def open(self, ref: WorldRef) -> World:
        """Raises BadInput for an unknown source or scenario (with the near miss), DataFault for unreadable data."""
        ...


class Retailer(World, Protocol):
    """A world as its own retailer knows it: what a simulated seller of its media has to know besides."""

    @property
    def categories(self) -> Sequence[str]: ...

    @property
    def first_day(self) -> date: ...

    @property
    def last_day(self) -> date:
        """The last day a flight can run on."""
        ...

    def average_price(self, category: str, day: date) -> float:
        """Pounds per unit."""
        ...

    def daily_sales(self, category: str) -> float:
        """Pounds a day a category sells in an average store."""
        ...


class Retailers(Protocol):
    def open(self, ref: WorldRef) -> Retailer:
        """Raises as `Worlds.open` does."""
        ...


class AdPlatform(Protocol):
    """A seller of media, in AdCP's terms."""

    async def products(self) -> Sequence[MediaProduct]: ...

    async def create_media_buy(self, request: MediaBuyRequest, ads: Sequence[Creative] = ()) -> MediaBuy:
        """Place a buy that shows `ads`, which a platform that takes creatives is handed.

        The same idempotency key returns the same buy and places nothing. What the buy's `request` says is what the
        platform has taken on, which may be less than was ordered.

        Raises PlatformFailure when nothing stands, TransientFailure when worth another try, OutcomeUnknown when it
        cannot be told whether a buy stands.
        """
        ...

    async def standing(self, request: MediaBuyRequest) -> MediaBuy | None:
        """The buy that an earlier sending of the order left with the platform; None where it has none.

        Raises as `create_media_buy` does.
        """
        ...

    async def update_media_buy(self, media_buy_id: str, change: BuyChange) -> MediaBuyState:
        """Pause, resume or cancel a buy, or give it another budget, from the change's day on; the same key once.

        A budget is the whole buy's, what is spent included: its packages share it as they share the one it has.
        Raises PlatformFailure when the buy stays as it was, NotFound for an unknown one, TransientFailure when worth
        another try, OutcomeUnknown when it cannot be told whether it was changed.
        """
        ...

    async def delivery(self, media_buy_id: str, through: date) -> Delivery:
        """Delivery up to and including `through`. Raises NotFound for an unknown buy, TransientFailure as above."""
        ...


class AdPlatforms(Protocol):
    """Opens the ad platform that sells into a world."""

    @property
    def kind(self) -> Kind:
        """Whether the ads it sells are real: then only real tills say what they sold."""
        ...

    def open(self, ref: WorldRef, faults: tuple[str, ...] = ()) -> AdPlatform:
        """`faults` are injected by a simulated platform (`platform-timeout*1`, `platform-reject`)."""
        ...


class MediaBuyLog(Protocol):
    """Where the simulated platform keeps the buys it has accepted, so that every process sees the same world."""

    async def add(self, buy: MediaBuy) -> MediaBuy:
        """Keep the buy, or return the one already kept under its idempotency key."""
        ...

    async def revise(self, buy: MediaBuy) -> MediaBuy:
        """Keep the buy with one change more, or return what is kept of it at that revision already."""
        ...

    async def get(self, media_buy_id: str) -> MediaBuy | None:
        """As it stands now."""
        ...

    async def of_world(self, world_id: str) -> Sequence[MediaBuy]: ...
