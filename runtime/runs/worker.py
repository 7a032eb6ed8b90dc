"""Runs executed by workers: orders travel over Redis Streams with Taskiq, and any number of workers take them."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Collection, Coroutine
from datetime import timedelta
from typing import Protocol
from uuid import UUID

import structlog
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from taskiq import AckableMessage, AsyncTaskiqDecoratedTask
from taskiq.api import run_receiver_task
from taskiq.exceptions import SendTaskError
from taskiq_redis import RedisStreamBroker

from runtime.runs.orders import RunOrder
from runtime.runs.queue import AT_A_TIME

QUEUE = "tescosense:runs"
KEPT = 100_000
"""Messages kept in the stream; what was said in older ones is told again."""
TOLD_AGAIN_AFTER = 20.0
"""Seconds after which workers are told once more of an order that none has taken up: the message may be lost."""
LOOK_EVERY = 0.05
"""Seconds between looks at the leases somebody waits for."""
RECONNECT_SECONDS = 0.5
UNTOLD = (SendTaskError, RedisError)

log = structlog.get_logger()


class Backlog(Protocol):
    """The runs there are, each with its order."""

    async def held_among(self, threads: Collection[UUID]) -> set[UUID]:
        """Those of the threads that have a run."""
        ...


class Carrier(Protocol):
    """Carries out orders in this process."""

    async def accept(self, thread_id: UUID, run_id: UUID, giver: str) -> bool:
        """Take up the order another process offers; False when it has been taken already."""
        ...

    async def finished(self, thread_id: UUID) -> None:
        """Wait until it has been carried out. Raises what the run raised."""
        ...


class _Broker(RedisStreamBroker):
    """Goes on listening once a server that went away is back, even one that has forgotten who listened to it."""

    async def listen(self) -> AsyncGenerator[AckableMessage, None]:
        while True:
            try:
                async for message in super().listen():
                    yield message
            except RedisError as error:
                log.warning("queue.lost", error=type(error).__name__)
                await asyncio.sleep(RECONNECT_SECONDS)
            try:
                await self._declare_consumer_group()
            except RedisError:
                continue  # The next look says so.


def _broker(url: str) -> RedisStreamBroker:
    return _Broker(
        url,
        queue_name=QUEUE,
        consumer_group_name=QUEUE,
        # From the stream's beginning: what was said before anybody listened is heard as well.
        consumer_id="0",
        maxlen=KEPT,
        # One for each place a worker has free: what it takes beyond them waits for it while others are idle.
        xread_count=1,
        idle_timeout=int(timedelta(minutes=2).total_seconds() * 1000),
        # Without it a worker killed while it holds the lock stops all others for good.
        unacknowledged_lock_timeout=10,
        # One more try covers a connection the server closed while it was idle; a client waits while workers are told.
        retry=Retry(NoBackoff(), 1),
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
        self._awaited = Counter[UUID]()
        self._looking: asyncio.Task[tuple[frozenset[UUID], set[UUID]]] | None = None
        self._looked_at = 0.0

    async def submit(self, order: RunOrder) -> None:
        """Never fails: the order is stored, and where workers cannot be told of it now, recovery tells them later."""
        # What they were told of before was another order.
        self._told.pop(order.thread_id, None)
        try:
            await self._tell(order)
        except UNTOLD as error:
            cause = error.__cause__ or error
            log.warning("order.not_told", thread_id=str(order.thread_id), error=type(cause).__name__)
        else:
            self._told[order.thread_id] = asyncio.get_running_loop().time()

    async def _tell(self, order: RunOrder) -> None:
        if self._task is None:
            await self._broker.startup()
            self._task = self._broker.register_task(_never_here, task_name="execute")
        await self._task.kiq(str(order.thread_id), str(order.run_id), self._owner)

    def holds(self, thread_id: UUID) -> bool:
        """Whether workers have been told of the thread's order of late."""
        long_ago = asyncio.get_running_loop().time() - TOLD_AGAIN_AFTER
        self._told = {thread: told for thread, told in self._told.items() if told > long_ago}
        return thread_id in self._told

    def under_way(self) -> frozenset[UUID]:
        """None: workers carry orders out."""
        return frozenset()

    async def finished(self, thread_id: UUID) -> None:
        """Wait until the thread's lease is given up. What the run raised is in the worker's log."""
        self._awaited[thread_id] += 1
        try:
            while True:
                asked, held = await self._next_look()
                if thread_id in asked and thread_id not in held:
                    return
        finally:
            self._awaited[thread_id] -= 1

    async def _next_look(self) -> tuple[frozenset[UUID], set[UUID]]:
        """Of which threads it was asked whether they have a run, and which have: one look for all that wait."""
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look(), name="leases")
        return await asyncio.shield(self._looking)

    async def _look(self) -> tuple[frozenset[UUID], set[UUID]]:
        loop = asyncio.get_running_loop()
        await asyncio.sleep(self._looked_at + LOOK_EVERY - loop.time())
        self._looked_at = loop.time()
        self._awaited = +self._awaited  # Without those nobody waits for any more.
        asked = frozenset(self._awaited)
        return asked, await self._runs.held_among(asked)

    async def aclose(self) -> None:
        if self._looking is not None:
            self._looking.cancel()
        if self._task is not None:
            await self._broker.shutdown()


async def _never_here(thread_id: str, run_id: str, giver: str) -> None:
    raise RuntimeError("orders are executed by `tescosense worker`, not by the process that submits them")


async def take_orders(url: str, *, carrier: Carrier) -> None:
    """Carry out orders until cancelled. One is acknowledged when it has been carried out."""
    broker = _broker(url)
    broker.is_worker_process = True

    async def execute(thread_id: str, run_id: str, giver: str) -> None:
        if not await carrier.accept(UUID(thread_id), UUID(run_id), giver):
            log.info("order.taken_already", thread_id=thread_id)
            return
        await carrier.finished(UUID(thread_id))
        log.info("run.done", thread_id=thread_id)

    broker.register_task(execute, task_name="execute")
    await broker.startup()
    try:
        await run_receiver_task(broker, max_async_tasks=AT_A_TIME, run_startup=False)
    finally:
        await broker.shutdown()
