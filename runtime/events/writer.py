"""From a run to its listeners: stored first, then told, without making the graph wait for either."""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Protocol

from domain.events import Draft, Event
from runtime.events.bus import Bus


class EventLog(Protocol):
    async def append(self, drafts: Sequence[Draft]) -> Sequence[Event]:
        """Store drafts in order and give each the next `seq` of its thread, gapless."""
        ...


class EventWriter:
    """One run's way to the log and the bus. What is offered while a batch is being stored becomes the next batch; what
    could not be stored waits at the front of it."""

    def __init__(self, log: EventLog, bus: Bus) -> None:
        self._log = log
        self._bus = bus
        self._waiting: list[Draft] = []
        self._task: asyncio.Task[None] | None = None

    def offer(self, drafts: Iterable[Draft]) -> None:
        """Raises what storing an earlier batch raised."""
        self._waiting.extend(drafts)
        if self._waiting and (self._task is None or self._task.done()):
            if self._task is not None:
                task, self._task = self._task, None
                task.result()
            self._task = asyncio.create_task(self._drain(), name="event-writer")

    def clear_error(self) -> None:
        """Forget that storing failed: what is waiting is stored with the next offer or flush."""
        if self._task is not None and self._task.done():
            task, self._task = self._task, None
            task.cancelled() or task.exception()

    async def flush(self) -> None:
        """Return when everything offered is stored and published. Raises what storing raised; a flush after that
        tries again."""
        while self._task is not None or self._waiting:
            task, self._task = self._task, None
            await (task or self._drain())

    async def _drain(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            try:
                stored = await self._log.append(batch)
            except BaseException:
                self._waiting = batch + self._waiting
                raise
            await self._bus.publish(stored)
