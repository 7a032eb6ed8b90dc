"""What accepted orders are going to reserve is left to them."""

import asyncio
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from pydantic import JsonValue
from sqlalchemy import text

from domain.identifiers import derived_id
from storage.engine.database import Database
from storage.leases import RunRegistry
from storage.ledger.ledger import Ledger
from storage.orders import OrderBook
from storage.records import Promise
from tests.unit.storage.ledger.test_storage_ledger import SOUP, TEA, TODAY, YESTERDAY, refusal, reserve, small_ledger

PROMISED = {
    derived_id("bread"): Promise("house", TODAY, Decimal(200), 1),
    derived_id("milk"): Promise("house", None, Decimal(150), 2),
    derived_id("yesterday's"): Promise("house", YESTERDAY, Decimal(100), 1),
    derived_id("another's"): Promise("trial", TODAY, Decimal(500), 1),
}


def orders_beside(ledger: Ledger, database: Database) -> OrderBook:
    return OrderBook(database, opening=ledger.opening, now=lambda: datetime(2026, 11, 23, 12, tzinfo=UTC))


async def order(orders: OrderBook, database: Database, campaign: UUID, promise: Promise) -> None:
    """Of a campaign: what its approval is going to reserve."""
    await RunRegistry(database).claim(campaign, campaign, "one")
    day = None if promise.day is None else promise.day.isoformat()
    # As orders of before had it where there is no key.
    key = [promise.key] if promise.key else []
    written: JsonValue = {"promise": [promise.account, day, float(promise.amount), promise.cycle, *key]}
    await orders.place(campaign, campaign, written, owner="one", promise=promise)


@pytest.mark.parametrize("kept", [(), ("bread",), ("bread", "milk", "yesterday's")])
@pytest.mark.parametrize("given_back", [False, True])
async def test_what_is_ordered_leaves_room_for_what_fits_once_it_is_reserved_and_counts_once(
    database: Database, kept: tuple[str, ...], given_back: bool
) -> None:
    """Of £600 a day £350 are promised today: there is room for £250 whichever of them have been reserved meanwhile, and
    for what the ad platform has refused since."""
    ledger = small_ledger(database)
    orders = orders_beside(ledger, database)
    for campaign, promise in PROMISED.items():
        await order(orders, database, campaign, promise)
    for name in kept:
        promise = PROMISED[derived_id(name)]
        amount, day, cycle = promise.amount, promise.day, promise.cycle
        await ledger.reserve(
            key=name, campaign_id=derived_id(name), account="house", amount=amount, day=day, cycle=cycle
        )
    room = 250
    if given_back and "bread" in kept:
        await ledger.release("bread")
        room += 200
    for asked, fits in ((room, True), (room + 1, False)):
        asking = ledger.require_room(campaign_id=TEA, account="house", amount=Decimal(asked), day=TODAY)
        assert (await refusal(asking) == "") is fits, asked
        wanted = Promise("house", TODAY, Decimal(asked), 1)
        assert (await refusal(order(orders, database, derived_id(asked), wanted)) == "") is fits, asked
        await RunRegistry(database).release(derived_id(asked), derived_id(asked))


@pytest.mark.parametrize("torn", ['{"promise": {"a": 1}}', '{"promise": ["house"]}', "[]", "{"])
async def test_an_order_that_cannot_be_read_promises_nothing_and_keeps_nobody_from_ordering_or_reserving(
    database: Database, torn: str
) -> None:
    """It is set aside by whoever takes it up, and reserves nothing."""
    ledger = small_ledger(database)
    orders = orders_beside(ledger, database)
    await order(orders, database, TEA, Promise("house", TODAY, Decimal(250), 1))
    if torn == "{" and not database.url.drivername.startswith("sqlite"):
        pytest.skip("PostgreSQL takes no JSON that is none")
    change = text(f"UPDATE active_runs SET ordered = '{torn}'")
    await database.write(lambda connection: connection.execute(change))
    await order(orders, database, SOUP, Promise("house", TODAY, Decimal(600), 1))
    await reserve(ledger, "soup", "600")
    assert {run.thread_id for run in await RunRegistry(database).orphans(timedelta(0))} == {TEA, SOUP}


async def test_of_orders_that_do_not_fit_together_those_that_do_are_kept_whoever_comes_first(
    database: Database,
) -> None:
    ledger = small_ledger(database)
    orders = orders_beside(ledger, database)
    wanted = Promise("house", TODAY, Decimal(250), 1)
    refused = await asyncio.gather(
        *(refusal(order(orders, database, derived_id(number), wanted)) for number in range(4))
    )
    assert sorted(map(bool, refused)) == [False, False, True, True]
    assert all("which has £100.00 left" in one for one in refused if one)


async def test_what_nobody_promised_leaves_what_orders_do_and_what_is_promised_is_reserved(database: Database) -> None:
    """An autonomous booking asks nobody: it may not take what an approval or a raise was accepted for."""
    ledger = small_ledger(database)
    orders = orders_beside(ledger, database)
    bread, tea = derived_id("bread"), derived_id("tea on the air")
    raised = ledger.raise_of("tea's buy", "change-1")
    await ledger.reserve(key="tea's buy", campaign_id=tea, account="house", amount=Decimal(100), day=TODAY, cycle=1)
    await order(orders, database, bread, Promise("house", TODAY, Decimal(200), 1))
    await order(orders, database, tea, Promise("house", TODAY, Decimal(150), 1, raised))

    async def taken(amount: int) -> str:
        return await refusal(reserve(ledger, f"unasked {amount}", str(amount), TODAY))

    said = await taken(151)
    assert said.startswith("£151.00 does not fit the budget of account 'house' on"), said
    assert "which has £150.00 left" in said
    assert await ledger.entries(SOUP) == []
    assert not await taken(150)
    await ledger.reserve(key="bread", campaign_id=bread, account="house", amount=Decimal(200), day=TODAY, cycle=1)
    await ledger.reserve(key=raised, campaign_id=tea, account="house", amount=Decimal(150), day=TODAY)
    assert await taken(1), "each is counted once"
    await ledger.release(raised)
    assert not await taken(150), "what was given back is promised no more"
