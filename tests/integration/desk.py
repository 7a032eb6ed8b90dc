"""A sales desk for tests, with a clock they turn, and what is said at it."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from world.adcp.seller.__main__ import house_terms
from world.adcp.seller.order_book import OrderBook
from world.adcp.seller.sales_desk import SalesDesk
from world.adcp.wire.wire import CreateMediaBuy, CreativeAssignment, PackageOrder, UpdateMediaBuy
from world.simulated.market.market import SimulatedWorlds
from world.simulated.media.ad_platform import SimulatedAdPlatforms

TODAY = date(2026, 11, 20)


class Calendar:
    """The seller's clock, turned by the test: noon of a day."""

    def __init__(self) -> None:
        self.day = TODAY

    def __call__(self) -> datetime:
        return datetime.combine(self.day, time(12), UTC)


def desk_over(book: OrderBook, calendar: Calendar) -> SalesDesk:
    worlds = SimulatedWorlds()
    return SalesDesk(SimulatedAdPlatforms(worlds, book), book, house=house_terms(worlds), now=calendar)


def order(
    key: str, *, start: date = TODAY, days: int = 6, ads: tuple[str, ...] = ("ad",), **terms: object
) -> CreateMediaBuy:
    placed = CreateMediaBuy(
        idempotency_key=f"order-{key}".ljust(16, "-"),
        account={"account_id": "a"},
        brand={"domain": "brand.example"},
        start_time=datetime.combine(start, time(), UTC),
        end_time=datetime.combine(start + timedelta(days=days), time(), UTC),
        packages=[
            PackageOrder(
                product_id="onsite_display-300x250",
                pricing_option_id="onsite_display-300x250-cpm",
                budget=Decimal(600),
                creative_assignments=[CreativeAssignment(creative_id=ad) for ad in ads],
            )
        ],
    )
    return placed.model_copy(update=terms)


def at(day: date) -> datetime:
    """Midnight, UTC."""
    return datetime.combine(day, time(), UTC)


def change(media_buy_id: str, key: str, **terms: object) -> UpdateMediaBuy:
    return UpdateMediaBuy.model_validate(
        {"media_buy_id": media_buy_id, "idempotency_key": f"change-{key}".ljust(16, "-"), **terms}
    )
