"""A process runs no more at a time than it can; what waits is in the database, and is not begun while it closes."""

import asyncio
from uuid import uuid4

import pytest

from domain.context import CampaignContext
from domain.errors import StorageUnavailable
from domain.state import CampaignStatus
from runtime.runs.orders import RunOrder
from runtime.runs.queue import InProcessQueue


class Executor:
    """Holds every run until it is let go, and counts those under way."""

    def __init__(self) -> None:
        self.under_way = self.most = self.done = 0
        self.go_on = asyncio.Event()

    async def execute(self, order: RunOrder) -> CampaignStatus | None:
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        await self.go_on.wait()
        self.under_way -= 1
        self.done += 1
        return None

    def drain(self) -> None:
        self.go_on.set()


def an_order() -> RunOrder:
    return RunOrder(thread_id=uuid4(), run_id=uuid4(), action="continue", context=CampaignContext())


async def test_no_more_run_at_once_than_there_is_room_for() -> None:
    executor = Executor()
    queue = InProcessQueue(executor, at_a_time=3)
    orders = [an_order() for _ in range(20)]
    for order in orders:
        await queue.submit(order)
    await asyncio.sleep(0)
    assert executor.under_way == 3
    assert all(queue.holds(order.thread_id) for order in orders)
    executor.go_on.set()
    for order in orders:
        await queue.finished(order.thread_id)
    assert (executor.most, executor.done) == (3, 20)


async def test_what_waits_its_turn_is_left_to_the_next_process() -> None:
    executor = Executor()
    queue = InProcessQueue(executor, at_a_time=2)
    for _ in range(5):
        await queue.submit(an_order())
    await asyncio.sleep(0)
    await asyncio.wait_for(queue.aclose(), timeout=60)
    assert executor.done == 2


@pytest.mark.parametrize(
    ("error", "is_held"),
    [(RuntimeError("no luck"), True), (StorageUnavailable("no luck, the disk is full"), False)],
    ids=["for good", "for want of room"],
)
async def test_a_run_that_broke_is_told_to_whoever_waits(error: Exception, is_held: bool) -> None:
    class Breaks(Executor):
        async def execute(self, order: RunOrder) -> CampaignStatus | None:
            raise error

    queue, order = InProcessQueue(Breaks()), an_order()
    await queue.submit(order)
    assert queue.holds(order.thread_id), "it waits its turn"
    with pytest.raises(type(error), match="no luck"):
        await queue.finished(order.thread_id)
    assert queue.holds(order.thread_id) is is_held, "what is held is not taken up again by itself"
