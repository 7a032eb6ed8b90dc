"""Runs as tasks of this process."""

import asyncio
from typing import Protocol
from uuid import UUID

import structlog

from domain.errors import StorageUnavailable, TescoSenseError
from domain.state import CampaignStatus
from runtime.runs.orders import RunOrder

AT_A_TIME = 16
"""Runs one process has under way. More at once would only make each of them slower; orders wait in the database."""

log = structlog.get_logger()


class Executor(Protocol):
    async def execute(self, order: RunOrder) -> CampaignStatus | None: ...

    def drain(self) -> None:
        """Ask every run of this process to stop at its next step, cleanly."""
        ...


class InProcessQueue:
    """Each run is a task; `finished` waits for it and raises what it raised."""

    def __init__(self, executor: Executor, *, at_a_time: int = AT_A_TIME) -> None:
        self._executor = executor
        self._tasks: dict[UUID, asyncio.Task[CampaignStatus | None]] = {}
        self._room = asyncio.Semaphore(at_a_time)
        self._at_work: set[UUID] = set()
        self._closing = False

    async def submit(self, order: RunOrder) -> None:
        task = asyncio.create_task(self._in_turn(order), name=f"run-{order.thread_id}")
        self._tasks[order.thread_id] = task
        task.add_done_callback(lambda done: self._forget(order.thread_id, done))

    def holds(self, thread_id: UUID) -> bool:
        """Whether the thread's order is under way here, waits its turn, or broke for good. Not where storage went away:
        its order is still to be carried out."""
        task = self._tasks.get(thread_id)
        return task is not None and not _is_left(task)

    def under_way(self) -> frozenset[UUID]:
        """The threads that are being run here: not those that wait their turn."""
        return frozenset(self._at_work)

    async def finished(self, thread_id: UUID) -> None:
        if task := self._tasks.get(thread_id):
            await asyncio.shield(task)

    async def aclose(self, patience: float = 10.0) -> None:
        """Drain the runs under way; one that is not done in `patience` seconds is cut off. It and those that wait their
        turn are taken up by the next process."""
        self._closing = True
        self._executor.drain()
        running = [task for task in self._tasks.values() if not task.done()]
        if running:
            _, late = await asyncio.wait(running, timeout=patience)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _in_turn(self, order: RunOrder) -> CampaignStatus | None:
        async with self._room:
            if self._closing:
                return None
            self._at_work.add(order.thread_id)
            try:
                return await self._executor.execute(order)
            finally:
                self._at_work.discard(order.thread_id)

    def _forget(self, thread_id: UUID, done: asyncio.Task[CampaignStatus | None]) -> None:
        """Broken runs stay, so that whoever waits later still learns why."""
        if done.cancelled():
            return
        if error := done.exception():
            # Our own errors speak for themselves; what no one expected has its traceback.
            cause = {"reason": str(error)} if isinstance(error, TescoSenseError) else {"exc_info": error}
            log.error("run.broke", thread_id=str(thread_id), **cause)
        elif self._tasks.get(thread_id) is done:
            del self._tasks[thread_id]


def _is_left(task: asyncio.Task[CampaignStatus | None]) -> bool:
    return task.done() and not task.cancelled() and isinstance(task.exception(), StorageUnavailable)
