"""Threads that exist without having been run."""

from uuid import UUID, uuid4

from domain.context import CampaignContext
from domain.state import CampaignState
from graph.recording import change_of_order
from storage.engine.database import Database
from storage.leases import RunRegistry
from storage.orders import OrderBook


async def known_thread(database: Database, thread_id: UUID, context: CampaignContext) -> None:
    """A thread with its context, that nobody is at work on."""
    state, run_id = CampaignState(campaign_id=thread_id), uuid4()
    await OrderBook(database).begin(
        run_id=run_id,
        owner="test:0:0",
        order={},
        context=context,
        state=state,
        opening=change_of_order(state, context),
    )
    await RunRegistry(database).release(thread_id, run_id)
