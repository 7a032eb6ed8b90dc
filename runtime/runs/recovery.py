"""Who holds a lease, and going on with the runs of processes that died."""

import os
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Protocol
from uuid import UUID

import structlog

from domain.context import CampaignContext
from domain.errors import Conflict, Damaged, NotFound, StorageUnavailable, TooLate
from domain.identifiers import new_id
from domain.state import CampaignState, Failure
from graph.recording import change_of_broken_run
from runtime.periodic import forever
from runtime.runs.orders import RunOrder
from runtime.runs.ports import Leases, Orders, RunQueue
from storage.engine.damage import reading
from storage.ports import CampaignRecords
from storage.records import ActiveRun

EVERY = 5.0
"""Seconds between two looks."""

log = structlog.get_logger()


class Recoverable(Protocol):
    async def recover(self) -> list[UUID]:
        """Go on with every run whose process is gone; returns their threads."""
        ...


async def keep_recovering(runs: Recoverable, *, every: float = EVERY) -> None:
    """Look again and again, until cancelled. Another process that was faster, or a database that is away, is met
    again at the next look."""

    async def look() -> None:
        try:
            recovered = await runs.recover()
        except (Conflict, StorageUnavailable) as error:
            log.info("recovery.put_off", reason=str(error))
        else:
            if recovered:
                log.info("runs.recovered", threads=[str(thread) for thread in recovered])

    await forever("recovery", look, pause=every)


def this_process() -> str:
    """`host:pid:start`, where `start` tells a process from a later one that was given the same number."""
    return f"{socket.gethostname()}:{os.getpid()}:{_started(os.getpid())}"


def is_gone(owner: str) -> bool:
    """Whether the owner is known to be dead. False for a process of another machine: only its silence can tell."""
    host, pid, started = owner.rsplit(":", 2)
    return host == socket.gethostname() and _started(int(pid)) != started


def _started(pid: int) -> str:
    """The kernel's start time of a process, `-` where there is no such process or no /proc to ask."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        # It may have ended a moment ago, or while it was read.
        return _alive(pid)
    return stat.rpartition(")")[2].split()[19]


def _alive(pid: int) -> str:
    """Without /proc: `alive` for a process that takes signals, `-` for one that is gone."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return "-"
    except PermissionError:
        return "alive"
    return "alive"


class Resumable(Protocol):
    async def context(self, thread_id: UUID) -> CampaignContext: ...

    async def going_on(self, thread_id: UUID, run_id: UUID, context: CampaignContext) -> RunOrder:
        """Raises Damaged for a thread that can neither be gone on with nor begun."""
        ...


