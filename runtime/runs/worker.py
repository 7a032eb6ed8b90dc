"""Runs executed by workers: orders travel over Redis Streams with Taskiq, and any number of workers take them."""

import asyncio
from collections.abc import Coroutine
from datetime import timedelta
from typing import Protocol
from uuid import UUID

import structlog
from pydantic import JsonValue
from taskiq import AsyncTaskiqDecoratedTask
from taskiq.api import run_receiver_task
from taskiq_redis import RedisStreamBroker

from domain.state import CampaignStatus
from runtime.runs.executor import RunExecutor
from runtime.runs.orders import RunOrder
from storage.records import ActiveRun

QUEUE = "tescosense:runs"
AT_A_TIME = 16
"""Runs one worker has under way."""
LOOK_EVERY = 0.05
"""Seconds between looks at a lease somebody waits for."""

log = structlog.get_logger()


class Adoptable(Protocol):
    async def active(self, thread_id: UUID) -> ActiveRun | None: ...

    async def adopt(self, thread_id: UUID, run_id: UUID, *, giver: str, taker: str) -> bool:
        """Hand a lease from the process that submitted the run to the one that executes it."""
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
    """Submits orders for workers. An order delivered twice is executed once: only one worker can adopt its lease."""

    def __init__(self, url: str, leases: Adoptable, owner: str) -> None:
        self._broker = _broker(url)
        self._leases = leases
        self._owner = owner
        self._task: AsyncTaskiqDecoratedTask[[dict[str, JsonValue], str], Coroutine[None, None, None]] | None = None

    async def submit(self, order: RunOrder) -> None:
        if self._task is None:
            await self._broker.startup()
            self._task = self._broker.register_task(_never_here, task_name="execute")
        await self._task.kiq(order.model_dump(mode="json"), self._owner)

    async def finished(self, thread_id: UUID) -> None:
        """Wait until the thread's lease is given up. What the run raised is in the worker's log."""
        while await self._leases.active(thread_id) is not None:  # noqa: ASYNC110 - another process gives it up
            await asyncio.sleep(LOOK_EVERY)

    async def aclose(self) -> None:
        if self._task is not None:
            await self._broker.shutdown()


async def _never_here(order: dict[str, JsonValue], giver: str) -> None:
    raise RuntimeError("orders are executed by `tescosense worker`, not by the process that submits them")


async def take_orders(url: str, *, executor: RunExecutor, leases: Adoptable, owner: str) -> None:
    """Execute orders until cancelled."""
    broker = _broker(url)
    broker.is_worker_process = True

    async def execute(order: dict[str, JsonValue], giver: str) -> None:
        asked = RunOrder.model_validate(order)
        if not await leases.adopt(asked.thread_id, asked.run_id, giver=giver, taker=owner):
            log.info("order.taken_already", thread_id=str(asked.thread_id))
            return
        status: CampaignStatus | None = await executor.execute(asked)
        log.info("run.done", thread_id=str(asked.thread_id), status=status.value if status else None)

    broker.register_task(execute, task_name="execute")
    await broker.startup()
    try:
        await run_receiver_task(broker, max_async_tasks=AT_A_TIME, run_startup=False)
    finally:
        await broker.shutdown()
