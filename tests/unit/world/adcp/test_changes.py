"""Our buyer changes a buy at our seller, with no wire between; no yes is believed that the buy does not bear out."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import TypeVar

import pytest

from domain.booking import Delivery, MediaBuyStatus
from domain.buy_changes import BuyAction, BuyChange
from domain.channel import Channel
from domain.context import WorldRef
from domain.errors import NotFound, OutcomeUnknown, PlatformFailure
from tests.integration.desk import Calendar, desk_over
from tests.unit.world.simulated.simulated_world import FLIGHT, PRODUCT_OF, TREATED
from world.adcp.buyer.buyer import Buyer
from world.adcp.buyer.changes import Changes
from world.adcp.buyer.connection import SellerConnection, _failure, _read
from world.adcp.buyer.orders import Orders
from world.adcp.seller.order_book import OrderBook
from world.adcp.seller.refusal import Refusal
from world.adcp.seller.sales_desk import SalesDesk
from world.adcp.wire.message import Wire
from world.adcp.wire.wire import CreateMediaBuy, JsonObject, MediaBuyQuery, SellerError, UpdateMediaBuy

Answer = TypeVar("Answer", bound=Wire)
WORLD = WorldRef(world_id="changed over AdCP")
PER_CHANNEL = Decimal(600)


def day(number: int) -> date:
    """Of the flight, from 1."""
    return FLIGHT.start + timedelta(days=number - 1)


def change(action: BuyAction, number: int, budget: Decimal | None = None) -> BuyChange:
    return BuyChange(key=f"{action} on day {number:02}".ljust(16), action=action, day=day(number), budget=budget)


class Counter(SellerConnection):
    """The sales desk, across a counter. `spoilt` answers a task in the seller's place."""

    def __init__(self, desk: SalesDesk) -> None:
        super().__init__("http://counter")
        self._desk = desk
        self.spoilt: Mapping[str, Callable[[JsonObject], JsonObject]] = {}

    async def call(self, task: str, request: JsonObject, kind: type[Answer]) -> Answer:
        try:
            answer = await self._answer(task, request)
        except Refusal as no:
            said = SellerError(code=no.code, message=no.message, field=no.field, suggestion=no.suggestion)
            raise _failure(task, said) from no
        return _read(task, self.spoilt[task](answer) if task in self.spoilt else answer, kind)

    async def _answer(self, task: str, request: JsonObject) -> JsonObject:
        if task == "update_media_buy":
            return (await self._desk.update_media_buy(UpdateMediaBuy.model_validate(request))).to_json()
        return (await self._desk.media_buys(MediaBuyQuery.model_validate(request))).to_json()


class Deal:
    """A buy of two channels placed at the desk."""

    def __init__(self) -> None:
        self.book, calendar = OrderBook(), Calendar()
        calendar.day = date(2027, 6, 1)  # Long after the flight: the world's calendar is not the seller's.
        self.desk = desk_over(self.book, calendar)
        self.counter = Counter(self.desk)
        account = Buyer().account
        self.changes = Changes(self.counter, account, Orders(self.counter, account))
        self.id = ""

    async def placed(self) -> "Deal":
        terms = {
            "campaign_id": "01890000-0000-7000-8000-000000000000",
            "world": WORLD.model_dump(mode="json"),
            "account": "house",
            "category": "soup",
            "sku": "SOUP-01",
            "treated_stores": TREATED,
        }
        packages = [
            {"product_id": PRODUCT_OF[one], "pricing_option_id": f"{PRODUCT_OF[one]}-cpm", "budget": PER_CHANNEL}
            for one in (Channel.EMAIL, Channel.IN_STORE_SCREEN)
        ]
        order = CreateMediaBuy.model_validate(
            {
                "idempotency_key": "an order of ours",
                "account": {"account_id": "a"},
                "brand": {"domain": "brand.example"},
                "start_time": f"{FLIGHT.start}T00:00:00Z",
                "end_time": f"{FLIGHT.end}T23:59:59Z",
                "packages": packages,
                "ext": {"tescosense": terms},
            }
        )
        self.id = (await self.desk.create_media_buy(order)).media_buy_id
        # Its ads are of no matter here, and a buy without them is pending.
        kept = self.book.order(self.id)
        assert kept is not None
        for package in kept.packages:
            package.creative_ids.append("ad")
        self.book.keep_order(kept)
        self.book.keep_creative("ad", "{}")
        return self

    async def delivery(self) -> Delivery:
        return await self.desk._platforms.open(WORLD).delivery(self.id, FLIGHT.end)