class Recovery:
    """Orders whose process is gone, taken up one by one: what one of them holds stops no other."""

    def __init__(
        self,
        *,
        leases: Leases,
        orders: Orders,
        queue: RunQueue,
        records: CampaignRecords,
        resumable: Resumable,
        owner: str,
    ) -> None:
        self._leases = leases
        self._orders = orders
        self._queue = queue
        self._records = records
        self._resumable = resumable
        self._owner = owner
        self._at_work: set[UUID] = set()

    @contextmanager
    def at_work(self, run_id: UUID) -> Iterator[None]:
        """Around whatever is done between taking a lease and handing its order on: until then it is not lost."""
        self._at_work.add(run_id)
        try:
            yield
        finally:
            self._at_work.discard(run_id)

    async def __call__(self) -> list[UUID]:
        """Take up every order whose process is gone, or that was lost on its way; returns their threads."""
        silent = {run.thread_id for run in await self._leases.orphans()}
        recovered = []
        for run in await self._leases.orphans(timedelta(0)):
            if run.run_id in self._at_work:
                continue
            is_lost = run.owner == self._owner and not self._queue.holds(run.thread_id)
            if is_lost and run.ordered is None:
                # Of a look that could not be given back, the database having gone away.
                await self._leases.give_back(run.thread_id, run.run_id)
                continue
            is_left = is_lost or is_gone(run.owner) or run.thread_id in silent
            if is_left and await self._took_up(run):
                recovered.append(run.thread_id)
        return recovered

    async def accept(self, thread_id: UUID, run_id: UUID, giver: str) -> bool:
        """Take up the order its giver offers; False when it has been taken already, or cannot be read."""
        run = await self._leases.active(thread_id)
        is_offered = run is not None and run.ordered is not None and (run.run_id, run.owner) == (run_id, giver)
        return run is not None and is_offered and await self._took_up(run)

    async def set_aside(self, thread_id: UUID, damaged: Damaged) -> None:
        """Put on record that a campaign cannot be gone on with, and why. What it has reserved stays reserved."""
        log.error("campaign.set_aside", thread_id=str(thread_id), exc_info=damaged)
        failure = Failure(node="", error=type(damaged).__name__, message=str(damaged), outcome_unknown=True)
        context = await self._resumable.context(thread_id)
        await self._records.record(change_of_broken_run(thread_id, None, failure, context))

    async def end_late(self, thread_id: UUID, state: CampaignState, why: TooLate) -> None:
        """Put on record that the first day of a campaign that failed has come and gone. Nothing of it was booked: what
        it has reserved is free."""
        node = state.failure.node if state.failure is not None else ""
        failure = Failure(node=node, error=type(why).__name__, message=str(why), remedy=why.remedy)
        context = await self._resumable.context(thread_id)
        await self._records.record(change_of_broken_run(thread_id, None, failure, context))

    async def take_up(self, run: ActiveRun) -> bool:
        """Carry out what a dead process was to; False where another process was faster, or nothing was promised.

        Raises Damaged for an order that cannot be read.
        """
        if run.ordered is None:
            return await self._take_up_from_before_orders(run)
        with reading(run.thread_id):
            order = RunOrder.model_validate(run.ordered).model_copy(update={"is_taken_up": True})
        taken = run.model_copy(update={"ordered": order.model_dump(mode="json")})
        with self.at_work(run.run_id):
            if not await self._orders.take_up(taken, taker=self._owner):
                return False
            await self._queue.submit(order)
        return True

    async def _took_up(self, run: ActiveRun) -> bool:
        try:
            return await self.take_up(run)
        except Damaged as damaged:
            try:
                await self.set_aside(run.thread_id, damaged)
            except Damaged as worse:
                # What its thread is run with cannot be read either: it stays as it is, and the others are taken up.
                log.error("campaign.not_set_aside", thread_id=str(run.thread_id), exc_info=worse)
                return False
            await self._leases.release(run.thread_id, run.run_id)
        except (Conflict, NotFound) as error:
            log.info("run.not_taken_up", thread_id=str(run.thread_id), reason=str(error))
        return False

    async def _take_up_from_before_orders(self, run: ActiveRun) -> bool:
        """A lease without an order is that of a look, or of a run begun before orders were kept. One that had parked
        asks its question again: it still held its lease, so the log may not have been told that it asked."""
        await self._leases.release(run.thread_id, run.run_id)
        run_id = new_id()
        with self.at_work(run_id):
            await self._leases.claim(run.thread_id, run_id, self._owner)
            async with self.held(run.thread_id, run_id):
                context = await self._resumable.context(run.thread_id)
                order = await self._resumable.going_on(run.thread_id, run_id, context)
                await self._orders.place(run.thread_id, run_id, order.model_dump(mode="json"), owner=self._owner)
            await self._queue.submit(order)
        return True

    @asynccontextmanager
    async def held(self, thread_id: UUID, run_id: UUID) -> AsyncIterator[None]:
        """The lease, given back when it comes to no order. One that was stored though we were not told so counts."""
        try:
            yield
        except BaseException:
            try:
                await self._leases.give_back(thread_id, run_id)
            except StorageUnavailable as error:
                log.warning("lease.not_given_back", thread_id=str(thread_id), reason=str(error))
            raise
