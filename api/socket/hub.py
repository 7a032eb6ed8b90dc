"""One listener on the bus for all sockets: each event is written as JSON once, however many read it."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import UUID

import structlog

from api.socket.limits import SocketLimits
from api.socket.outbox import Outbox, Reader
from domain.events import Event
from domain.messages import Heartbeat, KpisChanged
from runtime.events.bus import Bus, Lagged, Subscription
from storage.records import Frame

log = structlog.get_logger()

MOVES_KPIS = frozenset({"lifecycle", "custom", "input.requested", "input.resolved"})
"""Methods of events after which `GET /kpis` may answer otherwise."""
LOOK_SECONDS = 1.0
"""How often clients that take nothing are looked for."""
WRITES_AT_ONCE = 128
"""Texts written before the sockets' buffers are flushed and others are let on: half a millisecond's worth."""


class StreamHub:
    """Listens while at least one socket is open."""

    def __init__(self, bus: Bus, limits: SocketLimits) -> None:
        self._bus = bus
        self._limits = limits
        self._outboxes: set[Outbox] = set()
        self._relaying: asyncio.Task[None] | None = None
        self._background: list[asyncio.Task[None]] = []
        self._opening = asyncio.Lock()
        self._kpis_due: asyncio.TimerHandle | None = None

    @property
    def count(self) -> int:
        """Sockets that are open."""
        return len(self._outboxes)

    @property
    def waiting_events(self) -> int:
        """Events that have not been taken, of all sockets."""
        return sum(outbox.waiting_events for outbox in self._outboxes)

    @property
    def lag_seconds(self) -> float:
        """Since when the slowest socket has not taken what it was given; 0 where all have."""
        busy = [outbox.busy_since for outbox in self._outboxes if outbox.busy_since is not None]
        return time.monotonic() - min(busy) if busy else 0.0

    @asynccontextmanager
    async def join(self, reader: Reader) -> AsyncIterator[Outbox]:
        """An outbox that is given every event published from now on, for one who reads.

        Raises what the bus raises when it cannot be listened to.
        """
        outbox = Outbox(reader, most_events=self._limits.waiting_events, most_bytes=self._limits.waiting_bytes)
        async with self._opening:
            if self._relaying is None or self._relaying.done():
                await self._start()
            self._outboxes.add(outbox)
        try:
            yield outbox
        finally:
            self._outboxes.discard(outbox)
            self.watch(outbox, ())
            if not self._outboxes:
                self._stop()

    def watch(self, outbox: Outbox, threads: Iterable[UUID]) -> None:
        """Give an outbox the drafts of these campaigns, and of no others."""
        self._bus.drafts.watch(outbox, frozenset(threads))

    async def _start(self) -> None:
        self._stop()
        listening = asyncio.Event()
        self._relaying = asyncio.create_task(self._relay(listening), name="socket-relay")
        self._background = [
            self._relaying,
            asyncio.create_task(self._beat(), name="socket-heartbeat"),
            asyncio.create_task(self._cut_off_the_stalled(), name="socket-stalls"),
        ]
        for task in self._background:
            task.add_done_callback(self._broke_off)
        heard = asyncio.create_task(listening.wait())
        await asyncio.wait({heard, self._relaying}, return_when=asyncio.FIRST_COMPLETED)
        heard.cancel()
        if self._relaying.done():
            self._relaying.result()

    def _broke_off(self, task: asyncio.Task[None]) -> None:
        """No socket is left thinking that it is live: each is closed, and the first that comes back begins anew."""
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("socket.stream_broke_off", task=task.get_name(), exc_info=error)
            for outbox in tuple(self._outboxes):
                outbox.cut_off(is_too_slow=False)

    def _stop(self) -> None:
        for task in self._background:
            task.cancel()
        self._relaying, self._background = None, []
        if self._kpis_due is not None:
            self._kpis_due.cancel()
            self._kpis_due = None

    async def _relay(self, listening: asyncio.Event) -> None:
        async with self._bus.subscribe() as subscription:
            listening.set()
            while True:
                await self._pass_on(subscription)

    async def _pass_on(self, subscription: Subscription) -> None:
        try:
            events = await subscription.next()
        except Lagged:
            for outbox in self._outboxes:
                outbox.fall_behind()
            return
        frames = [Frame(str(event.thread_id), event.seq, event.model_dump_json()) for event in events]
        self._note_kpis(events)
        written = 0
        for outbox in tuple(self._outboxes):
            if outbox in self._outboxes:
                outbox.offer(frames)
                written += len(frames)
            if written >= WRITES_AT_ONCE:
                written = 0
                await asyncio.sleep(0)

    def _note_kpis(self, events: Sequence[Event]) -> None:
        if self._kpis_due is None and any(event.method in MOVES_KPIS for event in events):
            loop = asyncio.get_running_loop()
            self._kpis_due = loop.call_later(self._limits.kpi_seconds, self._tell_kpis)

    def _tell_kpis(self) -> None:
        self._kpis_due = None
        self._tell("kpis", KpisChanged(timestamp=datetime.now(UTC)).model_dump_json())

    def _tell(self, kind: str, text: str) -> None:
        for outbox in self._outboxes:
            outbox.notice(kind, text)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(self._limits.heartbeat_seconds)
            self._tell("heartbeat", Heartbeat(timestamp=datetime.now(UTC)).model_dump_json())

    async def _cut_off_the_stalled(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            patience_ends = time.monotonic() - self._limits.stall_seconds
            for outbox in tuple(self._outboxes):
                if outbox.busy_since is not None and outbox.busy_since < patience_ends:
                    outbox.cut_off()
