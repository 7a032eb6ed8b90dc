"""An order is there before anybody is told so, with everything it needs, or it is not there at all."""

from datetime import timedelta
from uuid import uuid4

import pytest
from pydantic import JsonValue

from domain.context import CampaignContext
from domain.errors import Conflict
from domain.money import pounds
from domain.state import CampaignState, CampaignStatus
from graph.recording import change_of_order
from storage.campaigns.recording import CampaignRepository
from storage.commands import CommandRepository
from storage.engine.database import Database
from storage.leases import RunRegistry
from storage.orders import OrderBook
from storage.records import Receipt
from storage.threads import ThreadRepository
from tests.examples import an_opportunity

THREAD, RUN = uuid4(), uuid4()
ORDER: JsonValue = {"action": "start"}
CONTEXT = CampaignContext(seed=11)
STATE = CampaignState(campaign_id=THREAD, opportunity=an_opportunity(), budget=pounds(900))


async def begin(database: Database) -> None:
    await OrderBook(database).begin(
        run_id=RUN,
        owner="one",
        order=ORDER,
        context=CONTEXT,
        state=STATE,
        opening=change_of_order(STATE, CONTEXT),
    )


async def test_a_campaign_ordered_is_there_whole(database: Database) -> None:
    await begin(database)
    threads = ThreadRepository(database)
    assert (await threads.context(THREAD), await threads.began_with(THREAD)) == (CONTEXT, STATE)
    run = await RunRegistry(database).active(THREAD)
    assert run is not None
    assert (run.run_id, run.owner, run.ordered) == (RUN, "one", ORDER)
    record = await CampaignRepository(database).get(THREAD)
    assert record is not None
    assert (record.status, record.category, record.budget) == (CampaignStatus.SENSING, "soup", pounds(900))


async def test_a_thread_is_begun_once(database: Database) -> None:
    await begin(database)
    await RunRegistry(database).release(THREAD, RUN)
    with pytest.raises(Conflict, match="exists already"):
        await begin(database)
    assert await RunRegistry(database).active(THREAD) is None, "nothing of the second is left"


async def test_an_order_and_its_receipt_are_kept_together_or_not_at_all(database: Database) -> None:
    leases, orders, commands = RunRegistry(database), OrderBook(database), CommandRepository(database)
    command = uuid4()
    await commands.take(command, {"answer": "approve"}, "one")
    receipt = Receipt(command, {"ok": True})
    with pytest.raises(Conflict, match="another process"):
        await orders.place(THREAD, RUN, {"action": "answer"}, owner="one", receipt=receipt)
    known = await commands.known(command)
    assert known is not None
    assert known.answer is None

    await leases.claim(THREAD, RUN, "one")
    await orders.place(THREAD, RUN, {"action": "answer"}, owner="one", receipt=receipt)
    known = await commands.known(command)
    assert known is not None
    assert known.answer == {"ok": True}


async def test_a_dead_owners_order_is_not_lost_to_whoever_claims_the_thread_next(database: Database) -> None:
    await begin(database)
    silent_for_long = RunRegistry(database, lease=timedelta(seconds=-1))
    with pytest.raises(Conflict):
        await silent_for_long.claim(THREAD, uuid4(), "two")
    run = await silent_for_long.active(THREAD)
    assert run is not None
    assert run.ordered == ORDER


async def test_an_order_is_taken_up_by_one(database: Database) -> None:
    await begin(database)
    orders, leases = OrderBook(database), RunRegistry(database)
    run = await leases.active(THREAD)
    assert run is not None
    assert await orders.take_up(run, taker="two")
    assert not await orders.take_up(run, taker="three")
    now = await leases.active(THREAD)
    assert now is not None
    assert (now.owner, now.ordered) == ("two", ORDER)
    await leases.release(THREAD, RUN)
    assert await leases.active(THREAD) is None


async def test_a_thread_is_given_back_unless_an_order_hangs_on_it(database: Database) -> None:
    """Who was not told that the order is stored, by a database that went away just then, takes nothing of it away."""
    await begin(database)
    leases = RunRegistry(database)
    await leases.give_back(THREAD, RUN)
    assert await leases.active(THREAD) is not None
    other = uuid4()
    await leases.claim(other, RUN, "one")
    await leases.give_back(other, uuid4())
    assert await leases.active(other) is not None, "it is another run's"
    await leases.give_back(other, RUN)
    assert await leases.active(other) is None
