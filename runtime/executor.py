"""Carries out one run: streams the graph, stores and tells every event, and never runs a thread twice at once."""

from typing import Literal, Protocol
from uuid import UUID

from langchain_core.runnables import RunnableConfig
from langgraph.errors import GraphDrained
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import RunControl
from langgraph.types import Command

from domain.context import CampaignContext
from domain.events import Draft, InputResolvedData, LifecycleData
from domain.state import CampaignState, CampaignStatus
from runtime.bus import Bus
from runtime.encoder import StreamEncoder
from runtime.orders import RunOrder
from runtime.pump import EventLog, EventPump
from storage.ports import CampaignRecords

RECURSION_LIMIT = 80
"""Supersteps per run: four cycles of eight nodes with two rewrites each stay well below."""

CompiledCampaign = CompiledStateGraph[CampaignState, CampaignContext, CampaignState, CampaignState]


class Leases(Protocol):
    """One active run per thread: a unique row."""

    async def claim(self, thread_id: UUID, run_id: UUID, owner: str) -> None:
        """Raises Conflict while another live owner runs the thread."""
        ...

    async def release(self, thread_id: UUID, run_id: UUID) -> None: ...


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
    ) -> None:
        self._graph = graph
        self._events = events
        self._bus = bus
        self._leases = leases
        self._records = records
        self._owner = owner
        self._controls: dict[UUID, RunControl] = {}

    async def execute(self, order: RunOrder) -> CampaignStatus | None:
        """Run until the thread ends, parks or is drained; returns its status, None before it has one.

        The lease is released when the thread ends, parks or breaks, and kept when the run is drained or its process
        dies, so that the next process finds the thread and goes on.
        """
        control = self._controls[order.thread_id] = RunControl()
        encoder = StreamEncoder(order.thread_id)
        pump = EventPump(self._events, self._bus)
        pump.offer(_opening(encoder, order))
        try:
            await self._stream(order, encoder, pump, control)
        except GraphDrained:
            await pump.flush()
            return encoder.state.status if encoder.state else None
        except Exception:
            await self._leases.release(order.thread_id, order.run_id)
            raise
        finally:
            self._controls.pop(order.thread_id, None)
        status = await self._settle(order, encoder)
        pump.offer([encoder.draft("lifecycle", _closing(order.run_id, encoder, status))])
        await pump.flush()
        await self._leases.release(order.thread_id, order.run_id)
        return status

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
