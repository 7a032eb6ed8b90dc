"""Runs executed by workers: orders travel over Redis Streams with Taskiq, and any number of workers take them."""

import asyncio
from collections.abc import Coroutine
from datetime import timedelta
from typing import Protocol
from uuid import UUID

import structlog
from taskiq import AsyncTaskiqDecoratedTask
from taskiq.api import run_receiver_task
from taskiq_redis import RedisStreamBroker

from domain.state import CampaignStatus
from runtime.runs.executor import RunExecutor
from runtime.runs.orders import RunOrder
from runtime.runs.queue import AT_A_TIME
from storage.records import ActiveRun

QUEUE = "tescosense:runs"
TOLD_AGAIN_AFTER = 60.0
"""Seconds after which workers are told once more of an order that none has taken up: the message may be lost."""
LOOK_EVERY = 0.05
"""Seconds between looks at a lease somebody waits for."""

log = structlog.get_logger()


class Backlog(Protocol):
    """The runs there are, each with its order."""

    async def active(self, thread_id: UUID) -> ActiveRun | None: ...


class Transfer(Protocol):
    async def take_up(self, run: ActiveRun, *, taker: str) -> bool:
        """Make another process answerable for a run; False when its owner has changed meanwhile."""
        ...


def _broker(url: str) -> RedisStreamBroker:
    return RedisStreamBroker(
        url,
        queue_name=QUEUE,
        consumer_group_name=QUEUE,
        idle_timeout=int(timedelta(minutes=2).total_seconds() * 1000),
        # Without it a worker killed while it holds the lock stops all others for good.
        unacknowledged_lock_timeout=10,
    )


class RedisQueue:
    """Tells workers that there is an order. What it says they read in the database, where whoever takes it up first
    makes it theirs: a message that comes twice is carried out once, and one that is lost is sent again."""

    def __init__(self, url: str, runs: Backlog, owner: str) -> None:
        self._broker = _broker(url)
        self._runs = runs
        self._owner = owner
        self._task: AsyncTaskiqDecoratedTask[[str, str, str], Coroutine[None, None, None]] | None = None
        self._told: dict[UUID, float] = {}

    async def submit(self, order: RunOrder) -> None:
        if self._task is None:
            await self._broker.startup()
            self._task = self._broker.register_task(_never_here, task_name="execute")
        await self._task.kiq(str(order.thread_id), str(order.run_id), self._owner)
        self._told[order.thread_id] = asyncio.get_running_loop().time()

    def holds(self, thread_id: UUID) -> bool:
        """Whether workers have been told of the thread's order of late."""
        long_ago = asyncio.get_running_loop().time() - TOLD_AGAIN_AFTER
        self._told = {thread: told for thread, told in self._told.items() if told > long_ago}
        return thread_id in self._told

    async def finished(self, thread_id: UUID) -> None:
        """Wait until the thread's lease is given up. What the run raised is in the worker's log."""
        while await self._runs.active(thread_id) is not None:  # noqa: ASYNC110 - another process gives it up
            await asyncio.sleep(LOOK_EVERY)

    async def aclose(self) -> None:
        if self._task is not None:
            await self._broker.shutdown()


async def _never_here(thread_id: str, run_id: str, giver: str) -> None:
    raise RuntimeError("orders are executed by `tescosense worker`, not by the process that submits them")


async def take_orders(url: str, *, executor: RunExecutor, runs: Backlog, orders: Transfer, owner: str) -> None:
    """Execute orders until cancelled. One is acknowledged when it has been carried out."""
    broker = _broker(url)
    broker.is_worker_process = True

    async def execute(thread_id: str, run_id: str, giver: str) -> None:
        run = await runs.active(UUID(thread_id))
        is_offered = run is not None and str(run.run_id) == run_id and run.owner == giver
        if run is None or not is_offered or not await orders.take_up(run, taker=owner):
            log.info("order.taken_already", thread_id=thread_id)
            return
        status: CampaignStatus | None = await executor.execute(RunOrder.model_validate(run.ordered))
        log.info("run.done", thread_id=thread_id, status=status.value if status else None)

    broker.register_task(execute, task_name="execute")
    await broker.startup()
    try:
        await run_receiver_task(broker, max_async_tasks=AT_A_TIME, run_startup=False)
    finally:
        await broker.shutdown()
