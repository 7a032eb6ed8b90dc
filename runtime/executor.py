"""Carries out one run: streams the graph, stores and tells every event, and never runs a thread twice at once."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from decimal import Decimal
from typing import Literal, Protocol
from uuid import UUID

import structlog
from langchain_core.runnables import RunnableConfig
from langgraph.errors import GraphDrained, GraphRecursionError
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import RunControl
from langgraph.types import Command

from domain.context import CampaignContext
from domain.errors import TescoSenseError
from domain.events import Draft, InputResolvedData, LifecycleData
from domain.state import CampaignState, CampaignStatus, Failure
from runtime.bus import Bus
from runtime.encoder import StreamEncoder
from runtime.orders import RunOrder
from runtime.pump import EventLog, EventPump
from storage.ports import CampaignRecords

RECURSION_LIMIT = 80
"""Supersteps per run: four cycles of eight nodes with two rewrites each stay well below."""

WAITS = (0.5, 3.0)

CompiledCampaign = CompiledStateGraph[CampaignState, CampaignContext, CampaignState, CampaignState]

log = structlog.get_logger()


class Leases(Protocol):
    """One active run per thread: a unique row."""

    async def claim(self, thread_id: UUID, run_id: UUID, owner: str) -> None:
        """Raises Conflict while another live owner runs the thread."""
        ...

    async def release(self, thread_id: UUID, run_id: UUID) -> None: ...


class _Broken:
    """A run that broke for good, and whether its listeners are told."""

    def __init__(self, order: RunOrder, pump: EventPump, error: Exception) -> None:
        self.order = order
        self.pump = pump
        self.told = False
        cause = str(error) if isinstance(error, TescoSenseError) else f"The run broke with {type(error).__name__}."
        self.failure = Failure(
            node="",
            error=type(error).__name__,
            message=f"{cause} Nothing before it is lost: `tescosense campaigns resume` goes on from there.",
            # Booking may have been under way: what it reserved is kept until the resumed campaign books or fails.
            outcome_unknown=True,
        )


class RunExecutor:
    def __init__(
        self,
        *,
        graph: CompiledCampaign,
        events: EventLog,
        bus: Bus,
        leases: Leases,
        records: CampaignRecords,
        owner: str,
        retell: Callable[[UUID], Awaitable[Sequence[Draft]]] | None = None,
        waits: Sequence[float] = WAITS,
    ) -> None:
        """`retell` gives the events a thread's log lacks when it is gone on with after a crash; `waits` are the seconds
        before each further attempt at a run that broke."""
        self._graph = graph
        self._events = events
        self._bus = bus
        self._leases = leases
        self._records = records
        self._owner = owner
        self._retell = retell
        self._waits = tuple(waits)
        self._controls: dict[UUID, RunControl] = {}
        self._broken: dict[UUID, _Broken] = {}

    async def execute(self, order: RunOrder) -> CampaignStatus | None:
        """Run until the thread ends, parks or is drained; returns its status, None before it has one.

        Nodes answer for their own errors; what breaks a run outside them, storage above all, is met again a few times
        from the newest checkpoint. The lease is released when the thread has ended or parked and everybody was told,
        and kept when the run is drained or its process dies, so that the next process finds the thread and goes on.
        Raises what broke the run for good; the campaign is FAILED then, or as soon as storage answers.
        """
        control = self._controls[order.thread_id] = RunControl()
        pump = EventPump(self._events, self._bus)
        try:
            return await self._persistently(order, pump, control)
        except Exception as error:
            broken = _Broken(order, pump, error)
            if not await self._gave_up(broken):
                self._broken[order.thread_id] = broken
            raise
        finally:
            self._controls.pop(order.thread_id, None)

    async def bury_broken(self) -> None:
        """Record the failure of runs that broke while storage was away."""
        for thread_id, broken in list(self._broken.items()):
            if await self._gave_up(broken):
                self._broken.pop(thread_id, None)

    async def _persistently(self, order: RunOrder, pump: EventPump, control: RunControl) -> CampaignStatus | None:
        for wait in self._waits:
            try:
                return await self._attempt(order, pump, control)
            except GraphRecursionError:
                raise
            except Exception:
                log.exception("run.tried_again", thread_id=str(order.thread_id), seconds=wait)
            await asyncio.sleep(wait)
            pump.forgive()
            order = await self._rest_of(order)
        return await self._attempt(order, pump, control)

    async def _attempt(self, order: RunOrder, pump: EventPump, control: RunControl) -> CampaignStatus | None:
        encoder = StreamEncoder(order.thread_id)
        pump.offer(_opening(encoder, order))
        if order.action == "continue":
            await pump.flush()
            await self._take_up(order.thread_id, encoder, pump)
        try:
            await self._stream(order, encoder, pump, control)
        except GraphDrained:
            await pump.flush()
            return encoder.state.status if encoder.state else None
        status = await self._settle(order, encoder)
        pump.offer([encoder.draft("lifecycle", _closing(order.run_id, encoder, status))])
        await pump.flush()
        await self._leases.release(order.thread_id, order.run_id)
        return status

    async def _take_up(self, thread_id: UUID, encoder: StreamEncoder, pump: EventPump) -> None:
        """Where the thread stands, and what was done there that nobody was told."""
        if values := (await self._graph.aget_state(thread_config(thread_id))).values:
            encoder.state = CampaignState.model_validate(values)
        if self._retell is not None:
            pump.offer(await self._retell(thread_id))

    async def _rest_of(self, order: RunOrder) -> RunOrder:
        """What is left of an order that broke: all of it when not even its beginning was kept."""
        kept = await self._graph.aget_state(thread_config(order.thread_id))
        unheard = order.action == "answer" and order.interrupt_id in {asked.id for asked in kept.interrupts}
        if kept.created_at is None or unheard:
            return order
        return order.model_copy(update={"action": "continue", "state": None, "answer": None})

    async def _gave_up(self, broken: "_Broken") -> bool:
        """Whether the failure could be recorded and told, and the thread given up."""
        order, failure = broken.order, broken.failure
        try:
            await self._records.open(
                order.thread_id,
                name="Failed before it began",
                budget=order.state.budget if order.state else Decimal(0),
                account=order.context.account,
                world_id=order.context.world.world_id if order.context.world else str(order.thread_id),
            )
            await self._records.record_failure(order.thread_id, failure)
            if not broken.told:
                broken.told = True
                broken.pump.forgive()
                closing = LifecycleData(
                    phase="failed", run_id=order.run_id, status=CampaignStatus.FAILED.value, reason=failure.message
                )
                broken.pump.offer([StreamEncoder(order.thread_id).draft("lifecycle", closing)])
            await broken.pump.flush()
            await self._leases.release(order.thread_id, order.run_id)
        except Exception:
            log.exception("run.limbo", thread_id=str(order.thread_id))
            return False
        return True

    def drain(self) -> None:
        """Ask every run of this process to stop at its next step, cleanly."""
        for control in self._controls.values():
            control.request_drain()

    async def _stream(self, order: RunOrder, encoder: StreamEncoder, pump: EventPump, control: RunControl) -> None:
        stream = self._graph.astream(
            _graph_input(order),
            thread_config(order.thread_id),
            context=order.context,
            stream_mode=["tasks", "updates", "custom", "checkpoints"],
            durability="sync",
            control=control,
            version="v2",
        )
        async for part in stream:
            pump.offer(encoder.encode(part))

    async def _settle(self, order: RunOrder, encoder: StreamEncoder) -> CampaignStatus | None:
        """Parking at the gate is shown in the table of campaigns; the graph itself writes nothing before it asks."""
        if any(question.node == "approval" for question in encoder.parked):
            await self._records.set_status(order.thread_id, CampaignStatus.AWAITING_APPROVAL)
            return CampaignStatus.AWAITING_APPROVAL
        return encoder.state.status if encoder.state else None


def thread_config(thread_id: UUID) -> RunnableConfig:
    return {"configurable": {"thread_id": str(thread_id)}, "recursion_limit": RECURSION_LIMIT}


def _graph_input(order: RunOrder) -> CampaignState | Command[str] | None:
    """A new thread takes its state, a parked one its answer, and one that was cut off nothing at all."""
    match order.action:
        case "start":
            return order.state
        case "answer":
            return Command(resume={order.interrupt_id: order.answer})
        case "continue":
            return None


def _opening(encoder: StreamEncoder, order: RunOrder) -> list[Draft]:
    drafts = [encoder.draft("lifecycle", LifecycleData(phase="started", run_id=order.run_id, reason=order.action))]
    if order.action == "answer":
        resolved = InputResolvedData(interrupt_id=order.interrupt_id, node=order.node, answer=order.answer)
        drafts.append(encoder.draft("input.resolved", resolved))
    return drafts


def _closing(run_id: UUID, encoder: StreamEncoder, status: CampaignStatus | None) -> LifecycleData:
    failure = encoder.state.failure if encoder.state else None
    phase: Literal["parked", "completed", "failed"]
    phase = "parked" if encoder.parked else "failed" if failure else "completed"
    return LifecycleData(
        phase=phase, run_id=run_id, status=status.value if status else "", reason=failure.message if failure else ""
    )
