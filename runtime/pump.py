"""From a run to its listeners: stored first, then told, without making the graph wait for either."""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Protocol

from domain.events import Draft, Event
from runtime.bus import Bus


class EventLog(Protocol):
    async def append(self, drafts: Sequence[Draft]) -> Sequence[Event]:
        """Store drafts in order and give each the next `seq` of its thread, gapless."""
        ...


class EventPump:
    """One run's way to the log and the bus. What is offered while a batch is being stored becomes the next batch."""

    def __init__(self, log: EventLog, bus: Bus) -> None:
        self._log = log
        self._bus = bus
        self._waiting: list[Draft] = []
        self._task: asyncio.Task[None] | None = None

    def offer(self, drafts: Iterable[Draft]) -> None:
        self._waiting.extend(drafts)
        if self._waiting and (self._task is None or self._task.done()):
            if self._task is not None:
                self._task.result()
            self._task = asyncio.create_task(self._drain(), name="event-pump")

    async def flush(self) -> None:
        """Return when everything offered is stored and published. Raises what storing raised."""
        while self._task is not None:
            task, self._task = self._task, None
            await task
            if self._waiting:
                self._task = asyncio.create_task(self._drain(), name="event-pump")

    async def _drain(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            await self._bus.publish(await self._log.append(batch))
