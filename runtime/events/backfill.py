"""What a run had done but not yet told when its process died: a checkpoint is on disk a moment before its events.

Told again from the checkpoints when the thread is gone on with, each thing once.
"""

from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Protocol
from uuid import UUID

from langgraph.types import StateSnapshot

from domain.events import (
    BeliefsUpdated,
    CampaignBooked,
    CampaignPlanned,
    CreativesReady,
    CustomData,
    Draft,
    Event,
    EventData,
    PerformanceReported,
)
from domain.state import CampaignState
from graph.compiled import CompiledCampaign, thread_config
from graph.recording import happened
from runtime.events.encoder import StreamEncoder
from runtime.events.missing_tasks import MissingEvent, MissingTaskEvents, tasks_between

AT_ONCE = 1000


class ToldEvents(Protocol):
    async def since(self, thread_id: UUID, seq: int, limit: int = AT_ONCE) -> Sequence[Event]: ...


class Backfill:
    def __init__(self, graph: CompiledCampaign, events: ToldEvents) -> None:
        self._graph = graph
        self._events = events

    async def __call__(self, thread_id: UUID) -> list[Draft]:
        """The events missing from the thread's log. None where the log was trimmed: nobody can tell what it held."""
        told = [event async for event in self._told(thread_id)]
        if told and told[0].seq != 1:
            return []
        known = Counter(identity(event.params.data) for event in told if event.method == "custom")
        steps, missing_tasks = await self._steps(thread_id), MissingTaskEvents(told)
        missing: list[MissingEvent] = []
        before: StateSnapshot | None = None
        for after in steps:
            missing += missing_tasks.begun(before, after)
            for data in _told_by(before, after):
                known[identity(data)] -= 1
                if known[identity(data)] < 0:
                    missing.append(("custom", data))
            missing += missing_tasks.ended(before, after)
            if after is not steps[-1]:
                # The newest the run tells again itself, as it goes on.
                missing += missing_tasks.checkpoint(after)
            before = after
        encoder = StreamEncoder(thread_id)
        return [encoder.draft(method, data) for method, data in missing]

    async def _told(self, thread_id: UUID) -> AsyncIterator[Event]:
        seq = 0
        while page := await self._events.since(thread_id, seq, AT_ONCE):
            for event in page:
                yield event
            seq = page[-1].seq

    async def _steps(self, thread_id: UUID) -> list[StateSnapshot]:
        """The checkpoints after each step, oldest first."""
        history = self._graph.aget_state_history(thread_config(thread_id))
        return [step async for step in history if step.values][::-1]


def _told_by(before: StateSnapshot | None, after: StateSnapshot) -> Iterator[CustomData]:
    """What the nodes between two checkpoints of a thread had to tell."""
    for task in tasks_between(before, after):
        if task.result:
            yield from happened(task.result, CampaignState.model_validate(after.values))


def identity(data: EventData) -> tuple[object, ...]:
    """What makes two tellings the same thing."""
    match data:
        case CampaignPlanned():
            return (data.kind, data.verdict, data.budget, data.predicted_roi)
        case CreativesReady():
            return (data.kind, data.attempt)
        case CampaignBooked():
            return (data.kind, data.transaction_id)
        case PerformanceReported():
            return (data.kind, data.impressions, data.spend)
        case BeliefsUpdated():
            return (data.kind, data.lesson_id)
        case _:
            return (data.kind,)