async def test_what_our_buyer_asks_for_our_seller_does_on_the_days_of_the_world() -> None:
    deal = await Deal().placed()
    paused = await deal.changes.make(deal.id, change("pause", 3))
    assert (paused.status, paused.total) == (MediaBuyStatus.PAUSED, 2 * PER_CHANNEL)
    assert (await deal.changes.make(deal.id, change("resume", 5))).status is MediaBuyStatus.ACTIVE
    raised = await deal.changes.make(deal.id, change("budget", 6, Decimal(1500)))
    assert raised.total == 1500
    assert await deal.changes.make(deal.id, change("budget", 6, Decimal(1500))) == raised, "once"
    rows = (await deal.delivery()).rows
    assert {row.day for row in rows} == {*FLIGHT.each_day()} - {day(3), day(4)}
    by_channel = [sum(row.spend for row in rows if row.channel is one) for one in {row.channel for row in rows}]
    assert all(PER_CHANNEL < spent <= 750 for spent in by_channel), "each has its share of the raise"
    assert (await deal.changes.make(deal.id, change("cancel", 7))).status is MediaBuyStatus.CANCELED
    assert (await deal.delivery()).rows == [row for row in rows if row.day < day(7)]
    record = deal.book.order(deal.id)
    assert record is not None
    assert [package.budget for package in record.packages] == [750, 750]


async def test_what_the_seller_refuses_is_said_in_its_words() -> None:
    deal = await Deal().placed()
    with pytest.raises(PlatformFailure, match="sells nothing below"):
        await deal.changes.make(deal.id, change("budget", 1, Decimal(20)))
    with pytest.raises(NotFound):
        await deal.changes.make("mb_nowhere", change("pause", 2))
    await deal.changes.make(deal.id, change("cancel", 2))
    with pytest.raises(PlatformFailure, match="canceled cannot be changed"):
        await deal.changes.make(deal.id, change("resume", 3))


@pytest.mark.parametrize(
    ("action", "said"),
    [
        ("cancel", {"media_buy_status": "active", "total_budget": 1200}),
        ("pause", {"media_buy_status": "active", "total_budget": 1200}),
        ("budget", {"media_buy_status": "active", "total_budget": 1200}),
        ("cancel", {"media_buy_status": "no status of AdCP"}),
    ],
)
async def test_a_yes_that_the_buy_does_not_bear_out_is_no_yes(action: BuyAction, said: JsonObject) -> None:
    deal = await Deal().placed()
    budget = Decimal(900) if action == "budget" else None
    deal.counter.spoilt = {
        "update_media_buy": lambda answer: {"media_buy_id": deal.id, **said},
        "get_media_buys": lambda answer: {
            "media_buys": [{"media_buy_id": deal.id, "status": "active", "total_budget": 1200}]
        },
    }
    with pytest.raises(OutcomeUnknown, match="ask the seller how the buy stands"):
        await deal.changes.make(deal.id, change(action, 3, budget))


async def test_an_answer_that_cannot_be_read_is_looked_up() -> None:
    deal = await Deal().placed()
    deal.counter.spoilt = {
        "update_media_buy": lambda answer: {"media_buy_id": 7},
        "get_media_buys": lambda answer: {"media_buys": [{"media_buy_id": deal.id, "status": "paused"}]},
    }
    assert (await deal.changes.make(deal.id, change("pause", 3))).status is MediaBuyStatus.PAUSED
