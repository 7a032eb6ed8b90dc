"""Carries out one run: streams the graph, stores and tells every event, and never runs a thread twice at once."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Literal, Protocol
from uuid import UUID

import structlog
from langgraph.errors import GraphDrained, GraphRecursionError
from langgraph.runtime import RunControl
from langgraph.types import Command
from opentelemetry.trace import SpanKind
from structlog.contextvars import bound_contextvars

from domain.drafts import AnswerDraft
from domain.errors import Damaged, StorageUnavailable, TescoSenseError
from domain.events import Draft, InputResolvedData, LifecycleData, MediaBuyChanged
from domain.state import CampaignState, CampaignStatus, Failure
from domain.tracing import continuing, spanning
from graph.compiled import CompiledCampaign, thread_config
from graph.recording import change_of_broken_run, where_it_stands
from runtime.events.bus import Bus
from runtime.events.encoder import StreamEncoder
from runtime.events.writer import EventLog, EventWriter
from runtime.runs.orders import RunOrder
from storage.engine.damage import reading
from storage.ports import CampaignRecords

WAITS = (0.5, 3.0)

log = structlog.get_logger()


class Releasable(Protocol):
    async def release(self, thread_id: UUID, run_id: UUID) -> None:
        """Give the thread up, and with it the order that has been carried out."""
        ...


class Carried(Protocol):
    """`runtime.runs.changing.Carried`."""

    @property
    def state(self) -> CampaignState: ...

    @property
    def told(self) -> MediaBuyChanged: ...


class _Broken:
    """A run that broke for good, and whether its listeners are told."""

    def __init__(self, order: RunOrder, writer: EventWriter, error: Exception) -> None:
        self.order = order
        self.writer = writer
        self.told = False
        cause = str(error) if isinstance(error, TescoSenseError) else f"The run broke with {type(error).__name__}."
        going_on = "Nothing before it is lost: `tescosense campaigns resume` goes on from there."
        self.failure = Failure(
            node="",
            error=type(error).__name__,
            message=cause if isinstance(error, Damaged) else f"{cause} {going_on}",
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
        leases: Releasable,
        records: CampaignRecords,
        change: Callable[[RunOrder], Awaitable[Carried]],
        backfill: Callable[[UUID], Awaitable[Sequence[Draft]]] | None = None,
        waits: Sequence[float] = WAITS,
        made_with: Callable[[], Awaitable[str]] | None = None,
    ) -> None:
        """`change` carries out an ordered change of a media buy, once. `backfill` gives the events a thread's log lacks
        when it is gone on with after a crash; `waits` are the seconds before each further attempt at a run that broke;
        `made_with` fingerprints what its steps are made with, which their checkpoints then say.
        """
        self._graph = graph
        self._events = events
        self._bus = bus
        self._leases = leases
        self._records = records
        self._change = change
        self._backfill = backfill
        self._waits = tuple(waits)
        self._made_with = made_with
        self._controls: dict[UUID, RunControl] = {}
        self._broken: dict[UUID, _Broken] = {}

    async def execute(self, order: RunOrder) -> CampaignStatus | None:
        """Run until the thread ends, parks or is drained; returns its status, None before it has one.

        Nodes answer for their own errors; what breaks a run outside them, storage above all, is met again a few times
        from the newest checkpoint. The lease is released when the thread has ended or parked and everybody was told,
        and kept when the run is drained or its process dies, so that the next process finds the thread and goes on.
        It is kept as well when storage stays away, on a full disk for example: the order is taken up again once it is
        back. Raises StorageUnavailable then, and what broke the run for good; the campaign is FAILED by that, or as
        soon as storage answers.
        """
        control = self._controls[order.thread_id] = RunControl()
        writer = EventWriter(self._events, self._bus)
        try:
            with (
                bound_contextvars(campaign=str(order.thread_id)),
                continuing(order.traceparent),
                spanning(f"run {order.action}", SpanKind.CONSUMER, about=order.said),
            ):
                return await self._persistently(order, writer, control)
        except StorageUnavailable:
            raise
        except Exception as error:
            broken = _Broken(order, writer, error)
            if not await self._recorded(broken):
                self._broken[order.thread_id] = broken
            raise
        finally:
            self._controls.pop(order.thread_id, None)

    async def record_failed_runs(self) -> None:
        """Record the failure of runs that broke while storage was away."""
        for thread_id, broken in list(self._broken.items()):
            if await self._recorded(broken):
                self._broken.pop(thread_id, None)

    async def _persistently(self, order: RunOrder, writer: EventWriter, control: RunControl) -> CampaignStatus | None:
        if order.is_taken_up:
            order = await self._rest_of(order)
        for wait in self._waits:
            try:
                return await self._attempt(order, writer, control)
            except GraphRecursionError:
                raise
            except TescoSenseError as error:
                log.warning("run.tried_again", thread_id=str(order.thread_id), seconds=wait, reason=str(error))
            except Exception:
                log.exception("run.tried_again", thread_id=str(order.thread_id), seconds=wait)
            await asyncio.sleep(wait)
            writer.clear_error()
            order = await self._rest_of(order)
        return await self._attempt(order, writer, control)

    async def _attempt(self, order: RunOrder, writer: EventWriter, control: RunControl) -> CampaignStatus | None:
        encoder = StreamEncoder(order.thread_id)
        writer.offer(_opening(encoder, order))
        if order.action == "continue":
            await writer.flush()
            await self._take_up(order, encoder, writer)
        if order.action == "fork":
            await self._branch_off(order, encoder)
        if order.action == "change":
            carried = await self._change(order)
            encoder.state = carried.state
            writer.offer([encoder.draft("custom", carried.told)])
        try:
            await self._stream(order, encoder, writer, control)
        except GraphDrained:
            await writer.flush()
            return encoder.state.status if encoder.state else None
        status = encoder.state.status if encoder.state else None
        writer.offer([encoder.draft("lifecycle", _closing(order.run_id, encoder, status))])
        await writer.flush()
        await self._leases.release(order.thread_id, order.run_id)
        return status

    async def _take_up(self, order: RunOrder, encoder: StreamEncoder, writer: EventWriter) -> None:
        """Where the thread stands, and what was done there that nobody was told. The run that broke may have been
        recorded as failed since, and a thread that only asks again records nothing."""
        with reading(order.thread_id):
            values = (await self._graph.aget_state(thread_config(order.thread_id))).values
            encoder.state = CampaignState.model_validate(values) if values else None
        if encoder.state is not None and encoder.state.name and encoder.state.failure is None:
            await self._records.restate(where_it_stands(encoder.state, order.context))
        if self._backfill is not None:
            writer.offer(await self._backfill(order.thread_id))

    async def _branch_off(self, order: RunOrder, encoder: StreamEncoder) -> None:
        """Let the thread stand where another one stood: its first checkpoint, as if that one's steps had led there."""
        fork = order.context.forked_from
        assert order.state is not None
        assert fork is not None
        state = {name: getattr(order.state, name) for name in order.state.model_fields_set}
        await self._graph.aupdate_state(thread_config(order.thread_id), state, as_node=fork.after)
        encoder.state = order.state

    async def _rest_of(self, order: RunOrder) -> RunOrder:
        """What is left of an order that broke: all of it when not even its beginning was kept.

        Raises Damaged where what was kept cannot be read.
        """
        if order.action == "change":
            return order
        with reading(order.thread_id):
            kept = await self._graph.aget_state(thread_config(order.thread_id))
        unheard = order.action == "answer" and order.interrupt_id in {asked.id for asked in kept.interrupts}
        if kept.created_at is None or unheard:
            return order
        return order.model_copy(update={"action": "continue", "state": None, "answer": None})

    async def _recorded(self, broken: "_Broken") -> bool:
        """Whether the failure could be recorded and told, and the thread given up."""
        order, failure = broken.order, broken.failure
        try:
            change = change_of_broken_run(order.thread_id, order.state, failure, order.context)
            await self._records.record(change)
            if not broken.told:
                broken.told = True
                broken.writer.clear_error()
                closing = LifecycleData(
                    phase="failed", run_id=order.run_id, status=CampaignStatus.FAILED.value, reason=failure.message
                )
                broken.writer.offer([StreamEncoder(order.thread_id).draft("lifecycle", closing)])
            await broken.writer.flush()
            await self._leases.release(order.thread_id, order.run_id)
        except Exception:
            log.exception("run.failure_not_recorded", thread_id=str(order.thread_id))
            return False
        return True

    def drain(self) -> None:
        """Ask every run of this process to stop at its next step, cleanly."""
        for control in self._controls.values():
            control.request_drain()

    async def _stream(self, order: RunOrder, encoder: StreamEncoder, writer: EventWriter, control: RunControl) -> None:
        made_with = await self._made_with() if self._made_with else ""
        stream = self._graph.astream(
            _graph_input(order),
            thread_config(order.thread_id, made_with),
            context=order.context,
            stream_mode=["tasks", "updates", "custom", "checkpoints"],
            durability="sync",
            control=control,
            version="v2",
        )
        async for part in stream:
            if part["type"] == "custom" and isinstance(part["data"], AnswerDraft):
                self._bus.drafts.tell(part["data"])
            else:
                writer.offer(encoder.encode(part))


def _graph_input(order: RunOrder) -> CampaignState | Command[str] | None:
    """A new thread takes its state, a parked one its answer, and one that was cut off nothing at all."""
    match order.action:
        case "start":
            return order.state
        case "answer":
            return Command(resume={order.interrupt_id: order.answer})
        case "continue" | "change" | "fork":
            return None


def _opening(encoder: StreamEncoder, order: RunOrder) -> list[Draft]:
    is_fork = order.context.forked_from is not None
    # Another future may begin at the very start: to whoever hears of it, it is no new campaign either.
    reason = "fork" if is_fork and order.action == "start" else order.action
    begun = LifecycleData(phase="started", run_id=order.run_id, reason=reason, is_fork=is_fork)
    drafts = [encoder.draft("lifecycle", begun)]
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
