"""The runs of all campaigns: start one, see what it asks, answer it, go on after a crash. Detached from any socket."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import NamedTuple
from uuid import UUID

import structlog
from langgraph.types import StateSnapshot
from pydantic import JsonValue

from domain.context import CampaignContext
from domain.errors import Conflict, Damaged, NotFound, TooLate
from domain.identifiers import new_id
from domain.state import CampaignState, CampaignStatus
from graph.compiled import CompiledCampaign, thread_config
from graph.recording import change_of_order
from runtime.runs.answers import asked, parsed_answer, promise_of
from runtime.runs.changing import Wanted
from runtime.runs.orders import Question, RunOrder, Unfinished, is_unfinished, ordering, question_of
from runtime.runs.ports import Check, Leases, Orders, OrdersChanges, Reconcile, RunQueue, Threads
from runtime.runs.recovery import Recovery, is_gone
from storage.engine.damage import reading
from storage.ports import CampaignChange, CampaignRecords
from storage.records import Receipt

LOOK_EVERY = 0.05
"""Seconds between looks at a thread that is about to park."""
LOOKS_AT_PARKING = 600
"""Half a minute: on a busy machine a run takes a while to let go of a thread whose question has been told."""

log = structlog.get_logger()


class Step(NamedTuple):
    """One checkpoint of a thread. Parents make the history a tree."""

    checkpoint_id: str
    parent_id: str | None
    step: int
    next: tuple[str, ...]
    created_at: str
    status: CampaignStatus


class Runs:
    def __init__(
        self,
        *,
        graph: CompiledCampaign,
        threads: Threads,
        orders: Orders,
        leases: Leases,
        queue: RunQueue,
        check: Check,
        changes: OrdersChanges,
        reconcile: Reconcile,
        records: CampaignRecords,
        owner: str,
    ) -> None:
        self._reconcile = reconcile
        self._check = check
        self._changes = changes
        self._graph = graph
        self._threads = threads
        self._orders = orders
        self._leases = leases
        self._queue = queue
        self._owner = owner
        self._recovery = Recovery(
            leases=leases, orders=orders, queue=queue, records=records, resumable=self, owner=owner
        )

    async def start(self, state: CampaignState, context: CampaignContext, *, thread_id: UUID | None = None) -> UUID:
        """Start a campaign; returns its id, which is its thread's id. Raises Conflict for a thread already started.

        From then on it will run, whatever becomes of this process.
        """
        thread_id = thread_id or new_id()
        state = state.model_copy(update={"campaign_id": thread_id})
        order = RunOrder(thread_id=thread_id, run_id=new_id(), action="start", context=context, state=state)
        await self._begin(order, change_of_order(state, context))
        return thread_id

    async def branch_off(self, state: CampaignState, context: CampaignContext, opening: CampaignChange) -> None:
        """Begin a fork where the past it shares has led to `state`; `opening` is what is on its record by then. Raises
        Conflict for a thread already started. As durable as a start."""
        order = RunOrder(thread_id=state.the_campaign, run_id=new_id(), action="fork", context=context, state=state)
        await self._begin(order, opening)

    async def _begin(self, order: RunOrder, opening: CampaignChange) -> None:
        with self._recovery.at_work(order.run_id), ordering(order) as order:
            assert order.state is not None
            await self._orders.begin(
                run_id=order.run_id,
                owner=self._owner,
                order=order.model_dump(mode="json"),
                context=order.context,
                state=order.state,
                opening=opening,
            )
            await self._queue.submit(order)

    async def questions(self, thread_id: UUID) -> list[Question]:
        """What the thread is parked with; empty when it runs or has ended.

        Raises NotFound for an unknown thread, Damaged for one that cannot be read.
        """
        await self.context(thread_id)
        snapshot = await self._snapshot(thread_id)
        return [question_of(thread_id, interrupt) for interrupt in snapshot.interrupts]

    async def _asked(self, thread_id: UUID, interrupt_id: str | None) -> Question:
        questions = await self.questions(thread_id)
        return asked(questions, interrupt_id, None if questions else (await self.state(thread_id)).approval)

    async def began_with(self, thread_id: UUID) -> CampaignState | None:
        """The state it was started with; None where that was not kept."""
        return await self._threads.began_with(thread_id)

    async def state(self, thread_id: UUID) -> CampaignState:
        """The newest state; as it was ordered where it has not begun. Raises NotFound for an unknown thread, Damaged
        for one that cannot be read."""
        await self.context(thread_id)
        if values := (await self._snapshot(thread_id)).values:
            with reading(thread_id):
                return CampaignState.model_validate(values)
        return await self._threads.began_with(thread_id) or CampaignState(campaign_id=thread_id)

    async def answer(
        self,
        thread_id: UUID,
        interrupt_id: str | None,
        answer: JsonValue,
        *,
        receipt: Callable[[UUID], Receipt | None] | None = None,
        looks: int = LOOKS_AT_PARKING,
        by: str | None = None,
    ) -> UUID:
        """Answer the question a thread is parked with; returns the run's id. From then on the answer counts, whatever
        becomes of this process. `receipt` makes of the run's id what whoever sends the same again is to be told;
        `looks` is how often a thread is looked at that somebody is at work on. A decision is kept as `by`'s where
        somebody is known to give it, whatever name stands in it.

        Raises BadInput for an answer that does not fit the question, Conflict for one that comes too late or cannot be
        carried out now, beside all that is ordered of others; the question then stays open.
        """
        context = await self.context(thread_id)
        run_id = new_id()
        with self._recovery.at_work(run_id):
            await self._claim_parked(thread_id, run_id, interrupt_id, looks)
            async with self._recovery.held(thread_id, run_id):
                # Looked at under the lease: another process may have answered a moment ago.
                question = await self._asked(thread_id, interrupt_id)
                checked = parsed_answer(question, answer, by)
                state = await self.state(thread_id)
                await self._check(state, context, checked)
                order = RunOrder(
                    thread_id=thread_id,
                    run_id=run_id,
                    action="answer",
                    context=context,
                    interrupt_id=question.interrupt_id,
                    node=question.node,
                    answer=checked.model_dump(mode="json"),
                    promise=promise_of(state, context, checked),
                )
                order = await self._placed(order, receipt(run_id) if receipt else None)
            await self._queue.submit(order)
        return run_id

    async def change(
        self,
        thread_id: UUID,
        wanted: Wanted,
        *,
        receipt: Callable[[UUID], Receipt | None] | None = None,
        looks: int = LOOKS_AT_PARKING,
    ) -> UUID:
        """Change what the campaign has booked; returns the run's id. From then on it will be tried, whatever becomes of
        this process, and what came of it is told. `receipt` and `looks` as for an answer.

        Raises Conflict where what is booked cannot be changed so, BadInput and BudgetExceeded for a budget that cannot
        be.
        """
        context = await self.context(thread_id)
        run_id = new_id()
        # Before the lease is waited for: what can never be is refused at once.
        await self._changes.order(await self.state(thread_id), context, wanted, run_id)
        with self._recovery.at_work(run_id):
            await self._claim_at_rest(thread_id, run_id, looks)
            async with self._recovery.held(thread_id, run_id):
                order = await self._changes.order(await self.state(thread_id), context, wanted, run_id)
                order = await self._placed(order, receipt(run_id) if receipt else None)
            await self._queue.submit(order)
        return run_id

    async def resume(self, thread_id: UUID) -> None:
        """Go on where the thread stopped: with the order its dead process left, from where a run broke off, from its
        beginning when it never began; where it failed, from its last good step, and where booking failed without an
        answer, by asking for it again.

        Raises Conflict while it runs elsewhere, when it waits for an answer, when it is too late to go on with,
        or when booking is stopped and it would book.
        """
        context = await self.context(thread_id)
        left = await self._leases.active(thread_id)
        if left is not None and left.ordered is not None and is_gone(left.owner):
            await self._recovery.take_up(left)
            return
        if questions := await self.questions(thread_id):
            raise Conflict(f"the campaign waits at {questions[0].node}", remedy="answer it instead of resuming")
        run_id = new_id()
        with self._recovery.at_work(run_id):
            await self._claim(thread_id, run_id)
            async with self._recovery.held(thread_id, run_id):
                context = await self._reconcile(thread_id, context)
                order = await self.going_on(thread_id, run_id, context)
                order = await self._placed(order)
            await self._queue.submit(order)

    async def accept(self, thread_id: UUID, run_id: UUID, giver: str) -> bool:
        """Take up the order another process offers; False when it has been taken already."""
        return await self._recovery.accept(thread_id, run_id, giver)

    async def recover(self) -> list[UUID]:
        """Take up every order whose process is gone, or that was lost on its way; returns their threads."""
        return await self._recovery()

    async def set_aside(self, thread_id: UUID, damaged: Damaged) -> None:
        """Put on record that a campaign cannot be gone on with, and why. What it has reserved stays reserved."""
        await self._recovery.set_aside(thread_id, damaged)

    async def end_late(self, thread_id: UUID, why: TooLate) -> None:
        """Put on record that it is too late to go on with a campaign that failed, and free what it has reserved."""
        await self._recovery.end_late(thread_id, await self.state(thread_id), why)

    async def going_on(self, thread_id: UUID, run_id: UUID, context: CampaignContext) -> RunOrder:
        """Raises Damaged for a thread that never began and whose beginning was not kept."""
        order = RunOrder(thread_id=thread_id, run_id=run_id, action="continue", context=context)
        if (await self._snapshot(thread_id)).created_at is not None:
            return order
        state = await self._threads.began_with(thread_id)
        if state is None:
            raise Damaged(
                "the campaign never began, and what it was to begin with was not kept", remedy="start it anew"
            )
        begins = "fork" if context.forked_from is not None and context.forked_from.after else "start"
        return order.model_copy(update={"action": begins, "state": state})

    async def history(self, thread_id: UUID) -> AsyncIterator[Step]:
        """The thread's checkpoints, newest first. Raises NotFound for an unknown thread."""
        await self.context(thread_id)
        with reading(thread_id):
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

    async def finished(self, thread_id: UUID) -> None:
        """Wait until the thread's run in this process has ended or parked. Raises what the run raised."""
        await self._queue.finished(thread_id)

    async def _placed(self, order: RunOrder, receipt: Receipt | None = None) -> RunOrder:
        """The order as it is kept."""
        with ordering(order) as order:
            about = (order.thread_id, order.run_id, order.model_dump(mode="json"))
            await self._orders.place(*about, owner=self._owner, receipt=receipt, promise=order.promise)
        return order

    async def _claim_at_rest(self, thread_id: UUID, run_id: UUID, looks: int) -> None:
        """Take a thread once nobody is at work on it. Raises Conflict where that takes too long."""
        for _ in range(looks):
            questions = await self.questions(thread_id)
            try:
                await self._claim(thread_id, run_id, questions[0] if questions else None)
            except Unfinished:
                raise
            except Conflict:
                await asyncio.sleep(LOOK_EVERY)
            else:
                return
        await self._claim(thread_id, run_id)

    async def _claim_parked(self, thread_id: UUID, run_id: UUID, interrupt_id: str | None, looks: int) -> None:
        """Take a thread that asks. The question is told a moment before the run that asks it lets go of the thread, so
        that moment is waited out. Raises Conflict when the question is no longer open."""
        for _ in range(looks):
            question = await self._asked(thread_id, interrupt_id)
            try:
                await self._claim(thread_id, run_id, question)
            except Unfinished:
                raise
            except Conflict:
                await asyncio.sleep(LOOK_EVERY)
            else:
                return
        await self._claim(thread_id, run_id)

    async def _claim(self, thread_id: UUID, run_id: UUID, question: Question | None = None) -> None:
        """Take the thread, from a dead process at once. Raises Conflict while a live one runs it, Unfinished while an
        order the dead one left has not been carried out; one that has led to the question asked now has been."""
        try:
            await self._leases.claim(thread_id, run_id, self._owner)
        except Conflict:
            holder = await self._leases.active(thread_id)
            if holder is None or not is_gone(holder.owner):
                raise
            if holder.ordered is not None and is_unfinished(holder, question):
                raise Unfinished(
                    "what was ordered of the campaign before its process died has not been carried out yet",
                    remedy="a running server takes it up by itself; `tescosense campaigns resume` does so at once",
                ) from None
            await self._leases.release(thread_id, holder.run_id)
            await self._leases.claim(thread_id, run_id, self._owner)

    async def _snapshot(self, thread_id: UUID) -> StateSnapshot:
        with reading(thread_id):
            return await self._graph.aget_state(thread_config(thread_id))

    async def is_under_way(self, thread_id: UUID) -> bool:
        """Whether somebody is at work on it, or has been ordered to be."""
        return await self._leases.active(thread_id) is not None

    def under_way(self) -> frozenset[UUID]:
        """The threads that this process is running."""
        return self._queue.under_way()

    async def is_ours(self, thread_id: UUID) -> bool:
        """Whether it was started here. LangGraph's own server starts threads that only it can go on with."""
        return await self._threads.context(thread_id) is not None

    async def context(self, thread_id: UUID) -> CampaignContext:
        """What the thread was started with. Raises NotFound for an unknown thread."""
        if (context := await self._threads.context(thread_id)) is None:
            there = "look for its id in the list of campaigns; one that LangGraph Studio runs is gone on with there"
            raise NotFound(f"there is no campaign {thread_id} that goes on here", remedy=there)
        return context
