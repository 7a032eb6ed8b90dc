"""The runs of all campaigns: start one, see what it asks, answer it, go on after a crash. Detached from any socket."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import NamedTuple, Protocol
from uuid import UUID

from pydantic import JsonValue

from domain.context import CampaignContext
from domain.errors import Conflict, NotFound
from domain.events import Event, LifecycleData
from domain.identifiers import new_id
from domain.state import CampaignState, CampaignStatus
from graph.compiled import CompiledCampaign, thread_config
from runtime.events.bus import Subscription
from runtime.runs.answers import Answer, asked, parsed_answer
from runtime.runs.executor import Leases
from runtime.runs.orders import Question, RunOrder
from runtime.runs.recovery import is_gone
from storage.records import ActiveRun

LOOK_EVERY = 0.05
"""Seconds between looks at a thread that is about to park."""
LOOKS_AT_PARKING = 600
"""Half a minute: on a busy machine a run takes a while to let go of a thread whose question has been told."""


class Threads(Protocol):
    """The context each thread was started with: what a new process needs to go on."""

    async def create(self, thread_id: UUID, context: CampaignContext) -> None: ...

    async def context(self, thread_id: UUID) -> CampaignContext | None: ...


class RunQueue(Protocol):
    """Who executes orders: tasks of this process, or workers."""

    async def submit(self, order: RunOrder) -> None: ...

    async def finished(self, thread_id: UUID) -> None:
        """Wait until no run of this thread is under way here. Raises what the run raised."""
        ...

    async def aclose(self) -> None: ...


class LeaseTable(Leases, Protocol):
    async def active(self, thread_id: UUID) -> ActiveRun | None: ...

    async def orphans(self, stale_after: timedelta | None = None) -> Sequence[ActiveRun]:
        """Runs whose owner has been silent for so long."""
        ...


class Step(NamedTuple):
    """One checkpoint of a thread. Parents make the history a tree."""

    checkpoint_id: str
    parent_id: str | None
    step: int
    next: tuple[str, ...]
    created_at: str
    status: CampaignStatus


class Check(Protocol):
    """Whether an answer can be carried out."""

    async def __call__(self, state: CampaignState, context: CampaignContext, answer: Answer) -> None:
        """Raises BadInput or Conflict when it cannot."""
        ...


class Reconcile(Protocol):
    """Makes a thread ready to go on whose booking was never answered."""

    async def __call__(self, thread_id: UUID, context: CampaignContext) -> CampaignContext:
        """The context to go on with. Raises Conflict while booking is stopped."""
        ...


class Runs:
    def __init__(
        self,
        *,
        graph: CompiledCampaign,
        threads: Threads,
        leases: LeaseTable,
        queue: RunQueue,
        check: Check,
        reconcile: Reconcile,
        owner: str,
    ) -> None:
        self._reconcile = reconcile
        self._check = check
        self._graph = graph
        self._threads = threads
        self._leases = leases
        self._queue = queue
        self._owner = owner

    async def start(self, state: CampaignState, context: CampaignContext, *, thread_id: UUID | None = None) -> UUID:
        """Start a campaign; returns its id, which is its thread's id. Raises Conflict for a thread already started."""
        thread_id = thread_id or new_id()
        state = state.model_copy(update={"campaign_id": thread_id})
        await self._threads.create(thread_id, context)
        await self._submit(RunOrder(thread_id=thread_id, run_id=new_id(), action="start", context=context, state=state))
        return thread_id

    async def questions(self, thread_id: UUID) -> list[Question]:
        """What the thread is parked with; empty when it runs or has ended. Raises NotFound for an unknown thread."""
        await self.context(thread_id)
        snapshot = await self._graph.aget_state(thread_config(thread_id))
        return [
            Question(
                thread_id=thread_id,
                interrupt_id=interrupt.id,
                node=str(interrupt.value["kind"]),
                payload=interrupt.value,
                response_schema=interrupt.response_schema or {},
            )
            for interrupt in snapshot.interrupts
        ]

    async def state(self, thread_id: UUID) -> CampaignState:
        """The newest state. Raises NotFound for an unknown thread."""
        await self.context(thread_id)
        snapshot = await self._graph.aget_state(thread_config(thread_id))
        return CampaignState.model_validate(snapshot.values)

    async def answer(self, thread_id: UUID, interrupt_id: str | None, answer: JsonValue) -> UUID:
        """Answer the question a thread is parked with; returns the run's id.

        Raises BadInput for an answer that does not fit the question, Conflict for one that comes too late or cannot be
        carried out now; the question then stays open.
        """
        context = await self.context(thread_id)
        run_id = new_id()
        await self._claim_parked(thread_id, run_id, interrupt_id)
        try:
            # Looked at under the lease: another process may have answered a moment ago.
            question = asked(await self.questions(thread_id), interrupt_id)
            checked = parsed_answer(question, answer)
            await self._check(await self.state(thread_id), context, checked)
        except BaseException:
            await self._leases.release(thread_id, run_id)
            raise
        await self._queue.submit(
            RunOrder(
                thread_id=thread_id,
                run_id=run_id,
                action="answer",
                context=context,
                interrupt_id=question.interrupt_id,
                node=question.node,
                answer=checked.model_dump(mode="json"),
            )
        )
        return run_id

    async def recover(self) -> list[UUID]:
        """Go on with every run whose process is gone; returns their threads."""
        silent = {run.thread_id for run in await self._leases.orphans()}
        recovered = []
        for run in await self._leases.orphans(timedelta(0)):
            if not (is_gone(run.owner) or run.thread_id in silent):
                continue
            await self._leases.release(run.thread_id, run.run_id)
            if await self._goes_on(run.thread_id):
                recovered.append(run.thread_id)
        return recovered

    async def _goes_on(self, thread_id: UUID) -> bool:
        """Resume a thread whose run was cut off; False for one another process took up. One that had parked asks its
        question again: it still held its lease, so the log may not have been told that it asked."""
        context = await self.context(thread_id)
        try:
            await self._submit(RunOrder(thread_id=thread_id, run_id=new_id(), action="continue", context=context))
        except Conflict:
            return False
        return True

    async def history(self, thread_id: UUID) -> AsyncIterator[Step]:
        """The thread's checkpoints, newest first. Raises NotFound for an unknown thread."""
        await self.context(thread_id)
        async for snapshot in self._graph.aget_state_history(thread_config(thread_id)):
            parent = snapshot.parent_config
            yield Step(
                checkpoint_id=snapshot.config["configurable"]["checkpoint_id"],
                parent_id=parent["configurable"]["checkpoint_id"] if parent else None,
                step=(snapshot.metadata or {}).get("step", -1),
                next=snapshot.next,
                created_at=snapshot.created_at or "",
                status=CampaignStatus(snapshot.values.get("status", CampaignStatus.SENSING)),
            )

    async def resume(self, thread_id: UUID) -> None:
        """Go on where the thread stopped; where booking failed without an answer, by asking for it again.

        Raises Conflict while it runs elsewhere, when it waits for an answer, or when booking is stopped and it would
        book.
        """
        context = await self.context(thread_id)
        if questions := await self.questions(thread_id):
            raise Conflict(f"the campaign waits at {questions[0].node}", remedy="answer it instead of resuming")
        run_id = new_id()
        await self._claim(thread_id, run_id)
        try:
            context = await self._reconcile(thread_id, context)
        except BaseException:
            await self._leases.release(thread_id, run_id)
            raise
        await self._queue.submit(RunOrder(thread_id=thread_id, run_id=run_id, action="continue", context=context))

    async def finished(self, thread_id: UUID) -> None:
        """Wait until the thread's run in this process has ended or parked. Raises what the run raised."""
        await self._queue.finished(thread_id)

    async def _submit(self, order: RunOrder) -> None:
        await self._claim(order.thread_id, order.run_id)
        await self._queue.submit(order)

    async def _claim_parked(self, thread_id: UUID, run_id: UUID, interrupt_id: str | None) -> None:
        """Take a thread that asks. The question is told a moment before the run that asks it lets go of the thread, so
        that moment is waited out. Raises Conflict when the question is no longer open."""
        for _ in range(LOOKS_AT_PARKING):
            asked(await self.questions(thread_id), interrupt_id)
            try:
                await self._claim(thread_id, run_id)
            except Conflict:
                await asyncio.sleep(LOOK_EVERY)
            else:
                return
        await self._claim(thread_id, run_id)

    async def _claim(self, thread_id: UUID, run_id: UUID) -> None:
        """Take the thread, from a dead process at once. Raises Conflict while a live one runs it."""
        try:
            await self._leases.claim(thread_id, run_id, self._owner)
        except Conflict:
            holder = await self._leases.active(thread_id)
            if holder is None or not is_gone(holder.owner):
                raise
            await self._leases.release(thread_id, holder.run_id)
            await self._leases.claim(thread_id, run_id, self._owner)

    async def is_ours(self, thread_id: UUID) -> bool:
        """Whether it was started here. LangGraph's own server starts threads that only it can go on with."""
        return await self._threads.context(thread_id) is not None

    async def context(self, thread_id: UUID) -> CampaignContext:
        """What the thread was started with. Raises NotFound for an unknown thread."""
        context = await self._threads.context(thread_id)
        if context is None:
            raise NotFound(f"there is no campaign {thread_id}", remedy="look for its id in the list of campaigns")
        return context


async def watch(runs: Runs, subscription: Subscription, thread_id: UUID) -> AsyncIterator[Event]:
    """The thread's events up to the one that says it parked or ended. Raises what the run raised, Lagged when the
    watcher was too slow. The subscription must have been opened before the run was started."""
    finished = asyncio.create_task(runs.finished(thread_id))
    try:
        while True:
            batch = asyncio.create_task(subscription.next())
            await asyncio.wait({batch, finished}, return_when=asyncio.FIRST_COMPLETED)
            if not batch.done():
                await finished
            for event in await batch:
                if event.thread_id == thread_id:
                    yield event
                    if isinstance(event.params.data, LifecycleData) and event.params.data.phase != "started":
                        await finished
                        return
    finally:
        finished.cancel()
