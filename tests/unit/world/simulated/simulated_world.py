"""A log in memory and a buy to place, for the tests of the simulated world."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from domain.booking import MediaBuy, MediaBuyRequest, PackageRequest
from domain.channel import Channel
from domain.context import OWN_WORLD, WorldRef
from domain.plan import Flight
from world.simulated.market.catalogue import stores
from world.simulated.market.market import SimulatedWorld, SimulatedWorlds
from world.simulated.media.products import PRODUCTS

PRODUCT_OF = {product.channel: product.product_id for product in PRODUCTS}
STORES = tuple(store.store_id for store in stores())
TREATED = [store for number, store in enumerate(STORES) if number % 4]
FLIGHT = Flight(start=date(2026, 11, 17), end=date(2026, 11, 23))


class LogInMemory:
    """Implements `MediaBuyLog`."""

    def __init__(self) -> None:
        self.buys: dict[str, MediaBuy] = {}

    async def add(self, buy: MediaBuy) -> MediaBuy:
        return self.buys.setdefault(buy.request.idempotency_key, buy)

    async def revise(self, buy: MediaBuy) -> MediaBuy:
        kept = self.buys[buy.request.idempotency_key]
        if kept.revision < buy.revision:
            self.buys[buy.request.idempotency_key] = kept = buy
        return kept

    async def get(self, media_buy_id: str) -> MediaBuy | None:
        return next((buy for buy in self.buys.values() if buy.media_buy_id == media_buy_id), None)

    async def of_world(self, world_id: str) -> Sequence[MediaBuy]:
        return [buy for buy in self.buys.values() if buy.request.world_id == world_id]


def shop(ref: WorldRef | None = None) -> SimulatedWorld:
    """The simulated grocer without our ads: what the sales with them are compared with."""
    return SimulatedWorlds().open(ref or WorldRef())


def buy_request(
    budgets: dict[Channel, Decimal] | None = None,
    *,
    key: str = "soup in the rain",
    flight: Flight = FLIGHT,
    category: str = "soup",
    treated: Sequence[str] = tuple(TREATED),
    world_id: str = OWN_WORLD,
    campaign: int = 1,
) -> MediaBuyRequest:
    """£1,000 in every channel on soup, unless asked otherwise."""
    budgets = budgets or dict.fromkeys(Channel, Decimal(1000))
    return MediaBuyRequest(
        campaign_id=UUID(int=campaign),
        world_id=world_id,
        account="house",
        category=category,
        sku="SOUP-01",
        flight=flight,
        treated_stores=list(treated),
        packages=[
            PackageRequest(
                product_id=PRODUCT_OF[channel], channel=channel, budget=budget, creative_ids=[UUID(int=campaign)]
            )
            for channel, budget in budgets.items()
        ],
        idempotency_key=key,
    )
