"""Workers share orders by the places they have free, on a real Valkey server."""

import asyncio
from collections.abc import Collection
from uuid import UUID

from domain.context import CampaignContext
from domain.identifiers import new_id
from runtime.runs.orders import RunOrder
from runtime.runs.queue import AT_A_TIME
from runtime.runs.worker import RedisQueue, take_orders
from tests.patience import PATIENCE
from tests.servers import valkey

TOLD = 2 * AT_A_TIME
"""Orders: as many as two workers have places."""


class Runs:
    async def held_among(self, threads: Collection[UUID]) -> set[UUID]:
        return set(threads)


class Worker:
    """Takes up what it is told of, and is never done with any of it."""

    def __init__(self, taken: asyncio.Queue[UUID]) -> None:
        self.taken = taken

    async def accept(self, thread_id: UUID, run_id: UUID, giver: str) -> bool:
        await self.taken.put(thread_id)
        return True

    async def finished(self, thread_id: UUID) -> None:
        await asyncio.Event().wait()


async def test_what_one_worker_has_no_place_for_another_takes() -> None:
    orders = [
        RunOrder(thread_id=new_id(), run_id=new_id(), action="continue", context=CampaignContext()) for _ in range(TOLD)
    ]
    taken = asyncio.Queue[UUID]()
    with valkey() as server:
        url = f"redis://127.0.0.1:{server.port}"
        queue = RedisQueue(url, Runs(), "here")
        for order in orders:
            await queue.submit(order)
        working = [asyncio.create_task(take_orders(url, carrier=Worker(taken))) for _ in range(2)]
        try:
            async with asyncio.timeout(PATIENCE):
                begun = {await taken.get() for _ in orders}
        finally:
            for worker in working:
                worker.cancel()
            await asyncio.gather(*working, return_exceptions=True)
            await queue.aclose()
    assert begun == {order.thread_id for order in orders}
